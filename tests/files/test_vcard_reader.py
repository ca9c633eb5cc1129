"""Files of vCards: where cards begin and end, what surrounds them, and what happens to those that are not whole."""

import pytest

from chalicelib.address_book.export_vcard import PRODUCT
from chalicelib.files.mapping.column_mapping import BLOCKING
from chalicelib.files.vcard_reader import read_vcards
from tests.files.vcards import card_of, fields_of, names_of, read, vcard

ANN, BOB = vcard("FN:Ann"), vcard("FN:Bob")
BOM = b"\xef\xbb\xbf"


class TestCards:
    @pytest.mark.parametrize(
        ("what", "content"),
        [
            ("CRLF", ANN + BOB),
            ("LF", (ANN + BOB).replace(b"\r\n", b"\n")),
            ("CR", (ANN + BOB).replace(b"\r\n", b"\r")),
            ("doubled CR", (ANN + BOB).replace(b"\r\n", b"\r\r\n")),
            ("LF in the first card and CR in the second", ANN.replace(b"\r", b"") + BOB.replace(b"\n", b"")),
            ("no line break at the end", (ANN + BOB).rstrip()),
            ("no line break between the cards", ANN.rstrip() + BOB),
            ("blank lines between and in cards", b"\r\n\r\n" + ANN.replace(b"FN", b"\r\n \r\nFN") + b"\r\n" + BOB),
            ("small letters", ANN.lower().replace(b"ann", b"Ann") + BOB),
            ("a BOM at the beginning", BOM + ANN + BOB),
            ("a BOM before each card", BOM + ANN + BOM + BOB),
            ("a BOM between cards without a line break", ANN.rstrip() + BOM + BOB),
            ("two BOMs", BOM + BOM + ANN + BOB),
            ("blanks at the ends of lines", (ANN + BOB).replace(b"VCARD", b"VCARD \t")),
            ("blanks around the colon", (ANN + BOB).replace(b"END:", b"END : ").replace(b"BEGIN:", b"BEGIN :")),
        ],
    )
    def test_are_found_whatever_separates_their_lines(self, what, content):
        cards = read(content)

        assert [card.fields for card in cards] == [{"display": "Ann"}, {"display": "Bob"}]
        assert not [card for card in cards if card.unreadable or card.kept or card.problems]

    @pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
    def test_are_found_in_encodings_of_several_bytes(self, encoding):
        for mark in ("", "\ufeff"):
            assert names_of((mark + (ANN + BOB).decode()).encode(encoding), encoding) == ["Ann", "Bob"]

    def test_have_their_numbers_and_lines(self):
        content = b"\r\n" + ANN + b"\r\n\r\n" + BOB + BOB

        assert [(card.number, card.line) for card in read(content)] == [(1, 2), (2, 8), (3, 12)]

    def test_are_read_one_at_a_time(self):
        cards = read_vcards(ANN + BOB)

        assert next(cards).fields == {"display": "Ann"}

    def test_of_an_empty_file_are_none(self):
        assert read(b"") == read(b"\r\n \r\n") == read(BOM) == []

    def test_that_say_neither_who_it_is_nor_how_to_reach_them_are_no_contacts(self):
        lines = ("NOTE:met in Rome", "URL:https://ann.example", "BDAY:1990-12-31")

        assert {read(vcard(line))[0].unreadable for line in lines} == {BLOCKING}
        assert read(vcard("NOTE:met in Rome", "ORG:Analytical"))[0].unreadable == ""

    def test_of_our_own_export_are_contacts_whatever_they_say(self):
        assert read(vcard(f"PRODID:{PRODUCT}", "NOTE:met in Rome"))[0].unreadable == ""

    def test_keep_values_as_they_were_written(self):
        card = card_of("N:Poe;Ann;;;", r"NOTE:one\, two", "item1.TEL;TYPE=CELL:110", "X-ODD:x")

        assert card.cells == (
            ("VERSION", "3.0"),
            ("N", "Poe;Ann;;;"),
            ("NOTE", r"one\, two"),
            ("ITEM1.TEL;TYPE=CELL", "110"),
            ("X-ODD", "x"),
        )

    def test_keep_what_has_no_field(self):
        card = card_of("X-ODD;TYPE=x:one\\, two", "this is no property", "FN:Ann")

        assert card.kept == (("Line 4", "this is no property"), ("X-ODD", "one, two"))
        assert card.problems == (("Line 4", "this is no property", "not_a_property"),)
        assert card.fields == {"display": "Ann"}


class TestBrokenCards:
    def test_one_without_an_end_is_unreadable_and_the_next_one_is_read(self):
        content = ANN.replace(b"END:VCARD\r\n", b"TEL:110\r\n") + BOB

        first, second = read(content)

        assert (first.unreadable, first.fields["display"], first.line) == ("no_end", "Ann", 1)
        assert (second.unreadable, second.fields["display"], second.line) == ("", "Bob", 5)

    def test_one_without_a_beginning_is_unreadable_and_the_others_are_read(self):
        content = ANN + BOB.replace(b"BEGIN:VCARD\r\n", b"") + ANN

        cards = read(content)

        assert [(card.number, card.unreadable, card.fields["display"]) for card in cards] == [
            (1, "", "Ann"),
            (2, "no_beginning", "Bob"),
            (3, "", "Ann"),
        ]
        assert [card.line for card in cards] == [1, 5, 8]

    def test_a_truncated_file_has_its_last_card_as_unreadable(self):
        assert [card.unreadable for card in read(ANN + BOB[:-8])] == ["", "no_end"]

    def test_text_between_cards_is_kept_with_the_next_card(self):
        first, second = read(b"Exported today\r\n" + ANN + b"and more\r\n" + BOB)

        assert first.kept == (("Line 1", "Exported today"),)
        assert second.kept == (("Line 6", "and more"),)
        assert (first.line, first.fields, second.fields) == (2, {"display": "Ann"}, {"display": "Bob"})

    def test_text_behind_the_last_card_is_a_card_that_could_not_be_read(self):
        _, rest = read(ANN + b"and more\r\n")

        assert (rest.unreadable, rest.kept, rest.line) == ("no_beginning", (("Line 5", "and more"),), 5)

    def test_a_second_end_is_nothing(self):
        assert names_of(ANN + b"END:VCARD\r\n" + BOB) == ["Ann", "Bob"]

    def test_a_file_of_something_else_is_one_unreadable_card(self):
        (card,) = read(b"First Name,Last Name\r\nAnn,Poe\r\n")

        assert card.unreadable == "no_beginning"
        assert [line for _, line in card.kept] == ["First Name,Last Name", "Ann,Poe"]


class TestCardsInCards:
    AGENT = vcard("FN:Susan Thomas", "TEL:+1 212 555 0100", "EMAIL:susan@x.example", version="2.1")

    @pytest.mark.parametrize("before", [b"AGENT:\r\n", b"AGENT:", b"agent;TYPE=x: \r\n"])
    def test_an_agent_of_version_2_is_a_relation_and_is_kept(self, before):
        content = vcard("FN:Ann", before + self.AGENT.rstrip(), "TEL:110", version="2.1") + BOB

        ann, bob = read(content)

        assert ann.fields == {
            "display": "Ann",
            "relations": [{"value": "Susan Thomas", "label": "agent"}],
            "phones": [{"raw": "110"}],
        }
        assert ann.kept == (("AGENT", self.AGENT.decode().strip().replace("\r\n", "\n")),)
        assert bob.fields == {"display": "Bob"}

    def test_an_agent_of_version_3_is_escaped_text(self):
        card = card_of("FN:Ann", r"AGENT:BEGIN:VCARD\nFN:Susan Thomas\nTEL:110\nEND:VCARD\n")

        assert card.fields == {"display": "Ann", "relations": [{"value": "Susan Thomas", "label": "agent"}]}
        assert card.kept == (("AGENT", "BEGIN:VCARD\nFN:Susan Thomas\nTEL:110\nEND:VCARD"),)

    def test_lines_behind_an_agent_have_their_numbers(self):
        card = card_of("FN:Ann", b"AGENT:\r\n" + self.AGENT.rstrip(), "odd", version="2.1")

        assert card.kept[0] == ("Line 11", "odd")

    def test_an_agent_without_an_end_takes_the_end_of_its_card(self):
        content = vcard("FN:Ann", b"AGENT:\r\n" + self.AGENT.rstrip().removesuffix(b"\r\nEND:VCARD"), version="2.1")

        ann, bob = read(content + BOB)

        assert (ann.unreadable, ann.fields["display"]) == ("no_end", "Ann")
        assert bob.fields == {"display": "Bob"}


class TestGroups:
    @pytest.mark.parametrize(
        ("version", "kind", "member"),
        [("3.0", "X-ADDRESSBOOKSERVER-KIND", "X-ADDRESSBOOKSERVER-MEMBER"), ("4.0", "KIND", "MEMBER")],
    )
    def test_are_left_out_and_their_members_have_them(self, version, kind, member):
        group = vcard("FN:Friends", f"{kind}:group", f"{member}:urn:uuid:ANN-1", f"{member}:urn:uuid:gone")
        ann = vcard("FN:Ann", "UID:ann-1", "CATEGORIES:Poets")

        for content in (group + ann + BOB, ann + BOB + group):
            cards = {card.fields["display"]: card for card in read(content)}

            assert cards["Friends"].left_out == "group"
            assert cards["Ann"].fields["groups"] == ["Poets", "Friends"]
            assert (cards["Ann"].left_out, "groups" in cards["Bob"].fields) == ("", False)

    def test_in_utf_16_are_found_too(self):
        content = vcard("FN:Ann", "UID:1") + vcard("FN:Friends", "KIND:group", "MEMBER:urn:uuid:1")

        assert read(content.decode().encode("utf-16-le"), "utf-16-le")[0].fields["groups"] == ["Friends"]


class TestLines:
    @pytest.mark.parametrize(
        ("what", "lines"),
        [
            ("a blank", ["NOTE:one ", " two"]),
            ("a tab", ["NOTE:one ", "\ttwo"]),
            ("in the name", ["NO", " TE:one two"]),
            ("in the parameters", ["NOTE;LANGUAGE=", " en:one two"]),
            ("several", ["NOTE:o", " ne", "  tw", " o"]),
            ("with an empty one between", ["NOTE:one ", " ", " two"]),
        ],
    )
    def test_that_are_folded_are_one(self, what, lines):
        assert fields_of(*lines, "FN:Ann") == {"notes": "one two", "display": "Ann"}

    def test_a_fold_may_be_in_the_middle_of_a_character(self):
        note = b"NOTE:" + "ü".encode() * 10
        folded = note[:10] + b"\r\n " + note[10:]

        assert fields_of(folded) == {"notes": "ü" * 10}

    def test_a_quoted_parameter_may_have_a_raw_line_break(self):
        fields = fields_of('ADR;LABEL="1 Main St\nParis";TYPE="home,pref":;;1 Main St;', " Paris;;;", "TEL:110")

        assert fields["addresses"] == [{"street": "1 Main St", "city": "Paris", "label": "home"}]
        assert fields["phones"] == [{"raw": "110"}]

    def test_a_quote_that_is_never_closed_takes_no_other_property(self):
        card = card_of('ADR;LABEL="1 Main St', "odd", "TEL:110")

        assert card.fields == {"phones": [{"raw": "110"}]}
        assert card.kept == (("Line 3", 'ADR;LABEL="1 Main St\nodd'),)

    @pytest.mark.parametrize(
        "line",
        ["TEL;CELL:110", "tel;type=cell:110", "Tel ; Cell:110", "item1.TEL;TYPE=CELL:110", "\ufeffTEL;CELL:110"],
    )
    def test_names_are_read_in_any_letters(self, line):
        assert fields_of(line, version="2.1") == {"phones": [{"raw": "110", "label": "mobile"}]}

    def test_separators_of_unicode_are_no_line_breaks(self):
        assert fields_of("NOTE:a\u2028b\x0bc\x85d\x1ce")["notes"] == "a\u2028bcde"
