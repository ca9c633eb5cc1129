"""Rows become contacts; what cannot be read is said, and nothing is dropped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.contacts.cleaning import clean_fields
from chalicelib.contacts.contact_fields import LONGEST_FIELD_NAME, MOST_CUSTOM_FIELDS
from chalicelib.files.mapping.column_mapping import BLOCKING, ColumnMapping, MappedColumn, Rule
from chalicelib.files.mapping.person_names import NameOrder
from chalicelib.files.mapping.row_mapper import FOOTER, RowMapper
from chalicelib.files.mapping.target import TITLES, Target
from chalicelib.files.mapping.written_dates import DateOrder
from chalicelib.files.records import LONGEST_SHOWN

NAME = ("name", "Ada")  # of a row that is a contact, whatever else it has


def row(*cells, order=None, **more):
    """A row of (target, cell) pairs, mapped; the header of each column is its target."""
    columns = [MappedColumn(target, Target.of(target), order) for target, _ in cells]
    return RowMapper(ColumnMapping(columns, **more))([cell for _, cell in cells])


def fields(*cells, **more):
    """The fields of a row that has no problems, without the name that makes it a contact."""
    mapped = row(NAME, *cells, **more)
    assert mapped.problems == []
    return {name: value for name, value in mapped.fields.items() if (name, value) != ("display", "Ada")}


def problems(*cells, **more):
    """The problems of a row, as (column, value, code)."""
    return [tuple(problem) for problem in row(NAME, *cells, **more).problems]


class TestTexts:
    def test_they_are_taken_as_they_are(self):
        assert fields(("given", " Ada "), ("notes", "a\n- b"), ("nickname", "=1+1")) == {
            "given": "Ada",
            "notes": "a\n- b",
            "nickname": "=1+1",
        }

    @pytest.mark.parametrize("cell", ["", " ", "\t\n"])
    def test_an_empty_cell_is_no_value(self, cell):
        assert fields(("given", cell), ("notes", cell), ("emails.1", cell), ("birthday", cell), ("groups", cell)) == {}

    def test_two_columns_of_one_field_are_joined(self):
        assert fields(("notes", "a"), ("notes", "b")) == {"notes": "a\nb"}
        assert fields(("given", "Ada"), ("given", "Maria")) == {"given": "Ada Maria"}
        assert fields(("given", "Ada"), ("given", "Ada")) == {"given": "Ada"}

    def test_an_ignored_column_is_not_read(self):
        assert fields(("", "x")) == {}

    def test_a_whole_name_is_split_in_the_order_of_its_column(self):
        assert row(("name", "Nagy István"), name_order=NameOrder.FAMILY_FIRST).fields == {
            "given": "István",
            "family": "Nagy",
            "display": "Nagy István",
        }
        assert row(("name", "Doe, John")).fields == {"given": "John", "family": "Doe"}

    def test_the_id_in_the_other_program_is_no_field(self):
        mapped = row(NAME, ("uid", "12345"))

        assert mapped.uid == "12345"
        assert mapped.fields == {"display": "Ada"}


class TestEmails:
    @pytest.mark.parametrize(
        ("cell", "addresses"),
        [
            ("a@x.org", ["a@x.org"]),
            ("a@x.org ::: b@x.org", ["a@x.org", "b@x.org"]),
            ("a@x.org; b@x.org", ["a@x.org", "b@x.org"]),
            ("a@x.org,b@x.org", ["a@x.org", "b@x.org"]),
            ("a@x.org\r\nb@x.org", ["a@x.org", "b@x.org"]),
            ("mailto:a@x.org", ["a@x.org"]),
            ("Ada <a@x.org>", ["a@x.org"]),
            ("'a@x.org'", ["a@x.org"]),
        ],
    )
    def test_all_addresses_in_a_cell_are_values(self, cell, addresses):
        assert fields(("emails.1", cell)) == {"emails": [{"value": address} for address in addresses]}

    @pytest.mark.parametrize("cell", ["none", "ada at x.org", "/o=Org/ou=First/cn=Recipients/cn=ada", "undefined"])
    def test_other_texts_are_said(self, cell):
        assert problems(("emails.1", cell)) == [("emails.1", cell, "not_an_email")]

    def test_text_beside_an_address_is_said_unless_it_is_the_name(self):
        assert problems(("emails.1", "Bob <a@x.org>")) == [("emails.1", "Bob <a@x.org>", "text_beside_email")]

    def test_a_list_of_addresses_with_names_has_names(self):
        mapped = row(("emails.1", "Uwe Rast <uwe@rast.example>"))

        assert mapped.fields == {"display": "Uwe Rast", "emails": [{"value": "uwe@rast.example"}]}
        assert mapped.problems == []

    def test_the_same_address_twice_is_one_value(self):
        assert fields(("emails.1", "a@x.org"), ("emails.2", "a@x.org")) == {"emails": [{"value": "a@x.org"}]}


class TestPhones:
    def test_numbers_with_a_country_code_are_left_as_they_are(self):
        assert fields(("phones.1=home", "+49 170 1234567; +49 30 1234567")) == {
            "phones": [{"raw": "+49 170 1234567", "label": "home"}, {"raw": "+49 30 1234567", "label": "home"}]
        }

    def test_the_country_of_the_mapping_completes_the_others(self):
        assert fields(("phones.1", "0170 1234567"), ("phones.2", "(030) 123456-12"), region="DE") == {
            "phones": [
                {"raw": "0170 1234567", "e164": "+491701234567"},
                {"raw": "(030) 123456-12", "e164": "+493012345612"},
            ]
        }

    def test_without_it_such_a_number_is_kept_and_said(self):
        mapped = row(NAME, ("phones.1", "0170 1234567"))

        assert mapped.fields["phones"] == [{"raw": "0170 1234567"}]
        assert mapped.problems == [("phones.1", "0170 1234567", "phone_without_country")]

    def test_a_number_that_the_country_does_not_have_is_kept_and_said(self):
        mapped = row(NAME, ("phones.1", "110"), region="DE")

        assert mapped.fields["phones"] == [{"raw": "110"}]
        assert mapped.problems == [("phones.1", "110", "no_such_number")]

    @pytest.mark.parametrize(
        ("cell", "code"),
        [("4.91512E+12", "rounded_number"), ("none", "not_a_phone_number"), ("-", "not_a_phone_number")],
    )
    def test_what_is_no_number_any_more_is_said_and_not_stored(self, cell, code):
        mapped = row(NAME, ("phones.1", cell))

        assert "phones" not in mapped.fields
        assert mapped.problems == [("phones.1", cell, code)]

    def test_the_extension_stays(self):
        (phone,) = fields(("phones.1", "030 1234567 ext. 12"), region="DE")["phones"]

        assert phone == {"raw": "030 1234567 ext. 12", "e164": "+49301234567", "extension": "12"}


class TestLabels:
    def test_a_column_of_labels_names_each_value(self):
        assert fields(
            ("emails.1.label", "Work"),
            ("emails.1", "a@x.org"),
            ("phones.1.label", "Ferienhaus"),
            ("phones.1", "+1 212 555 0100"),
        ) == {
            "emails": [{"value": "a@x.org", "label": "work"}],
            "phones": [{"raw": "+1 212 555 0100", "label": "Ferienhaus"}],
        }

    def test_a_label_without_a_value_is_nothing(self):
        assert fields(("emails.1.label", "Work"), ("addresses.1.label", "Home"), ("custom_fields.1.name", "Size")) == {}

    def test_the_label_of_a_row_wins_over_that_of_the_column(self):
        assert fields(("urls.1=home", "x.org"), ("urls.1.label", "Blog")) == {
            "urls": [{"value": "https://x.org", "label": "blog"}]
        }


class TestGoogle:
    """The cells of an export of Google Contacts."""

    def test_several_values_share_a_cell_and_a_label(self):
        assert fields(
            ("phones.1.label", "Mobile"), ("phones.1", "+91 98765 43210 ::: +91 12345 67890"), preset="google"
        )["phones"] == [
            {"raw": "+91 98765 43210", "label": "mobile"},
            {"raw": "+91 12345 67890", "label": "mobile"},
        ]

    def test_the_value_with_a_star_comes_first(self):
        assert fields(
            *(("emails.1.label", "Home"), ("emails.1", "h@x.org ::: i@x.org")),
            *(("emails.2.label", "* Work"), ("emails.2", "w@x.org")),
            *(("emails.3.label", "* "), ("emails.3", "o@x.org")),
            preset="google",
        )["emails"] == [
            {"value": "w@x.org", "label": "work"},
            {"value": "h@x.org", "label": "home"},
            {"value": "i@x.org", "label": "home"},
            {"value": "o@x.org"},
        ]

    def test_a_preferred_value_that_is_there_already_comes_first_too(self):
        assert fields(
            *(("emails.1", "a@x.org"), ("emails.2", "b@x.org")),
            *(("emails.3.label", "*"), ("emails.3", "b@x.org")),
            preset="google",
        )["emails"] == [{"value": "b@x.org"}, {"value": "a@x.org"}]

    def test_groups_are_those_of_the_person(self):
        cell = "Suppliers ::: * myContacts ::: * starred ::: ספקים ::: * Family"

        assert fields(("groups", cell), preset="google") == {"groups": ["Suppliers", "ספקים", "Family"]}
        assert fields(("groups", "* myContacts"), preset="google") == {}

    def test_a_group_may_hold_commas(self):
        assert fields(("groups", "Müller, Söhne; Co"), preset="google") == {"groups": ["Müller, Söhne; Co"]}

    def test_two_addresses_with_one_label_share_their_cells(self):
        assert fields(
            ("addresses.1.label", "Home"),
            ("addresses.1", "1 Main St\nParis ::: Rome"),
            ("addresses.1.street", "1 Main St ::: "),
            ("addresses.1.city", "Paris ::: Rome"),
            preset="google",
        )["addresses"] == [{"street": "1 Main St", "city": "Paris", "label": "home"}, {"city": "Rome", "label": "home"}]

    def test_an_address_that_is_only_formatted_is_its_street(self):
        assert fields(("addresses.1", "12 Park St\nKolkata"), ("addresses.1.city", ""), preset="google") == {
            "addresses": [{"street": "12 Park St\nKolkata"}]
        }

    def test_a_birthday_without_a_year_has_a_space_in_front(self):
        assert fields(("birthday", " --12-25"), preset="google") == {"birthday": {"month": 12, "day": 25}}


class TestOtherPrograms:
    def test_outlooks_dates_may_be_unset(self):
        cells = [("birthday", "0/0/00"), ("events.1=anniversary", "0/0/00"), ("custom_fields.9=Gender", "Unspecified")]

        assert fields(*cells, preset="outlook_windows") == {}

    def test_outlooks_categories_and_children_have_semicolons(self):
        assert fields(("groups", "Friends;Work"), ("relations.4=child", "Tim; Eva"), preset="outlook_windows") == {
            "groups": ["Friends", "Work"],
            "relations": [{"value": "Tim", "label": "child"}, {"value": "Eva", "label": "child"}],
        }

    def test_outlooks_streets_are_lines_of_one(self):
        lines = [("addresses.1.street=work", line) for line in ("1 Main St", "", "Floor 2")]

        assert fields(*lines, preset="outlook_windows") == {
            "addresses": [{"street": "1 Main St\nFloor 2", "label": "work"}]
        }

    @pytest.mark.parametrize(
        ("parts", "day"),
        [
            (("1980", "2", "3"), {"year": 1980, "month": 2, "day": 3}),
            (("", "2", "3"), {"month": 2, "day": 3}),
            (("1980", "", ""), {"year": 1980}),
            (("0", "02", "03"), {"month": 2, "day": 3}),
            (("1980.0", "2.0", "3.0"), {"year": 1980, "month": 2, "day": 3}),
        ],
    )
    def test_thunderbirds_birthdays_have_three_columns(self, parts, day):
        cells = zip(("birthday.year", "birthday.month", "birthday.day"), parts, strict=True)

        assert fields(*cells) == {"birthday": day}

    def test_parts_that_are_no_day_are_said(self):
        assert problems(("birthday.month", "13"), ("birthday.day", "1")) == [("birthday.month", "13-1", "not_a_day")]
        assert problems(("birthday.year", "1980"), ("birthday.day", "1")) == [("birthday.year", "1980-1", "not_a_day")]

    def test_evolution_writes_line_breaks_as_in_c(self):
        assert fields(("notes", "a\\nb \\\\ c"), preset="evolution") == {"notes": "a\nb \\ c"}

    def test_a_salesforce_report_ends_with_lines_that_are_no_contacts(self):
        for footer in ("Grand Totals (5700 records)", "Copyright (c) 2000-2026 salesforce.com, inc."):
            mapped = row(("prefix", footer), ("family", ""), preset="salesforce")

            assert (mapped.fields, mapped.problems) == ({}, (("", footer, FOOTER),))

    def test_linkedins_rows_may_have_a_date_alone(self):
        mapped = row(("given", ""), ("events.1=connected on LinkedIn", "01 Jan 2023"), preset="linkedin")

        assert mapped.problems == [("", "", BLOCKING)]

    def test_this_services_export_for_spreadsheets_has_apostrophes(self):
        assert fields(("notes", "'=1+1"), ("nickname", "''"), preset="own_spreadsheet") == {
            "notes": "=1+1",
            "nickname": "''",
        }


class TestDates:
    def test_the_order_of_the_column_decides(self):
        assert fields(("birthday", "03/04/1980"), order=DateOrder.DAY_FIRST)["birthday"]["month"] == 4
        assert fields(("birthday", "03/04/1980"), order=DateOrder.MONTH_FIRST)["birthday"]["month"] == 3

    @pytest.mark.parametrize(
        ("cell", "code"), [("03/04/1980", "ambiguous_date"), ("soon", "not_a_date"), ("1980-02-30", "not_a_day")]
    )
    def test_a_birthday_that_cannot_be_read_is_said(self, cell, code):
        assert problems(("birthday", cell)) == [("birthday", cell, code)]

    def test_nobody_alive_was_born_in_1604_or_1900(self):
        assert (
            fields(("birthday", "1604-02-03"))
            == fields(("birthday", "1900-02-03"))
            == {"birthday": {"month": 2, "day": 3}}
        )

    def test_an_event_may_be_any_text_but_no_impossible_day(self):
        assert fields(("events.1=wedding", "12. Mai 2001"), ("events.2=move", "soon")) == {
            "events": [{"value": "2001-05-12", "label": "wedding"}, {"value": "soon", "label": "move"}]
        }
        assert problems(("events.1=wedding", "2001-02-30")) == [("events.1=wedding", "2001-02-30", "not_a_day")]


class TestLinks:
    def test_a_missing_scheme_is_added(self):
        assert fields(("urls.1", "example.org/a,b;c")) == {"urls": [{"value": "https://example.org/a,b;c"}]}

    def test_a_messengers_handle_is_one(self):
        assert fields(("urls.1", "skype:ada")) == {"ims": [{"value": "skype:ada", "label": "skype"}]}

    def test_other_texts_are_said(self):
        assert problems(("urls.1", "see notes")) == [("urls.1", "see notes", "not_a_link")]


class TestCustomFields:
    def test_a_column_is_named_by_the_mapping_or_by_another_column(self):
        assert fields(
            ("custom_fields.1=Shoe size", "39"), ("custom_fields.2.name", "Hat"), ("custom_fields.2", "M")
        ) == {"custom_fields": [{"name": "Shoe size", "value": "39"}, {"name": "Hat", "value": "M"}]}

    def test_a_long_name_is_shortened(self):
        ((field,),) = fields((f"custom_fields.1={'x' * 99}", "1")).values()

        assert len(field["name"]) == LONGEST_FIELD_NAME

    def test_what_is_beyond_the_limit_is_said(self):
        mapped = row(NAME, *((f"custom_fields.{n}=F{n}", str(n)) for n in range(1, MOST_CUSTOM_FIELDS + 2)))

        assert len(mapped.fields["custom_fields"]) == MOST_CUSTOM_FIELDS
        assert [problem.code for problem in mapped.problems] == ["too_many_custom_fields"]


class TestMapping:
    def test_a_field_that_is_never_used_is_not_read(self):
        assert fields(("notes", "x"), ("emails.1", "a@x.org"), rules={"notes": Rule.NEVER, "emails": Rule.NEVER}) == {}

    def test_defaults_fill_what_a_row_does_not_have(self):
        defaults = {"groups": "Trade fair", "organization": "Acme"}

        assert fields(("organization", ""), defaults=defaults) == {"groups": ["Trade fair"], "organization": "Acme"}
        assert fields(("organization", "Engines"), defaults=defaults)["organization"] == "Engines"

    def test_defaults_make_no_contact_of_a_row_without_a_name_an_email_or_a_number(self):
        mapped = row(("organization", ""), ("notes", "5"), defaults={"organization": "Acme"})

        assert [problem.code for problem in mapped.problems] == ["no_name_email_or_phone"]

    def test_values_are_in_the_order_of_their_numbers(self):
        assert fields(("emails.2", "b@x.org"), ("emails.1", "a@x.org"))["emails"] == [
            {"value": "a@x.org"},
            {"value": "b@x.org"},
        ]

    def test_values_of_one_column_and_of_several_keep_that_order(self):
        cells = [
            ("addresses.3.city", "Rom"),
            ("addresses.1.city", "Ulm"),
            ("addresses.2.street", "Hof 1"),
            ("addresses.2.city", "Bonn"),
        ]

        assert [address["city"] for address in fields(*cells)["addresses"]] == ["Ulm", "Bonn", "Rom"]


class TestRequired:
    @pytest.mark.parametrize(
        "cell", [("nickname", "x"), ("organization", "x"), ("emails.1", "a@x"), ("phones.1", "+1 2")]
    )
    def test_a_name_an_email_or_a_number_suffices(self, cell):
        assert row(cell).problems == []

    @pytest.mark.parametrize("cell", [("notes", "x"), ("prefix", "Dr."), ("addresses.1.city", "Ulm"), ("name", " ")])
    def test_a_row_with_none_of_them_is_said_to_be_no_contact(self, cell):
        assert row(cell).problems == [("", "", BLOCKING)]


class TestWidth:
    def test_a_short_row_has_no_more_values(self):
        mapper = RowMapper(ColumnMapping([MappedColumn("a", Target("given")), MappedColumn("b", Target("family"))]))

        assert mapper(["Ada"]).fields == {"given": "Ada"}

    def test_what_stands_beyond_the_last_column_is_said(self):
        mapper = RowMapper(ColumnMapping([MappedColumn("a", Target("given"))]))

        assert mapper(["Ada", "", "x", "y"]).problems == [
            ("Column C", "x", "no_column"),
            ("Column D", "y", "no_column"),
        ]
        assert mapper(["Ada", "", ""]).problems == []

    def test_a_long_value_is_shortened_in_problems(self):
        (problem,) = row(NAME, ("emails.1", "x" * 999)).problems

        assert len(problem.value) == LONGEST_SHOWN


LISTED = ("emails", "phones", "addresses", "events", "relations", "urls", "ims", "custom_fields")
TARGETS = [
    Target.of(kind.replace(field, f"{field}.1", 1) if (field := kind.partition(".")[0]) in LISTED else kind)
    for kind in TITLES
]
ODD = ("a@x.org", "+49 170 1234567", "1/2/3", "0/0/00", " ::: ", "*", "* ", ";;;", "=", "'", '="', ".0", "1E5", ",,")
texts = st.text(max_size=12) | st.sampled_from(ODD)
PRESETS = ("", "google", "own_spreadsheet", "own_address_book", "evolution", "outlook_windows", "salesforce")


class TestHostileCells:
    @given(
        st.lists(st.sampled_from(TARGETS), min_size=1, max_size=8),
        st.lists(texts, max_size=10),
        st.sampled_from(PRESETS),
    )
    def test_no_row_is_an_error_and_what_it_gives_can_be_cleaned(self, targets, cells, preset):
        columns = [MappedColumn("x", target) for target in targets]

        mapped = RowMapper(ColumnMapping(columns, preset=preset, region="DE"))(cells)

        clean_fields(mapped.fields)
        assert all(len(problem) == 3 for problem in mapped.problems)
