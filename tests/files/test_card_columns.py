"""The properties of a card are columns, whose cells can be fixed whatever the format of the file."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.files.card_columns import columns_of_card, with_fixed_cells
from chalicelib.files.read_file import read_file
from tests.examples import examples
from tests.files.test_report_cards import FILES, meaning, opened

VCARD = """BEGIN:VCARD
VERSION:2.1
UID:one
FN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:J=C3=B6rg
item1.TEL;TYPE=CELL:0170 1234567
TEL;TYPE=HOME:030 1
BDAY:next summer
NOTE:one\\, two
END:VCARD
"""
LDIF = "dn: cn=Ada\ncn: Ada\nmail: ada@example.com\nmail: ada@work.example\nbirthyear: soon\n"
#: Files with one card to fix, by their names.
JSON_FILES = {
    "people.json": '[{"name": "Ada", "emails": [{"value": "ada at example", "type": "home"}]}]',
    "graph.json": '{"value": [{"id": "1", "displayName": "Ada", "businessPhones": ["030 1", "030 2"]}]}',
    "card.json": '{"@type": "Card", "version": "1.0", "uid": "1", "name": {"full": "Ada"}}',
    "card.jcard": '["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "Ada"]]]',
    "people.ndjson": '{"name": "Ada", "phone": "030 1"}\n{"name": "Alan", "phone": "030 2"}\n',
}
#: Files with a card that has no name, no number and no address.
NOBODY = {
    "phone.vcf": "BEGIN:VCARD\nVERSION:3.0\nNOTE:from the fair\nEND:VCARD\n",
    "people.ldif": "dn: o=1\ndescription: from the fair\n",
    "card.jcard": '["vcard", [["version", {}, "text", "4.0"], ["note", {}, "text", "from the fair"]]]',
    "card.json": '{"@type": "Card", "version": "1.0", "uid": "1", "notes": {"n": {"note": "from the fair"}}}',
    "google.json": '{"connections": [{"resourceName": "people/1", "biographies": [{"value": "from the fair"}]}]}',
    "graph.json": '{"value": [{"@odata.etag": "x", "id": "1", "personalNotes": "from the fair"}]}',
    "plain.json": '[{"notes": "from the fair"}]',
    "people.ndjson": '{"notes": "from the fair"}\n{"notes": "from Rome"}\n',
}
HOSTILE = (
    "[" * 100_000,
    "{}",
    "[[]]",
    '{"a": 1e999}',
    "\ud800",
    "\x00",
    "END:VCARD",
    ",;:\\",
    "=3D=",
    "1\n\n2",
    "999999999999",
)


def first_card(content, name):
    found = read_file(content.encode(), name)
    return next(iter(found.contents)), found.format


def fixed(content, file_name, **texts):
    """The first card, with other texts under these headers."""
    card, written_format = first_card(content, file_name)
    places = {header: place for place, (header, _) in enumerate(columns_of_card(card, written_format))}
    return with_fixed_cells(card, {places[header]: text for header, text in texts.items()}, written_format)


class TestTheColumnsOfACard:
    def test_are_its_properties_with_a_line_for_each_value(self):
        columns = dict(columns_of_card(*first_card(LDIF, "people.ldif")))

        assert columns["mail"] == "ada@example.com\nada@work.example"

    def test_are_also_those_that_can_say_who_it_is(self):
        card, written_format = first_card("BEGIN:VCARD\nVERSION:3.0\nitem1.TEL:030 1\nEND:VCARD\n", "phone.vcf")

        assert [header for header, _ in columns_of_card(card, written_format)] == [
            "VERSION", "ITEM1.TEL", "FN", "EMAIL",
        ]  # fmt: skip

    def test_are_none_if_its_text_could_not_be_read(self):
        content = '[{"name": "Ada", "email": "ada@example.com"},\n{"name": Alan},\n{"name": "Grace"}]'
        cards = list(read_file(content.encode(), "people.json").contents)
        unread = next(card for card in cards if card.unreadable == "not_json")

        assert columns_of_card(unread, "json") == ()
        assert with_fixed_cells(unread, {0: "x"}, "json") == unread


class TestAFixedCard:
    @pytest.mark.parametrize("name", FILES)
    def test_says_the_same_if_its_texts_are_the_same(self, name):
        found, cards = opened(name)

        for card in cards:
            texts = {place: text for place, (_, text) in enumerate(columns_of_card(card, found.format))}
            again = with_fixed_cells(card, texts, found.format)
            assert meaning(again) == meaning(card)
            assert (again.number, again.line) == (card.number, card.line)

    def test_of_a_vcard_has_the_text_under_the_label_that_it_had(self):
        card = fixed(VCARD, "phone.vcf", **{"ITEM1.TEL;TYPE=CELL": "+49 170 7654321"})

        assert card.fields["display"] == "Jörg"
        assert [(each["raw"], each.get("label")) for each in card.fields["phones"]] == [
            ("+49 170 7654321", "mobile"),
            ("030 1", "home"),
        ]
        assert (card.uid, card.fields["notes"]) == ("one", "one, two")

    def test_has_no_problem_that_was_fixed(self):
        assert {each.column for each in first_card(VCARD, "phone.vcf")[0].problems} == {"BDAY"}

        card = fixed(VCARD, "phone.vcf", BDAY="1985-04-12")

        assert card.problems == ()
        assert card.fields["birthday"] == {"year": 1985, "month": 4, "day": 12}

    def test_of_ldif_has_its_values(self):
        card = fixed(LDIF, "people.ldif", mail="ada@new.example", telephonenumber="+49 30 1")

        assert [each["value"] for each in card.fields["emails"]] == ["ada@new.example"]
        assert [each["raw"] for each in card.fields["phones"]] == ["+49 30 1"]

    @pytest.mark.parametrize(
        ("name", "header", "text", "field", "values"),
        [
            ("people.json", "emails.1.value", "ada@example.com", "emails", ["ada@example.com"]),
            ("people.ndjson", "phone", "030 7", "phones", ["030 7"]),
            ("graph.json", "businessPhones", "030 7\n030 8", "phones", ["030 7", "030 8"]),
            ("card.jcard", "TEL", "030 7", "phones", ["030 7"]),
        ],
    )
    def test_of_json_has_its_values(self, name, header, text, field, values):
        card = fixed(JSON_FILES[name], name, **{header: text})

        assert [each.get("value", each.get("raw")) for each in card.fields[field]] == values
        assert card.fields["display"] == "Ada"

    def test_of_jscontact_has_its_name(self):
        card = fixed(JSON_FILES["card.json"], "card.json", name='{"full": "Ada Lovelace"}')

        assert card.fields["display"] == "Ada Lovelace"

    @pytest.mark.parametrize(("name", "content"), NOBODY.items())
    def test_that_said_of_nobody_becomes_a_contact(self, name, content):
        card, written_format = first_card(content, name)
        assert card.unreadable
        columns = columns_of_card(card, written_format)
        texts = dict(enumerate(("Ada", "+49 30 1234567", "ada@example.com"), len(columns) - 3))

        again = with_fixed_cells(card, texts, written_format)

        assert (again.unreadable, again.fields["display"]) == ("", "Ada")
        assert [each["raw"] for each in again.fields["phones"]] == ["+49 30 1234567"]
        assert [each["value"] for each in again.fields["emails"]] == ["ada@example.com"]
        assert columns_of_card(again, written_format) == [*columns[:-3], *zip(
            [header for header, _ in columns[-3:]], texts.values(), strict=True
        )]  # fmt: skip

    @pytest.mark.parametrize(("name", "content"), NOBODY.items())
    def test_can_be_given_one_of_these_and_keeps_its_columns(self, name, content):
        card, written_format = first_card(content, name)
        columns = columns_of_card(card, written_format)

        again = with_fixed_cells(card, {len(columns) - 1: "ada@example.com"}, written_format)

        assert again.unreadable == ""
        assert columns_of_card(again, written_format) == [*columns[:-1], (columns[-1][0], "ada@example.com")]

    def test_has_all_columns_at_their_places(self):
        card, written_format = first_card(VCARD, "phone.vcf")
        headers = [header for header, _ in columns_of_card(card, written_format)]

        again = with_fixed_cells(card, {headers.index("EMAIL"): "j@example.com", headers.index("UID"): ""}, "vcard")

        assert [header for header, _ in columns_of_card(again, written_format)] == headers
        assert again.uid == ""

    def test_is_one_card_whatever_a_cell_says(self):
        card = fixed(VCARD, "phone.vcf", NOTE="x\nEND:VCARD\nBEGIN:VCARD")

        assert (card.uid, card.fields["display"]) == ("one", "Jörg")

    def test_still_says_which_lines_are_no_properties(self):
        content = VCARD.replace("BDAY", "a line\nBDAY")

        assert "not_a_property" in {each.code for each in first_card(content, "phone.vcf")[0].problems}
        assert "not_a_property" in {each.code for each in fixed(content, "phone.vcf", UID="2").problems}

    @settings(max_examples=examples(60), deadline=None)
    @given(data=st.data(), name=st.sampled_from(sorted(FILES)))
    def test_is_read_whatever_is_in_its_cells(self, data, name):
        found, cards = opened(name)
        card = data.draw(st.sampled_from(cards))
        places = range(len(columns_of_card(card, found.format)))
        texts = data.draw(st.dictionaries(st.sampled_from(places), st.text() | st.sampled_from(HOSTILE)))

        again = with_fixed_cells(card, texts, found.format)

        columns = [text for _, text in columns_of_card(again, found.format)]
        assert [columns[place] for place in texts] == list(texts.values())
