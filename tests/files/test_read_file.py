"""Every file of contacts is opened in one way: what it is, and its rows or its cards."""

import gzip
import json
import zipfile
from io import BytesIO

import pytest

from chalicelib.files.formats import Format
from chalicelib.files.read_file import Choices, read_file
from chalicelib.files.records import Card, Table
from chalicelib.files.unreadable import MOST_ROWS, UnreadableFile
from tests.files.vcards import vcard
from tests.files.workbooks import ods, xls, xlsb, xlsx
from tests.shared_cases import shared_files

ROWS = [["Name", "Phone"], ["Ann", "+49 30 1"], ["Bob", "+49 30 2"]]
CSV = "Name,Phone\r\nAnn,+49 30 1\r\nBob,+49 30 2\r\n"
PEOPLE = [
    {"resourceName": f"people/{name}", "names": [{"displayName": name, "metadata": {"primary": True}}]}
    for name in ("Ann", "Bob")
]
GRAPH = {
    "@odata.context": "contacts",
    "value": [{"id": "1", "displayName": "Ann"}, {"id": "2", "displayName": "Bob"}],
}
TABLES = {
    Format.DELIMITED: CSV.encode(),
    Format.XLSX: xlsx(ROWS),
    Format.XLSB: xlsb(ROWS),
    Format.XLS: xls(ROWS),
    Format.ODS: ods(ROWS),
}
CARDS = {
    Format.VCARD: vcard("FN:Ann") + vcard("FN:Bob"),
    Format.LDIF: b"dn: cn=Ann\nobjectclass: person\ncn: Ann\n\ndn: cn=Bob\nobjectclass: person\ncn: Bob\n",
    Format.JSON: b'{"contacts": [{"full name": "Ann"}, {"full name": "Bob"}]}',
    Format.NDJSON: b'{"full name": "Ann"}\n{"full name": "Bob"}\n',
    Format.JCARD: b'[["vcard", [["fn", {}, "text", "Ann"]]], ["vcard", [["fn", {}, "text", "Bob"]]]]',
    Format.JSCONTACT: b'[{"@type": "Card", "name": {"full": "Ann"}}, {"@type": "Card", "name": {"full": "Bob"}}]',
    Format.PEOPLE: json.dumps({"connections": PEOPLE}).encode(),
    Format.GRAPH: json.dumps(GRAPH).encode(),
}
SHEETS = {"Notes": [], "Friends": [["Name"], ["Ann"]], "Work": [["Name"], ["Bob"], ["Cy"]]}
#: The beginning of a file, one contact, and the end.
MANY = {
    Format.DELIMITED: (b"Name,Phone\n", b"Ann,1\n", b""),
    Format.VCARD: (b"", b"BEGIN:VCARD\nFN:Ann\nEND:VCARD\n", b""),
    Format.LDIF: (b"", b"dn: cn=Ann\ncn: Ann\n\n", b""),
    Format.JSON: (b"[", b'{"name":"Ann"},', b"0]"),
    Format.NDJSON: (b"", b'{"name":"Ann"}\n', b""),
    Format.JCARD: (b"[", b'["vcard",[]],', b"0]"),
    Format.JSCONTACT: (b"[", b'{"@type":"Card"},', b"0]"),
    Format.PEOPLE: (b"[", b'{"resourceName":"people/1"},', b"0]"),
    Format.GRAPH: (b"[", b'{"@odata.etag":"1"},', b"0]"),
}
TEXTS = {Format.DELIMITED: TABLES[Format.DELIMITED], **CARDS}


def rows_of(opened):
    assert isinstance(opened.contents, Table)
    return [(row.number, *row.cells) for row in opened.contents.rows]


def cards_of(opened):
    assert not isinstance(opened.contents, Table)
    return list(opened.contents)


def contents_of(opened):
    return rows_of(opened) if isinstance(opened.contents, Table) else cards_of(opened)


def zipped(name, content):
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return made.getvalue()


def refusal(data, **choices):
    """The code of the refusal, raised before anything is read."""
    with pytest.raises(UnreadableFile) as refused:
        read_file(data, choices=Choices(**choices))
    return refused.value.code


def test_every_format_is_opened_by_a_test_here():
    assert {*TABLES, *CARDS} == set(Format)


class TestTables:
    @pytest.mark.parametrize("file_format", TABLES)
    def test_have_columns_and_numbered_rows(self, file_format):
        opened = read_file(TABLES[file_format])

        assert opened.format == file_format
        assert (list(opened.contents.columns), opened.contents.header_row) == (["Name", "Phone"], 1)
        assert rows_of(opened) == [(2, "Ann", "+49 30 1"), (3, "Bob", "+49 30 2")]

    @pytest.mark.parametrize("file_format", TABLES)
    def test_are_read_below_the_header_that_a_person_chose(self, file_format):
        opened = read_file(TABLES[file_format], choices=Choices(header_row=2))

        assert (list(opened.contents.columns), opened.contents.header_row) == (["Ann", "+49 30 1"], 2)
        assert rows_of(opened) == [(3, "Bob", "+49 30 2")]

    @pytest.mark.parametrize("file_format", TABLES)
    def test_may_have_no_header(self, file_format):
        opened = read_file(TABLES[file_format], choices=Choices(header_row=0))

        assert list(opened.contents.columns) == ["Column A", "Column B"]
        assert [row[0] for row in rows_of(opened)] == [1, 2, 3]

    @pytest.mark.parametrize("file_format", TABLES)
    def test_have_no_header_in_a_row_that_is_not_there(self, file_format):
        assert refusal(TABLES[file_format], header_row=9) == "no_such_header"


class TestDelimitedTexts:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_come_with_their_delimiter(self, delimiter):
        assert read_file(CSV.replace(",", delimiter).encode()).delimiter == delimiter

    def test_of_one_column_have_none(self):
        assert read_file(b"ann@x.example\nbob@x.example\n").delimiter == ""

    def test_are_cut_where_a_person_says(self):
        opened = read_file(b"Name,x;Phone\nAnn,y;1\n", choices=Choices(delimiter=","))

        assert (opened.delimiter, rows_of(opened)) == (",", [(2, "Ann", "y;1")])

    def test_are_not_cut_at_quotation_marks(self):
        assert refusal(CSV.encode(), delimiter='"') == "unknown_delimiter"


class TestWorkbooks:
    @pytest.mark.parametrize("write", [xlsx, ods])
    def test_offer_their_sheets_and_open_the_first_with_rows(self, write):
        opened = read_file(write(sheets=SHEETS))

        assert (opened.sheets, opened.sheet) == (["Notes", "Friends", "Work"], "Friends")
        assert rows_of(opened) == [(2, "Ann")]

    @pytest.mark.parametrize("write", [xlsx, ods])
    def test_open_the_sheet_that_a_person_chose(self, write):
        opened = read_file(write(sheets=SHEETS), choices=Choices(sheet="Work"))

        assert (opened.sheet, rows_of(opened)) == ("Work", [(2, "Bob"), (3, "Cy")])

    def test_do_not_offer_hidden_sheets(self):
        data = xlsx(sheets=SHEETS, states={"Work": "hidden"})

        assert read_file(data).sheets == ["Notes", "Friends"]
        assert refusal(data, sheet="Work") == "unknown_sheet"

    def test_have_no_encoding_and_ignore_a_chosen_one(self):
        opened = read_file(xlsx(ROWS), choices=Choices(encoding="cp1252", delimiter=";"))

        assert (opened.encoding, opened.telling_lines, opened.delimiter) == (None, (), "")


class TestCards:
    @pytest.mark.parametrize("file_format", CARDS)
    def test_have_numbers_and_fields(self, file_format):
        opened = read_file(CARDS[file_format])
        cards = cards_of(opened)

        assert opened.format == file_format
        assert all(isinstance(card, Card) for card in cards)
        assert [(card.number, card.fields.get("display")) for card in cards] == [(1, "Ann"), (2, "Bob")]
        assert not [card for card in cards if card.unreadable or card.problems]

    @pytest.mark.parametrize("file_format", CARDS)
    def test_ignore_what_only_tables_have(self, file_format):
        opened = read_file(CARDS[file_format], choices=Choices(delimiter=";", header_row=4, sheet="Work"))

        assert (opened.delimiter, opened.sheets, opened.sheet) == ("", (), "")
        assert len(cards_of(opened)) == 2

    @pytest.mark.parametrize(
        "data",
        [
            vcard("FN:Ann", "PRODID:-//Apple Inc.//iOS 17.4//EN") + vcard("FN:Bob", "PRODID:-//Other//EN"),
            vcard("FN:Ann", "PRODID;X-A=b:-//Apple Inc.//iO", " S 17.4//EN"),
            vcard("FN:Ann") + vcard("FN:Bob", "PRODID:-//Apple Inc.//iOS 17.4//EN", end=b"\n"),
            vcard("FN:Ann", "prodid:-//Apple Inc.//iOS 17.4//EN", end=b"\r"),
            vcard("FN:Ann", "PRODID:-//Apple Inc.//iOS 17.4//EN").decode().encode("utf-16"),
            b'["vcard", [["prodid", {}, "text", "-//Apple Inc.//iOS 17.4//EN"], ["fn", {}, "text", "Ann"]]]',
            b'{"@type": "Card", "prodId": "-\\/\\/Apple Inc.\\/\\/iOS 17.4\\/\\/EN", "name": {"full": "Ann"}}',
        ],
    )
    def test_may_say_which_program_wrote_them(self, data):
        assert read_file(data).program == "-//Apple Inc.//iOS 17.4//EN"

    def test_may_not_say_it(self):
        assert read_file(vcard("FN:Ann", "NOTE:PRODID:no")).program == ""


class TestArchives:
    @pytest.mark.parametrize("file_format", [*TABLES, *CARDS])
    def test_are_opened(self, file_format):
        content = {**TABLES, **CARDS}[file_format]
        expected = contents_of(read_file(content))

        for packed, name in ((gzip.compress(content), "people.gz"), (zipped("people", content), "all.zip")):
            opened = read_file(packed, name)

            assert (opened.name, opened.format) == ("people", file_format)
            assert contents_of(opened) == expected


class TestEncodings:
    LATIN = "Name,Straße\nJürgen,Große Straße\nZoë,Rua São João\n"

    @pytest.mark.parametrize("file_format", TEXTS)
    @pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
    def test_are_found_for_every_text(self, file_format, codec):
        text = TEXTS[file_format].decode()

        assert contents_of(read_file(text.encode(codec))) == contents_of(read_file(text.encode()))

    @pytest.mark.parametrize("file_format", CARDS)
    def test_of_japanese_phones_are_found_for_all_cards(self, file_format):
        text = CARDS[file_format].decode().replace("Ann", "山田太郎と田中花子")

        opened = read_file(text.encode("iso2022_jp"))

        assert opened.encoding.name == "iso2022_jp_ext"
        assert [card.fields["display"] for card in cards_of(opened)] == ["山田太郎と田中花子", "Bob"]

    def test_that_are_uncertain_come_with_others_and_the_lines_that_tell(self):
        opened = read_file(self.LATIN.encode("cp1252"))

        assert (opened.encoding.name, opened.encoding.is_certain) == ("cp1252", False)
        assert len(opened.encoding.candidates) > 1
        assert [(line.number, line.before, line.after) for line in opened.telling_lines] == [
            (1, "Name,Stra\\xdfe", "Name,Straße"),
            (2, "J\\xfcrgen,Gro\\xdfe Stra\\xdfe", "Jürgen,Große Straße"),
            (3, "Zo\\xeb,Rua S\\xe3o Jo\\xe3o", "Zoë,Rua São João"),
        ]

    def test_that_a_person_chose_change_the_lines_and_the_rows(self):
        opened = read_file(self.LATIN.encode("cp1252"), choices=Choices(encoding="cp1250"))

        assert opened.encoding.name == "cp1250"
        assert opened.telling_lines[2].after == "Zoë,Rua Săo Joăo"
        assert rows_of(opened)[1] == (3, "Zoë", "Rua Săo Joăo")

    def test_that_are_not_offered_are_refused(self):
        assert refusal(CSV.encode(), encoding="utf-7") == "unknown_encoding"


class TestLimits:
    @pytest.mark.parametrize("file_format", MANY)
    def test_of_rows_and_cards_are_checked_before_one_is_read(self, file_format):
        start, each, end = MANY[file_format]

        assert refusal(start + each * (MOST_ROWS + 1) + end) == "too_many_rows"
        assert read_file(start + each * 9 + end).format == file_format

    def test_are_those_of_contacts_and_not_of_objects_in_them(self):
        one = b'{"full name":"Ann","phones":[{"type":"a","value":"1"},{"type":"b","value":"2"}]},'

        opened = read_file(b"[" + one * (MOST_ROWS // 2) + b'{"full name":"Bob"}]')

        assert next(opened.contents).fields["display"] == "Ann"

    def test_are_kept_where_cards_cannot_be_counted_before(self):
        content = "begin:vcard\nfn:Ann\nend:vcard\n" * (MOST_ROWS + 1)
        numbers = []

        with pytest.raises(UnreadableFile) as refused:
            numbers.extend(card.number for card in read_file(content.encode()).contents)

        assert (refused.value.code, len(numbers)) == ("too_many_rows", MOST_ROWS)
        assert refused.value.detail == "The file has more than 100,000 contacts. Split it into smaller files."


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)])
def test_other_files_are_refused(data):
    assert refusal(data)


@pytest.mark.parametrize("path", shared_files("data/exports/*/*.[vclj]*"))
def test_exports_of_real_programs_are_opened(path):
    opened = read_file(path.read_bytes(), path.name)

    assert contents_of(opened)
