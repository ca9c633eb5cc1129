"""The book as CSV: one row a contact, nothing lost, nothing that a spreadsheet runs."""

import csv
import io
from itertools import zip_longest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.address_book.export_csv import BETWEEN, csv_of
from chalicelib.foundation.safe_csv import escape_cell, unescape_cell
from tests.address_book.making import HOSTILE, contact, contacts
from tests.examples import examples

LISTS = {"emails": ("E-mail", "value"), "phones": ("Phone", "raw"), "urls": ("Website", "value")}
STORED = {
    "Created": "2026-03-03T12:00:00.000Z",
    "Updated": "2026-03-03T12:00:00.000Z",
    "Contact ID": "id1",
    "Sources": "google:g1 people/c1",
    "Source Tags": "google",
}


def rows(*book):
    """The file, read by Python's csv: a dictionary a contact, the cells as they stand there."""
    text = "".join(csv_of(book)).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def cells(*book):
    return [{header: unescape_cell(cell) for header, cell in row.items()} for row in rows(*book)]


def row_of(each):
    """The cells of one contact that are not empty."""
    (row,) = cells(each)
    return {header: cell for header, cell in row.items() if cell}


class TestRow:
    def test_it_has_id_sources_and_times(self):
        assert row_of(contact("Ada")) == {"Name": "Ada", "First Name": "Ada", **STORED}

    def test_it_has_every_single_value(self):
        ada = contact(
            "Ada Lovelace",
            nickname="Countess",
            organization="Analytical Engines",
            department="Programs",
            title="Author",
            notes="first\nsecond",
            photo_url="https://x.org/ada.png",
            groups=["Friends", "Poets"],
            birthday={"year": 1815, "month": 12, "day": 10},
        )

        assert row_of(ada) == {
            "Name": "Ada Lovelace",
            "First Name": "Ada",
            "Last Name": "Lovelace",
            "Nickname": "Countess",
            "Organization Name": "Analytical Engines",
            "Organization Title": "Author",
            "Organization Department": "Programs",
            "Birthday": "1815-12-10",
            "Labels": "Friends ::: Poets",
            "Notes": "first\nsecond",
            "Photo": "https://x.org/ada.png",
            **STORED,
        }

    def test_it_has_every_value_of_every_list_with_its_label(self):
        ada = contact(
            "Ada",
            emails=[{"value": "ada@x.org", "label": "home"}, {"value": "ada@y.org"}],
            phones=[{"raw": "0170 1", "e164": "+491701", "label": "mobile"}],
            urls=[{"value": "https://ada.example"}],
            addresses=[{"street": "St James 12\nFlat 3", "city": "London", "postal_code": "SW1", "country": "UK"}],
        )

        assert row_of(ada) == {
            "Name": "Ada",
            "First Name": "Ada",
            "E-mail 1 - Label": "home",
            "E-mail 1 - Value": "ada@x.org",
            "E-mail 2 - Value": "ada@y.org",
            "Phone 1 - Label": "mobile",
            "Phone 1 - Value": "0170 1",
            "Address 1 - Street": "St James 12\nFlat 3",
            "Address 1 - City": "London",
            "Address 1 - Postal Code": "SW1",
            "Address 1 - Country": "UK",
            "Website 1 - Value": "https://ada.example",
            **STORED,
        }

    @pytest.mark.parametrize(
        ("birthday", "text"),
        [
            ({"month": 4, "day": 12}, "--04-12"),
            ({"year": 1990}, "1990"),
            ({"year": 1990, "month": 4}, "1990-04"),
            ({"month": 4}, "--04"),
            ({"day": 12}, "---12"),
            ({"year": 1990, "day": 12}, "1990--12"),
        ],
    )
    def test_a_birthday_has_its_known_parts(self, birthday, text):
        assert cells(contact("Ada", birthday=birthday))[0]["Birthday"] == text


class TestColumns:
    def test_there_are_as_many_as_the_book_needs(self):
        two = contact("Ada", emails=[{"value": "a@x.org"}, {"value": "b@x.org"}])
        header = list(rows(two, contact("Bob", "id2"))[0])

        assert [name for name in header if name.endswith("Value")] == [
            "E-mail 1 - Value",
            "E-mail 2 - Value",
            "Phone 1 - Value",
            "Website 1 - Value",
        ]

    def test_one_contact_with_very_many_does_not_make_all_rows_wide_and_loses_none(self):
        many = contact("Ada", emails=[{"value": f"{number}@x.org", "label": "home"} for number in range(14)])

        (row,) = cells(many)

        assert row["E-mail 10 - Value"] == "9@x.org"
        assert row["E-mail - More"].split(BETWEEN) == [f"home: {number}@x.org" for number in range(10, 14)]


class TestOrder:
    def test_by_name_without_regard_to_case_and_accents_and_the_nameless_last(self):
        names = ["zoe", "", "Émile", "adam", "Eve"]
        book = [contact(name, f"id{number}", notes="x") for number, name in enumerate(names)]

        assert [row["Name"] for row in rows(*book)] == ["adam", "Émile", "Eve", "zoe", ""]


class TestHostile:
    @pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
    def test_it_is_one_row_of_text(self, text):
        read = rows(contact(text, notes=text), contact("Bob", "id2"))

        assert len(read) == 2
        (row,) = [row for row in read if row["Contact ID"] == "id1"]
        assert row["Notes"] == escape_cell(text)
        assert unescape_cell(row["Name"]) == text

    @settings(max_examples=examples(40), deadline=None)
    @given(st.lists(contacts, max_size=2, unique_by=lambda each: each.contact_id))
    def test_nothing_is_lost(self, book):
        by_id = {row["Contact ID"]: row for row in cells(*book)}

        assert len(by_id) == len(book)
        for each in book:
            shown, row = each.shown, by_id[each.contact_id]
            assert row["Name"] == shown.get("display", "")
            assert row["Notes"] == shown.get("notes", "")
            for field, (name, part) in LISTS.items():
                numbered = [row.get(f"{name} {number} - Value", "") for number in range(1, 11)]
                exported = [*numbered, *(row.get(f"{name} - More") or "").split(BETWEEN)]
                for value, cell in zip_longest(shown.get(field, []), filter(None, exported)):
                    assert cell.endswith(value[part])
