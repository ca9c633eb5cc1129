"""jCards: vCards as JSON, read like the vCards that they stand for."""

import json

import pytest

from chalicelib.contacts.cleaning import clean_fields
from chalicelib.files.formats import Format, recognize
from chalicelib.files.jcard import read_jcard
from tests.files.vcards import fields_of

ANN = ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "Ann Poe"], ["uid", {}, "uri", "urn:uuid:ANN"]]]


def read(value):
    return list(read_jcard(json.dumps(value).encode()))


def fields_of_jcard(*properties):
    (card,) = read(["vcard", list(properties)])
    return dict(clean_fields(card.fields))


class TestCards:
    def test_may_be_one_or_a_list(self):
        assert [card.fields for card in read(ANN)] == [{"display": "Ann Poe"}]
        assert [(card.number, card.uid) for card in read([ANN, ANN])] == [(1, "urn:uuid:ANN"), (2, "urn:uuid:ANN")]

    def test_keep_values_as_a_vcard_would_have_them(self):
        (card,) = read(
            [
                "vcard",
                [
                    ["n", {}, "text", ["Poe", "Ann", ["Mary", "Jane"], "", ""]],
                    ["note", {}, "text", "a,b"],
                    ["tel", {"type": ["cell", "work"], "group": "item1"}, "uri", "tel:110"],
                ],
            ]
        )

        assert card.cells == (
            ("N", "Poe;Ann;Mary,Jane;;"),
            ("NOTE", "a\\,b"),
            ("ITEM1.TEL;TYPE=cell;TYPE=work;VALUE=uri", "tel:110"),
        )

    @pytest.mark.parametrize(
        ("content", "codes"),
        [
            (b"", []),
            (b'["vcard", [', ["not_json"]),
            (b"[" * 100_000, ["too_deep"]),
            (b"3", ["not_a_card"]),
            (b'[3, ["vcard", []], null, ["vcard", 3], ["vcalendar", []]]', ["not_a_card", "", *["not_a_card"] * 3]),
            (b'["vcard", [3, ["fn"], ["fn", 3, "text", "x"], [null, {}, "text", "x"]]]', [""]),
        ],
    )
    def test_that_are_none_are_unreadable(self, content, codes):
        assert [card.unreadable for card in read_jcard(content)] == codes

    def test_that_are_groups_are_left_out_and_their_members_have_them(self):
        properties = [
            ["fn", {}, "text", "Friends"],
            ["kind", {}, "text", "group"],
            ["member", {}, "uri", "urn:uuid:ann"],
        ]

        group, ann = read([["vcard", properties], ANN])

        assert (group.left_out, ann.fields["groups"]) == ("group", ["Friends"])

    def test_are_read_in_the_encoding_of_the_file(self):
        content = json.dumps(["vcard", [["fn", {}, "text", "Jürgen"]]], ensure_ascii=False)

        (card,) = read_jcard(content.encode("utf-16"), "utf-16-le")
        assert card.fields == {"display": "Jürgen"}

    @pytest.mark.parametrize("between", ["\n", "\r\n\r\n", " "])
    def test_may_follow_each_other_without_a_list(self, between):
        content = between.join(json.dumps(["vcard", [["fn", {}, "text", name]]]) for name in ("Ann", "Bob"))

        assert recognize(content.encode()).format == Format.JCARD
        assert [(card.number, card.fields["display"]) for card in read_jcard(content.encode())] == [
            (1, "Ann"),
            (2, "Bob"),
        ]

    def test_before_damage_are_read(self):
        content = json.dumps([["vcard", [["fn", {}, "text", name]]] for name in ("Ann", "Bob")]).encode()
        whole = content.index(b"]]], [") + len(b"]]]")

        for end in range(whole, len(content)):
            ann, *rest = read_jcard(content[:end])

            assert ann.fields == {"display": "Ann"}
            assert [card.unreadable for card in rest][-1:] == ["not_json"]
            assert [card.number for card in rest] == list(range(2, len(rest) + 2))


class TestProperties:
    @pytest.mark.parametrize(
        ("listed", "line"),
        [
            (["fn", {}, "text", "Poe, Ann; \\ MD"], r"FN:Poe\, Ann\; \\ MD"),
            (["n", {}, "text", ["Poe", "Ann", "", "Dr.", ""]], "N:Poe;Ann;;Dr.;"),
            (["n", {}, "text", ["Poe", "Ann", ["Mary", "Jane"], "", ""]], "N:Poe;Ann;Mary,Jane;;"),
            (
                ["n", {"sort-as": "Harten,Rene"}, "text", ["van der Harten", "Rene"]],
                'N;SORT-AS="Harten,Rene":van der Harten;Rene',
            ),
            (["org", {}, "text", ["Smith; Co", "Sales"]], r"ORG:Smith\; Co;Sales"),
            (
                ["adr", {"type": "home"}, "text", ["", "", ["1 Main St", "Flat 2"], "Paris, TX", "", "75001", ""]],
                r"ADR;TYPE=home:;;1 Main St,Flat 2;Paris\, TX;;75001;",
            ),
            (
                ["tel", {"type": ["home", "voice"], "pref": "1"}, "uri", "tel:+1-555-555-5555;ext=5555"],
                'TEL;TYPE="home,voice";PREF=1;VALUE=uri:tel:+1-555-555-5555;ext=5555',
            ),
            (["tel", {"type": ["cell", "Summer, house"]}, "text", "110"], 'TEL;TYPE=cell,"Summer, house":110'),
            (["email", {"type": "work"}, "text", "a@x.example"], "EMAIL;TYPE=work:a@x.example"),
            (["nickname", {}, "text", "JM", "Jay"], "NICKNAME:JM,Jay"),
            (["categories", {}, "text", "a,b", "c"], r"CATEGORIES:a\,b,c"),
            (["bday", {}, "date", "--02-03"], "BDAY:--0203"),
            (["bday", {}, "date-and-or-time", "1980-02-03"], "BDAY:19800203"),
            (["related", {"type": "spouse"}, "text", "Jenny"], "RELATED;TYPE=spouse;VALUE=text:Jenny"),
            (["note", {}, "text", "one\ntwo"], r"NOTE:one\ntwo"),
            (["x-odd", {}, "integer", 3], "X-ODD:3"),
            (["gender", {}, "text", ["F", "woman"]], "GENDER:F;woman"),
        ],
    )
    def test_mean_what_they_mean_in_a_vcard(self, listed, line):
        assert fields_of_jcard(listed) == fields_of(line, version="4.0")

    def test_that_are_numbers_stay_as_they_were_written(self):
        (card,) = read_jcard(b'["vcard", [["x-odd", {}, "float", 1.50]]]')

        assert card.kept == (("X-ODD", "1.50"),)

    def test_have_labels_by_their_groups(self):
        fields = fields_of_jcard(
            ["tel", {"group": "item1"}, "text", "110"], ["x-ablabel", {"group": "ITEM1"}, "text", "Summer, house"]
        )

        assert fields["phones"] == [{"raw": "110", "label": "Summer, house"}]

    def test_of_a_photo_are_kept_as_hash_and_size(self):
        (card,) = read(["vcard", [["photo", {}, "uri", "data:image/jpeg;base64,AAAA"]]])

        assert [(name, text.endswith(", 3 bytes")) for name, text in card.kept] == [("PHOTO", True)]
        assert "AAAA" not in dict(card.cells)["PHOTO;VALUE=uri"]
