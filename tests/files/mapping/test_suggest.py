"""What each column of a file should become, how certain that is, and why."""

import pytest

from chalicelib.files.mapping.person_names import NameOrder
from chalicelib.files.mapping.similar_headers import most_similar
from chalicelib.files.mapping.suggest import Reason
from chalicelib.files.mapping.written_dates import DateOrder
from tests.files.reading import contacts, suggested
from tests.files.written_headers import HEADERS


def targets(text, **how):
    return [suggestion.target.text for suggestion in suggested(text, **how).suggestions]


def first(text, **how):
    """The suggestion for the first column."""
    return suggested(text, **how).suggestions[0]


class TestWhy:
    def test_a_preset_is_certain(self):
        found = suggested(HEADERS["linkedin"] + "\nAda,Lovelace,,,,,12 Mar 2021")

        assert found.program == "LinkedIn"
        assert found.is_certain
        assert {(each.reason, each.confidence, each.detail) for each in found.suggestions} == {
            (Reason.PRESET, 1.0, "LinkedIn")
        }

    def test_a_usual_word_is_certain(self):
        suggestion = first("Téléphone portable\n+33 6 12 34 56 78")

        assert (suggestion.target.text, suggestion.reason) == ("phones.1=mobile", Reason.HEADER)
        assert suggestion.is_certain

    def test_a_misspelled_word_is_likely_and_certain_if_the_cells_look_like_it(self):
        assert first("Vornmae\nAda").target.text == "given"
        assert first("Vornmae\nAda").reason is Reason.SIMILAR_HEADER
        assert first("Vornmae\nAda").detail == "vorname"
        assert not first("Vornmae\nAda").is_certain
        assert first("Emial\nada@example.org").is_certain

    @pytest.mark.parametrize(
        ("cells", "target"),
        [
            (["a@example.org"] * 9, "emails.1"),
            (["+49 170 1234567"] * 9, "phones.1"),
            (["https://example.org"] * 9, "urls.1"),
            (["1980-02-03"] * 9, "events.1=Xyzzy"),
        ],
    )
    def test_the_cells_tell_what_an_unknown_header_does_not(self, cells, target):
        suggestion = first("\n".join(["Xyzzy", *cells]))

        assert (suggestion.target.text, suggestion.reason) == (target, Reason.CONTENT)
        assert 0.5 < suggestion.confidence < 0.9

    def test_few_cells_say_less(self):
        assert first("Xyzzy\na@example.org").confidence < first("Xyzzy" + "\na@example.org" * 9).confidence

    def test_cells_win_over_a_header_that_they_contradict(self):
        suggestion = first("Phone\na@example.org\nb@example.org")

        assert (suggestion.target.text, suggestion.reason) == ("emails.1", Reason.CONTENT_NOT_HEADER)
        assert not suggestion.is_certain

    def test_an_unknown_column_becomes_a_custom_field_if_the_person_agrees(self):
        suggestion = first("Shoe  size\n39")

        assert (suggestion.target.text, suggestion.reason) == ("custom_fields.1=Shoe size", Reason.UNKNOWN)
        assert not suggestion.is_certain

    @pytest.mark.parametrize(
        ("text", "place", "target"),
        [
            ("\n".join(["United States,a@x.example"] * 4), 0, "custom_fields.1=Column A"),
            ("Name,Phone" + "\nAda,a@example.org" * 4 + "\nAda,house", 1, "custom_fields.1=Phone"),
        ],
    )
    def test_a_guess_that_is_less_than_half_certain_is_no_suggestion(self, text, place, target):
        suggestion = suggested(text, has_header=text.startswith("Name")).suggestions[place]

        assert (suggestion.target.text, suggestion.reason) == (target, Reason.UNKNOWN)
        assert suggestion.confidence < 0.5

    def test_an_unknown_column_without_values_is_ignored(self):
        suggestion = first("Shoe size,Name\n,Ada")

        assert (suggestion.target.text, suggestion.reason) == ("", Reason.NO_VALUES)
        assert suggestion.is_certain

    def test_three_samples_are_shown(self):
        assert list(first("Name\nA\nB\nA\nC\nD").samples) == ["A", "B", "C"]

    def test_a_file_without_a_name_an_email_or_a_number_is_never_certain(self):
        found = suggested("City\nUlm")

        assert all(suggestion.is_certain for suggestion in found.suggestions)
        assert not found.is_certain


class TestSimilarHeaders:
    @pytest.mark.parametrize(
        ("header", "similar"),
        [("addres", "address"), ("nachnahme", "nachname"), ("birhtday", "birthday"), ("telefonnumer", "telefonnummer")],
    )
    def test_missing_wrong_and_swapped_letters_are_seen_through(self, header, similar):
        found = most_similar(header)

        assert found is not None
        assert found.header == similar

    @pytest.mark.parametrize("header", ["", "tel", "xyz", "zzzzzzzz", "shoe size"])
    def test_short_and_other_words_are_like_none(self, header):
        assert most_similar(header) is None


class TestLanguages:
    @pytest.mark.parametrize(
        "headers",
        [
            "First Name,Last Name,Phone,E-mail,City,Notes",
            "Vorname,Nachname,Telefon,E-Mail,Ort,Bemerkungen",
            "Prénom,Nom,Téléphone,Courriel,Ville,Remarques",
            "Nombre,Apellidos,Teléfono,Correo electrónico,Ciudad,Observaciones",
            "Nome,Sobrenome,Telefone,E-mail,Cidade,Observações",
            "Nome,Cognome,Telefono,Posta elettronica,Città,Note",
            "Voornaam,Achternaam,Telefoon,E-mailadres,Woonplaats,Opmerkingen",
            "Imię,Nazwisko,Numer telefonu,Adres e-mail,Miasto,Uwagi",
            "名,姓,電話番号,メールアドレス,市区町村,備考",
            "名字,姓氏,电话,电子邮件,城市,备注",
        ],
    )
    def test_usual_words_are_known_in_ten(self, headers):
        assert targets(headers) == ["given", "family", "phones.1", "emails.1", "addresses.1.city", "notes"]

    @pytest.mark.parametrize(
        ("headers", "expected"),
        [
            ("Name,Phone", ["name", "phones.1"]),
            ("Nome,Telefone", ["name", "phones.1"]),
            ("Nom,Téléphone", ["name", "phones.1"]),
            ("Name,Vorname", ["family", "given"]),
            ("Nom,Prénom", ["family", "given"]),
            ("Nome,Cognome", ["given", "family"]),
            ("Nombre,Apellidos", ["given", "family"]),
            ("Name,First Name,Last Name", ["display", "given", "family"]),
            ("Nome,Apelido", ["given", "family"]),
            ("Nome,Sobrenome,Apelido", ["given", "family", "nickname"]),
        ],
    )
    def test_a_word_for_a_name_means_what_the_other_columns_leave(self, headers, expected):
        assert targets(headers) == expected

    def test_a_title_is_that_of_a_job_or_of_a_person(self):
        assert targets("Name,Title\nAda,Engineer") == ["name", "title"]
        assert targets("Name,Titel\nAda,Dr.\nBob,Prof.") == ["name", "prefix"]

    @pytest.mark.parametrize("header", ["Name, Vorname", "Cognome e nome", "Last Name, First Name"])
    def test_a_header_may_say_that_the_family_name_comes_first(self, header):
        found = suggested(f'"{header}"\nNagy István')

        assert found.mapping.name_order is NameOrder.FAMILY_FIRST


class TestSeveralValues:
    def test_each_column_of_numbers_is_a_value_of_its_own(self):
        assert targets("Phone,Phone 2,Handy,Telefon") == ["phones.1", "phones.2", "phones.3=mobile", "phones.4"]

    def test_the_columns_of_an_address_are_one_value(self):
        assert targets("Street,Zip,City,Country") == [
            *("addresses.1.street", "addresses.1.postal_code", "addresses.1.city", "addresses.1.country")
        ]

    def test_lines_of_a_street_are_one_value(self):
        assert targets("Address 1,Address 2,City") == ["addresses.1.street", "addresses.1.street", "addresses.1.city"]

    def test_a_second_city_begins_a_second_address(self):
        assert targets("City,Country,City,Country") == [
            *("addresses.1.city", "addresses.1.country", "addresses.2.city", "addresses.2.country")
        ]

    def test_unknown_columns_of_a_known_program_come_behind_its_own(self):
        headers = HEADERS["hubspot"] + ",Festnetz,Shoe size"

        found = targets(headers + "\n" + "," * 13 + "+49 30 1234567,39")

        assert found[-2:] == ["phones.3", "custom_fields.4=Shoe size"]


class TestLabels:
    def test_without_a_column_of_values_are_kept_as_a_custom_field(self):
        found = suggested("First Name,Last Name,E-mail 1 - Label,Phone 1 - Value\nAda,Lovelace,Work,+49 30 1234567")

        assert found.suggestions[2].target.text == "custom_fields.1=E-mail 1 - Label"
        assert not found.is_certain

    def test_without_a_column_of_values_are_ignored_if_there_are_none(self):
        found = suggested("First Name,Last Name,E-mail 1 - Label,Phone 1 - Value\nAda,Lovelace,,+49 30 1234567")

        assert found.suggestions[2].target.text == ""
        assert found.is_certain


class TestDates:
    def test_the_order_that_a_column_shows_is_taken(self):
        found = suggested("Name,Birthday\nAda,25/12/1980\nBob,03/04/1980")

        assert found.mapping.columns[1].date_order is DateOrder.DAY_FIRST
        assert found.is_certain

    @pytest.mark.parametrize("dates", [["03/04/1980"], ["25/12/1980", "12/25/1980"]])
    def test_it_is_asked_if_dates_fit_both_or_contradict_each_other(self, dates):
        found = suggested("Name,Birthday\n" + "\n".join(f"Ada,{date}" for date in dates))

        assert found.suggestions[1].asks_date_order
        assert not found.is_certain

    def test_the_file_shows_it_if_another_column_does(self):
        found = suggested("Name,Birthday,Anniversary\nAda,03/04/1980,25/12/2001")

        assert found.mapping.columns[1].date_order is DateOrder.DAY_FIRST

    def test_the_program_may_say_it(self):
        headers = HEADERS["yahoo"]
        cells = ["03/04/1980" if header == "Birthday" else "x" for header in headers.split(",")]

        found = suggested(headers + "\n" + ",".join(cells))

        birthday = next(column for column in found.mapping.columns if column.target.field == "birthday")
        assert birthday.date_order is DateOrder.MONTH_FIRST

    def test_dates_with_one_meaning_ask_nothing(self):
        assert suggested("Name,Birthday\nAda,1980-04-03\nBob,3.4.1980").is_certain


class TestWithoutHeader:
    def test_the_cells_alone_tell(self):
        text = "\n".join(
            f"Ada Lovelace,ada{n}@example.org,+44 20 7946 0{n}00,https://example.org/{n},{n}" for n in range(9)
        )

        assert targets(text, has_header=False)[:4] == ["name", "emails.1", "phones.1", "urls.1"]

    def test_nothing_is_certain(self):
        assert not suggested("Ada Lovelace,ada@example.org", has_header=False).is_certain


class TestUnknownLanguage:
    HEADER = ",".join(["Vardas", "Pavardė", *(f"Stulpelis {n}" for n in range(39))])

    def test_rows_of_37_cells_are_thunderbirds(self):
        text = self.HEADER + "\nOna,Jonaitė,Ona J.,,ona@example.org" + "," * 32

        assert suggested(text).program == "Thunderbird"
        assert suggested(text).is_certain
        assert contacts(text)[0].fields["emails"] == [{"value": "ona@example.org"}]

    def test_unless_its_fifth_cells_are_no_addresses(self):
        assert suggested(self.HEADER + "\nOna,Jonaitė,,,12" + ",x" * 32).program == ""


def test_a_table_without_columns_or_rows_is_no_error():
    assert suggested("Name").is_certain
    assert not suggested("\n").suggestions
