"""A report about cards is read as the cards that it is about, with all that the writer said of their values."""

import csv
import io
import json

import pytest

from chalicelib.files.formats import Format
from chalicelib.files.read_file import read_file
from chalicelib.files.records import Card
from chalicelib.files.report_columns import FORMAT_COLUMN, REPORT_COLUMNS
from chalicelib.foundation.safe_csv import csv_pieces
from tests.files.workbooks import xlsx

VCARDS = """BEGIN:VCARD
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
BEGIN:VCARD
VERSION:4.0
KIND:group
UID:friends
FN:Friends\\, old
MEMBER:urn:uuid:ada-1
END:VCARD
"""
JCARD = [
    [
        "vcard",
        [
            ["version", {}, "text", "4.0"],
            ["uid", {}, "text", "ada-1"],
            ["fn", {}, "text", "Ada Lovelace"],
            ["n", {}, "text", ["Lovelace", "Ada", ["Augusta", "King"], "", ""]],
            ["tel", {"type": ["cell", "work"], "pref": "1"}, "uri", "tel:+49-30-2"],
            ["email", {"group": "item1"}, "text", "ada@example.com"],
            ["x-ablabel", {"group": "item1"}, "text", "Summer, house"],
            ["related", {"type": "spouse"}, "text", "urn:x:William"],
            ["adr", {"type": "home"}, "text", ["", "", "1 Main St, rear", "Paris", "", "75001", "France"]],
        ],
    ],
    ["vcard", [["kind", {}, "text", "group"], ["fn", {}, "text", "Old"], ["member", {}, "uri", "urn:uuid:ada-1"]]],
]
LDIF = """dn: cn=Ada,mail=ada@example.com
objectclass: mozillaAbPersonAlpha
cn: Ada Lovelace
mail: ada@example.com
mail: ada@example.org
title: Countess
title: Lady
homepostaladdress:: MSBNYWluIFN0CkFwdCA0
description:: b25lCnR3bwpvbmU=
jpegphoto:: AAAA
labeleduri:< file:///etc/hosts
birthyear: 1815
mobile: +49 170 1234567

dn: cn=Friends
objectclass: groupOfNames
cn: Friends
member: cn=Ada,mail=ada@example.com

dn: cn=Abe
objectclass: top
objectclass: person
cn: Abe
ou: Chess
"""
JSCONTACT = [
    {
        "@type": "Card",
        "version": "1.0",
        "uid": "1815",
        "name": {"components": [{"kind": "given", "value": "Ada"}, {"kind": "surname", "value": "King"}]},
        "emails": {
            "e": {"address": "ada@example.com", "contexts": {"work": True}, "pref": 2},
            "f": {"address": "b@c.de"},
        },
        "phones": {"p": {"number": "tel:+49-30-2", "features": {"mobile": True}}},
        "anniversaries": {"a": {"kind": "birth", "date": {"year": 1815, "month": 12}}},
        "keywords": {"Old": True},
        "media": {"m": {"kind": "photo", "uri": "https://example.com/ada.jpg"}},
        "example.com:odd.member": {"a": 1.50},
    },
    {"@type": "Card", "uid": "g", "kind": "group", "name": {"full": "Friends"}, "members": {"1815": True}},
]
PEOPLE = {
    "connections": [
        {
            "resourceName": "people/c1",
            "names": [{"metadata": {"primary": True}, "givenName": "Ada", "familyName": "King"}],
            "emailAddresses": [{"value": "ada@example.com", "type": "home"}, {"value": "b@c.de"}],
            "phoneNumbers": [{"value": "030 2", "canonicalForm": "+49302", "type": "mobile"}],
            "birthdays": [{"date": {"year": 1815, "month": 12, "day": 10}}],
            "biographies": [{"value": "one\ntwo", "contentType": "TEXT_PLAIN"}],
            "userDefined": [{"key": "Shoe.size", "value": "39"}],
        },
        {"resourceName": "people/c2", "names": [{"displayName": "Bob"}], "urls": [{"value": "https://example.com"}]},
    ]
}
GRAPH = {
    "value": [
        {
            "@odata.etag": 'W/"1"',
            "id": "A1",
            "givenName": "Ada",
            "emailAddresses": [{"name": "Ada", "address": "ada@example.com"}],
            "businessPhones": ["+49 30 2"],
            "homePhones": [],
            "imAddresses": ["ada@im.example", "b@im.example"],
            "birthday": "1815-12-10T11:59:00Z",
            "homeAddress": {"street": "1 Main St", "city": "Paris"},
            "categories": ["Friends", "Old"],
            "children": ["Byron"],
        },
        {"id": "A2", "@removed": {"reason": "deleted"}},
    ]
}
PLAIN = {
    "ada": {
        "firstName": "Ada",
        "email": "ada@example.com",
        "phones": [{"type": "mobile", "number": "+49 170 1"}, {"type": "work", "number": "+49 30 2"}],
        "address": {"street": "1 Main St", "city": "Paris"},
        "vip": True,
        "odd.name": "x",
        "years": {"1842": "Notes"},
        "tags": ["a", "b"],
    },
    "bob": {"firstName": "Bob", "email": "bob@example.com", "deep": {"a": {"b": {"c": {"d": [1, {"e": 2}]}}}}},
}
OWN = [
    {
        "given": "Ada",
        "emails": [{"value": "ada@example.com", "label": "work"}],
        "birthday": {"year": 1815, "month": 12, "day": 10},
        "custom_fields": [{"name": "Shoe size", "value": "39.50", "type": "number"}],
        "groups": ["Friends"],
    },
    {
        "contact_id": "id-1",
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
        "display": "Bob",
        "phones": [{"raw": "030 2", "e164": "+49302"}],
        "sources": [{"source": "person"}],
    },
]
FILES = {
    "contacts.vcf": VCARDS,
    "jcard.json": json.dumps(JCARD),
    "contacts.ldif": LDIF,
    "jscontact.json": json.dumps(JSCONTACT),
    "people.json": json.dumps(PEOPLE),
    "graph.json": json.dumps(GRAPH),
    "plain.json": json.dumps(PLAIN),
    "own.json": json.dumps(OWN),
    "lines.json": "\n".join(map(json.dumps, PLAIN.values())),
}


def rows_of_report(file_format, cards) -> list[list[str]]:
    header = list(dict.fromkeys(name for card in cards for name, _ in card.cells))
    return [
        [*header, *REPORT_COLUMNS, FORMAT_COLUMN],
        *(
            [*("\n".join(value for name, value in card.cells if name == column) for column in header),
             "failed", "", str(card.number), "", file_format]
            for card in cards
        ),
    ]  # fmt: skip


def report(file_format, cards, *, edit=lambda text: text) -> bytes:
    """A report of these cards, as it is written."""
    header, *rows = rows_of_report(file_format, cards)
    return edit("".join(csv_pieces(header, iter(rows)))).encode()


def opened(name):
    """A file, and its cards."""
    found = read_file(FILES[name].encode(), name)
    return found, list(found.contents)


def meaning(card: Card):
    codes = [problem.code for problem in card.problems]
    return card.uid, card.fields, sorted(card.kept), card.left_out, card.unreadable, codes


def vcard_report(edit=lambda text: text) -> bytes:
    return report(Format.VCARD, opened("contacts.vcf")[1], edit=edit)


class TestAReportAboutCards:
    @pytest.mark.parametrize("name", FILES)
    def test_reads_as_the_cards(self, name):
        found, cards = opened(name)

        again = read_file(report(found.format, cards), "import-all.csv")

        assert again.format is found.format
        assert [meaning(card) for card in again.contents] == [meaning(card) for card in cards]

    @pytest.mark.parametrize("name", FILES)
    def test_with_some_of_the_cards_reads_as_these(self, name):
        """Without the cards of their groups, and without the columns of the other cards."""
        found, cards = opened(name)

        for card in cards:
            (again,) = read_file(report(found.format, [card]), "import-failed.csv").contents
            assert meaning(again) == meaning(card)

    def test_reads_as_the_cards_when_it_was_saved_as_a_workbook(self):
        found, cards = opened("contacts.ldif")

        again = read_file(xlsx(rows_of_report(found.format, cards)), "import-all.xlsx")

        assert again.format is Format.LDIF
        assert [card.fields for card in again.contents] == [card.fields for card in cards]

    def test_is_not_taken_apart_at_signs_between_words_that_headers_have_too(self):
        labels = "".join(f"item{place}.X-ABRELATEDNAMES:x\nitem{place}.X-ABLABEL:_$!<{word}>!$_\n"
                         for place, word in enumerate(("Spouse", "Child", "Mother", "Manager"), 2))  # fmt: skip
        cards = list(read_file(VCARDS.replace("item1.EMAIL", f"{labels}item1.EMAIL").encode()).contents)

        again = list(read_file(report(Format.VCARD, cards), "failed.csv").contents)

        assert [card.fields for card in again] == [card.fields for card in cards]

    def test_is_known_by_its_columns_even_if_the_values_look_like_a_header(self):
        text = vcard_report(lambda text: text.replace("Ada Lovelace", "Notes").replace("three", "Email"))

        assert [card.number for card in read_file(text, "failed.csv").contents] == [2, 3, 4]

    def test_has_what_the_person_corrected(self):
        corrected = vcard_report(lambda text: text.replace("Ada Lovelace", "Ada King"))

        assert next(iter(read_file(corrected, "failed.csv").contents)).fields["display"] == "Ada King"

    def test_is_not_opened_by_what_a_cell_says(self):
        corrected = vcard_report(lambda text: text.replace("030 1", '"030 1\nEND:VCARD"'))

        assert len(list(read_file(corrected, "failed.csv").contents)) == 3

    @pytest.mark.parametrize("columns", [[*REPORT_COLUMNS], [*REPORT_COLUMNS, FORMAT_COLUMN]])
    def test_is_another_than_one_about_a_table(self, columns):
        text = io.StringIO()
        csv.writer(text).writerows(
            [["First Name", "Last Name", *columns], ["Ada", "Lovelace", "failed", "", "2", "", ""]]
        )

        found = read_file(text.getvalue().encode(), "failed.csv")
        assert found.format is Format.DELIMITED
        assert found.contents.columns[:2] == ["First Name", "Last Name"]
