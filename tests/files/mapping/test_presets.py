"""Programs are recognized by the headers that they write."""

import csv
import io
from collections import Counter

import pytest

from chalicelib.address_book.export_address_book_csv import address_book_csv_of
from chalicelib.address_book.export_csv import csv_of
from chalicelib.files.mapping.presets import by_position, presets, recognize
from chalicelib.files.mapping.target import Target
from tests.address_book.making import contact
from tests.files.written_headers import HEADERS


def targets(headers):
    """The program, and what each column becomes, written; None for an unknown column."""
    found = recognize(headers)
    assert found is not None
    return found.preset.id, [None if target is None else target.text for target in found.targets]


class TestPresets:
    @pytest.mark.parametrize(("preset", "headers"), HEADERS.items())
    def test_the_headers_of_each_program_are_recognized(self, preset, headers):
        program, found = targets(headers.split(","))

        assert program == preset.partition(" ")[0]
        assert None not in found

    @pytest.mark.parametrize("preset", presets().values(), ids=presets())
    def test_the_data_names_targets_that_exist(self, preset):
        for headers in preset.headers.values():
            for header, meanings in headers.items():
                assert header
                for meaning in meanings:
                    assert Target.of(meaning.replace("{n}", "1")).text == meaning.replace("{n}", "1")

    @pytest.mark.parametrize("preset", presets().values(), ids=presets())
    def test_what_a_preset_needs_is_in_its_columns(self, preset):
        english = {meaning for headers in preset.headers.values() for texts in headers.values() for meaning in texts}

        assert all(set(group) <= english for group in preset.needs)

    @pytest.mark.parametrize(
        "headers", [[], [""], ["a", "b"], ["First Name", "Last Name"], ["Name", "Phone", "E-mail"]]
    )
    def test_other_headers_are_of_no_program(self, headers):
        assert recognize(headers) is None

    def test_a_file_of_mostly_unknown_columns_is_of_no_program(self):
        assert (
            recognize(["First Name", "Last Name", "Email", "Lead Status", *(f"Column {n}" for n in "abcdef")]) is None
        )


class TestGoogle:
    def test_numbered_columns_are_parts_of_one_value(self):
        _, found = targets(["First Name", "Labels", "Phone 1 - Label", "Phone 1 - Value", "Phone 12 - Value"])

        assert found == ["given", "groups", "phones.1.label", "phones.1", "phones.12"]

    def test_the_columns_before_2024_are_recognized_too(self):
        program, found = targets(["Name", "Given Name", "Group Membership", "E-mail 1 - Type", "E-mail 1 - Value"])

        assert program == "google_before_2024"
        assert found == ["display", "given", "groups", "emails.1.label", "emails.1"]


class TestOutlook:
    def test_one_title_that_stands_twice_means_two_fields(self):
        """In French, Titre is the salutation and then the job."""
        headers = ["Titre", "Prénom", "Nom", "Titre", "Téléphone (bureau)", "Adresse de messagerie", "Anniversaire"]

        assert targets(headers) == (
            "outlook_windows",
            ["prefix", "given", "family", "title", "phones.3=work", "emails.1", "birthday"],
        )

    def test_one_word_means_different_fields_in_different_languages(self):
        italian = ["Titolo", "Nome", "Cognome", "Indirizzo posta elettronica", "Ufficio", "Anniversario"]
        spanish = ["Nombre", "Apellidos", "E-mail Address", "Particular", "Teléfono del trabajo"]
        german = ["Vorname", "Nachname", "E-Mail-Adresse", "Telefon geschäftlich", "Mobiltelefon", "Mobiltelefon 2"]

        assert targets(italian)[1] == [
            *("prefix", "given", "family", "emails.1", "phones.3=work", "events.1=anniversary")
        ]
        assert targets(spanish)[1] == ["given", "family", "emails.1", "phones.5=home", "phones.3=work"]
        assert targets(german)[1][2:] == ["emails.1", "phones.3=work", "phones.2=mobile", "phones.16=radio"]

    def test_the_brazilian_state_stands_twice(self):
        headers = ["Primeiro nome", "Sobrenome", "E-mail Address", "Endereço residencial", "Estado", "Cidade", "Estado"]

        found = targets(headers)[1]

        assert found[4:] == ["addresses.2.region=home", "addresses.3.city=other", "addresses.3.region=other"]

    def test_brackets_around_the_kind_do_not_matter(self):
        without = ["Vorname", "Nachname", "E-Mail-Adresse", "Telefon geschäftlich", "Fax privat"]
        within = ["Vorname", "Nachname", "E-Mail-Adresse", "Telefon (geschäftlich)", "Fax (privat)"]

        assert [text.partition("=")[2] for text in targets(within)[1]] == [
            text.partition("=")[2] for text in targets(without)[1]
        ]

    def test_newer_versions_say_country_or_region(self):
        headers = ["First Name", "Last Name", "E-mail Address", "Business Country/Region", "E-mail 2 Display Name"]

        assert targets(headers)[1][3:] == ["addresses.1.country=work", ""]

    @pytest.mark.parametrize("language", presets()["outlook_windows"].headers)
    def test_a_file_in_each_language_is_recognized(self, language):
        preset = presets()["outlook_windows"]
        headers = {texts[0]: header for header, texts in reversed(preset.headers[language].items())}
        wanted = ["given", "family", "emails.1", "phones.3=work", "addresses.2.city=home", "birthday"]

        assert targets([headers[target] for target in wanted]) == ("outlook_windows", wanted)


class TestThunderbird:
    def test_titles_that_repeat_are_told_apart_by_their_place(self):
        """In French, town, state and zip of both addresses have one title each."""
        french = HEADERS["thunderbird French"].split(",")

        found = targets(french)[1]

        assert [found[14], found[20]] == ["addresses.1.city=home", "addresses.2.city=work"]
        assert [found[16], found[22]] == ["addresses.1.postal_code=home", "addresses.2.postal_code=work"]

    def test_one_unknown_title_is_known_by_its_place(self):
        headers = HEADERS["thunderbird English"].split(",")
        headers[8] = "Festnetz"

        assert targets(headers)[1][8] == "phones.3=home"

    def test_older_versions_write_the_screen_name_last(self):
        headers = HEADERS["thunderbird English"].split(",")
        headers.append(headers.pop(6))

        found = targets(headers)[1]

        assert (found[6], found[-1]) == ("phones.2=work", "ims.1")

    def test_a_file_in_an_unknown_language_is_read_by_place(self):
        """Lithuanian has commas in two titles, so that its header has 41 cells."""
        headers = ["Vardas", "Pavardė", *(f"Stulpelis {n}" for n in range(39))]

        found = by_position(headers, Counter({37: 12}))

        assert found is not None
        assert (found.preset.id, len(found.targets)) == ("thunderbird", 37)
        assert found.targets[4] == Target("emails", "value", 1)

    @pytest.mark.parametrize(
        ("headers", "widths"),
        [
            (["Vardas"], {36: 1}),
            (["Vardas"], {37: 1, 38: 1}),
            (["Vardas"], {}),
            (["Kaina"], {37: 1}),
            ([], {37: 1}),
        ],
    )
    def test_other_widths_and_other_first_titles_are_not(self, headers, widths):
        assert by_position(headers, widths) is None


class TestOwnExports:
    @pytest.mark.parametrize(
        ("export", "preset"), [(address_book_csv_of, "own_address_book"), (csv_of, "own_spreadsheet")]
    )
    def test_both_are_recognized_with_all_columns(self, export, preset):
        ada = contact(
            "Ada",
            emails=[{"value": f"{number}@x.org"} for number in range(3)],
            ims=[{"value": "ada"}],
            custom_fields=[{"name": "Size", "value": "39"}],
            addresses=[{"city": "Ulm"}],
        )
        headers = next(csv.reader(io.StringIO("".join(export([ada])).removeprefix("\ufeff"), newline="")))

        program, found = targets(headers)

        assert program == preset
        assert None not in found

    def test_an_export_of_google_is_not_taken_for_one(self):
        assert targets(HEADERS["google"].split(","))[0] == "google"

    def test_googles_template_for_imports_is_not_taken_for_one(self):
        headers = (
            "Name Prefix,First Name,Last Name,Nickname,File As,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,"
            "Phone 1 - Value,Address 1 - Label,Address 1 - Street,Website 1 - Label,Website 1 - Value,Notes,Labels"
        )

        assert targets(headers.split(","))[0] == "google"
