"""The book as a CSV for other address books: Google's columns, and each cell the data as it is."""

import csv
import io

import pytest

from chalicelib.address_book.export_address_book_csv import address_book_csv_of
from tests.address_book.making import HOSTILE, contact

GOOGLE = [  # as Google Contacts writes them
    *("First Name", "Middle Name", "Last Name", "Phonetic First Name", "Phonetic Middle Name", "Phonetic Last Name"),
    *("Name Prefix", "Name Suffix", "Nickname", "File As"),
    *("Organization Name", "Organization Title", "Organization Department", "Birthday", "Notes", "Photo", "Labels"),
]


def rows(*book):
    """The file, read by Python's csv: a dictionary a contact."""
    return list(csv.DictReader(io.StringIO("".join(address_book_csv_of(book)), newline="")))


def row_of(each):
    (row,) = rows(each)
    return {header: cell for header, cell in row.items() if cell}


class TestColumns:
    def test_they_are_those_of_google_contacts(self):
        header = list(rows(contact("Ada"))[0])

        assert header[: len(GOOGLE)] == GOOGLE
        assert header[len(GOOGLE) :] == [
            "E-mail 1 - Label",
            "E-mail 1 - Value",
            "Phone 1 - Label",
            "Phone 1 - Value",
            *(
                f"Address 1 - {part}"
                for part in (
                    "Label",
                    "Street",
                    "City",
                    "PO Box",
                    "Region",
                    "Postal Code",
                    "Country",
                    "Extended Address",
                )
            ),
            "Website 1 - Label",
            "Website 1 - Value",
        ]

    def test_the_file_begins_with_them(self):
        assert "".join(address_book_csv_of([])).startswith("First Name,")

    def test_every_part_of_the_name_has_one(self):
        clara = contact(
            "Dr. Clara Amalie Weiss MD",
            prefix="Dr.",
            given="Clara",
            middle="Amalie",
            family="Weiss",
            suffix="MD",
            phonetic_given="くらら",
            phonetic_family="ゔぁいす",
            file_as="Weiss, Clara",
        )

        assert row_of(clara) == {
            "First Name": "Clara",
            "Middle Name": "Amalie",
            "Last Name": "Weiss",
            "Phonetic First Name": "くらら",
            "Phonetic Last Name": "ゔぁいす",
            "Name Prefix": "Dr.",
            "Name Suffix": "MD",
            "File As": "Weiss, Clara",
        }

    def test_every_other_value_has_one(self):
        clara = contact(
            "Clara",
            birthday={"month": 4, "day": 9},
            notes="Einkauf:\n- Mehl\n+ Hefe",
            phones=[{"raw": "+380 44 279-01-12", "e164": "+380442790112", "label": "work"}],
            addresses=[{"po_box": "1180", "extended": "Flat 3", "city": "Ulm"}],
            relations=[{"value": "Tom", "label": "spouse"}],
            events=[{"value": "2009-06-20", "label": "anniversary"}],
        )

        assert row_of(clara) == {
            "First Name": "Clara",
            "Birthday": "--04-09",
            "Notes": "Einkauf:\n- Mehl\n+ Hefe",
            "Phone 1 - Label": "work",
            "Phone 1 - Value": "+380 44 279-01-12",
            "Address 1 - PO Box": "1180",
            "Address 1 - Extended Address": "Flat 3",
            "Address 1 - City": "Ulm",
            "Relation 1 - Label": "spouse",
            "Relation 1 - Value": "Tom",
            "Event 1 - Label": "anniversary",
            "Event 1 - Value": "2009-06-20",
        }

    def test_a_value_without_one_is_a_custom_field_after_the_contacts_own(self):
        clara = contact(
            "Clara",
            custom_fields=[{"name": "Shoe size", "value": "39"}],
            ims=[{"value": "clara.weiss", "label": "skype"}],
        )

        assert row_of(clara) == {
            "First Name": "Clara",
            "Custom Field 1 - Label": "Shoe size",
            "Custom Field 1 - Value": "39",
            "Custom Field 2 - Label": "skype",
            "Custom Field 2 - Value": "clara.weiss",
        }


class TestCells:
    @pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
    def test_they_are_the_data_as_it_is(self, text):
        assert row_of(contact(notes=text))["Notes"] == text

    def test_a_name_that_is_only_shown_is_the_first_name(self):
        assert row_of(contact(display="Tante Käthe"))["First Name"] == "Tante Käthe"

    def test_what_is_shown_beside_the_parts_of_the_name_is_a_custom_field(self):
        row = row_of(contact(given="Kim", display="Kim at the gym"))

        assert (row["Custom Field 1 - Label"], row["Custom Field 1 - Value"]) == ("Display Name", "Kim at the gym")

    @pytest.mark.parametrize("display", ["Ada Lovelace", "Lovelace, Ada", "ADA LOVELACE", "LovelaceAda"])
    def test_the_parts_in_another_order_are_not_repeated(self, display):
        assert "Custom Field 1 - Value" not in row_of(contact(given="Ada", family="Lovelace", display=display))

    def test_a_company_has_no_first_name(self):
        assert row_of(contact(organization="Engines")) == {"Organization Name": "Engines"}

    def test_what_is_beyond_the_numbered_columns_is_a_custom_field(self):
        many = contact("Ada", emails=[{"value": f"{number}@x.org", "label": "home"} for number in range(12)])

        row = row_of(many)

        assert row["E-mail 10 - Value"] == "9@x.org"
        assert [row[f"Custom Field {number} - Value"] for number in (1, 2)] == ["home: 10@x.org", "home: 11@x.org"]
