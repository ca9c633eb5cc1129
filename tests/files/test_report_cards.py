"""A report about vCards is read as the cards that it is about, with all that the writer said of their values."""

import csv
import io

import pytest

from chalicelib.files.formats import Format
from chalicelib.files.read_file import read_file
from chalicelib.files.records import Card
from chalicelib.files.report_columns import REPORT_COLUMNS
from chalicelib.foundation.safe_csv import csv_pieces
from tests.files.test_vcard_reader import read

CARDS = """BEGIN:VCARD
VERSION:3.0
UID:ada-1
N:Lovelace;Ada;;;
FN:Ada Lovelace
TEL;TYPE=CELL:+49 170 1234567
TEL;TYPE=HOME,pref:030 1
item1.EMAIL;TYPE=INTERNET:ada@example.com
item1.X-ABLabel:_$!<Other>!$_
NOTE:one\\, two\\nthree
END:VCARD
BEGIN:VCARD
VERSION:4.0
FN:=1+1
TEL;TYPE="cell,work";VALUE=uri:tel:+49-30-2
BDAY:--0320
X-ODD;X-P="a:b^n":x
END:VCARD
"""


def report(*cards: Card, edit=lambda text: text) -> bytes:
    """A report of these cards, as it is written."""
    header = list(dict.fromkeys(name for card in cards for name, _ in card.cells))
    rows = [
        [*("\n".join(value for name, value in card.cells if name == column) for column in header),
         "failed", "", str(card.number), ""]
        for card in cards
    ]  # fmt: skip
    return edit("".join(csv_pieces([*header, *REPORT_COLUMNS], iter(rows)))).encode()


class TestAReportAboutCards:
    def test_reads_as_the_cards(self):
        cards = read(CARDS.encode())

        opened = read_file(report(*cards), "failed.csv")
        again = list(opened.contents)

        assert opened.format is Format.VCARD
        assert [(card.uid, card.fields) for card in again] == [(card.uid, card.fields) for card in cards]

    def test_has_the_numbers_of_its_own_rows(self):
        opened = read_file(report(*read(CARDS.encode())), "failed.csv")

        assert [card.number for card in opened.contents] == [2, 3]

    def test_has_what_the_person_corrected(self):
        corrected = report(*read(CARDS.encode()), edit=lambda text: text.replace("Ada Lovelace", "Ada King"))

        assert next(iter(read_file(corrected, "failed.csv").contents)).fields["display"] == "Ada King"

    def test_is_not_opened_by_what_a_cell_says(self):
        corrected = report(*read(CARDS.encode()), edit=lambda text: text.replace("030 1", '"030 1\nEND:VCARD"'))

        assert len(list(read_file(corrected, "failed.csv").contents)) == 2

    @pytest.mark.parametrize("header", ["First Name,Last Name", "NAME,PHONE"])
    def test_is_another_than_one_about_a_table(self, header):
        text = io.StringIO()
        csv.writer(text).writerows([[*header.split(","), *REPORT_COLUMNS], ["Ada", "Lovelace", "failed", "", "2", ""]])

        assert read_file(text.getvalue().encode(), "failed.csv").format is Format.DELIMITED
