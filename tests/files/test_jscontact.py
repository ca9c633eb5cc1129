"""JSContact: contacts as JSON objects. Where vCard can say the same, both are read as the same fields."""

import json
import re

import pytest

from chalicelib.contacts.cleaning import clean_fields
from chalicelib.files.formats import Format, recognize
from chalicelib.files.jscontact import read_jscontact
from chalicelib.files.json_dumps import read_json_lines
from chalicelib.files.mapping.column_mapping import BLOCKING
from tests.files.vcards import fields_of
from tests.shared_cases import shared_files

CARD = {"@type": "Card", "version": "1.0", "uid": "1"}


def read(value):
    return list(read_jscontact(json.dumps(value).encode()))


def fields_of_jscontact(**members):
    (card,) = read({**CARD, **members})
    return dict(clean_fields(card.fields))


class TestCards:
    def test_may_be_one_or_a_list_wherever_it_is(self):
        ann = {**CARD, "name": {"full": "Ann"}}

        for value in (ann, [ann], {"contacts": [ann]}, {"list": [ann]}):
            assert [(card.number, card.uid, card.fields) for card in read(value)] == [(1, "1", {"display": "Ann"})]

    def test_may_be_one_in_a_line(self):
        content = "\n".join(json.dumps({**CARD, "name": {"full": name}}) for name in ("Ann", "Bob"))

        cards = list(read_json_lines(content.encode()))
        assert [(card.line, card.uid, card.fields) for card in cards] == [
            (1, "1", {"display": "Ann"}),
            (2, "1", {"display": "Bob"}),
        ]

    def test_are_recognized(self):
        assert recognize(json.dumps(CARD).encode()).format is Format.JSCONTACT

    def test_keep_values_as_they_were_written_and_what_is_not_known(self):
        (card,) = read({**CARD, "name": {"full": "Ann"}, "odd": {"a": 1}, "language": "de"})

        assert card.cells == (
            ("version", "1.0"),
            ("uid", "1"),
            ("name", '{"full":"Ann"}'),
            ("odd", '{"a":1}'),
            ("language", "de"),
        )
        assert card.kept == (("odd", '{"a":1}'),)

    def test_that_are_none_are_unreadable(self):
        assert [card.unreadable for card in read([3, CARD])] == ["not_an_object", ""]
        assert [card.unreadable for card in read_jscontact(b'[{"@type": "Card"}, {')] == ["", "not_json"]

    def test_that_are_groups_are_left_out_and_their_members_have_them(self):
        group = {**CARD, "uid": "g", "kind": "group", "name": {"full": "Friends"}, "members": {"urn:uuid:1": True}}

        left_out, ann = read([group, CARD])
        assert (left_out.left_out, ann.fields["groups"]) == ("group", ["Friends"])

    @pytest.mark.parametrize(
        "member",
        [
            *(
                "name",
                "nicknames",
                "organizations",
                "titles",
                "emails",
                "phones",
                "addresses",
                "onlineServices",
                "links",
            ),
            *(
                "media",
                "anniversaries",
                "notes",
                "keywords",
                "preferredLanguages",
                "personalInfo",
                "speakToAs",
                "vCard",
            ),
            *("relatedTo", "kind", "uid", "members"),
        ],
    )
    @pytest.mark.parametrize(
        "value", [None, 3, "x", [], [3], {}, {"a": None}, {"a": 3}, {"a": {}}, {"a": {"components": 3, "units": 3}}]
    )
    def test_of_any_shape_break_nothing(self, member, value):
        (card,) = read({**CARD, member: value})

        assert card.unreadable in ("", BLOCKING)


class TestNames:
    COMPONENTS = (
        {"kind": "title", "value": "Dr."},
        {"kind": "given", "value": "Ann", "phonetic": "an"},
        {"kind": "given2", "value": "Mary"},
        {"kind": "given2", "value": "Jane"},
        {"kind": "surname", "value": "Poe"},
        {"kind": "surname2", "value": "Roe"},
        {"kind": "generation", "value": "III"},
        {"kind": "credential", "value": "MD"},
    )

    def test_have_components_in_any_order(self):
        expected = {
            "prefix": "Dr.",
            "given": "Ann",
            "middle": "Mary Jane",
            "family": "Poe Roe",
            "suffix": "III MD",
            "phonetic_given": "an",
        }

        assert fields_of_jscontact(name={"components": self.COMPONENTS}) == expected
        turned = [*self.COMPONENTS[4:], *self.COMPONENTS[:4]]
        assert fields_of_jscontact(name={"components": turned}) == expected

    def test_are_shown_as_they_are_ordered(self):
        listed = [
            {"kind": "surname", "value": "Poe"},
            {"kind": "separator", "value": ", "},
            {"kind": "given", "value": "Ann"},
        ]

        assert fields_of_jscontact(name={"components": listed, "isOrdered": True})["display"] == "Poe, Ann"
        assert "display" not in fields_of_jscontact(name={"components": listed})
        joined = {"components": listed[::2], "isOrdered": True, "defaultSeparator": " - "}
        assert fields_of_jscontact(name=joined)["display"] == "Poe - Ann"

    def test_are_sorted_by_their_parts(self):
        fields = fields_of_jscontact(name={"full": "x", "sortAs": {"given": "John Philip", "surname": "Stevenson"}})

        assert fields["file_as"] == "Stevenson, John Philip"


class TestMembers:
    @pytest.mark.parametrize(
        ("members", "expected"),
        [
            (
                {"nicknames": {"b": {"name": "Jay", "pref": 2}, "a": {"name": "JM", "pref": 1}}},
                {"nickname": "JM", "custom_fields": [{"name": "Nickname", "value": "Jay"}]},
            ),
            (
                {"organizations": {"o": {"name": "Acme", "units": [{"name": "Sales"}, {"name": "North"}]}}},
                {"organization": "Acme", "department": "Sales, North"},
            ),
            (
                {"titles": {"a": {"name": "CEO"}, "b": {"kind": "role", "name": "Boss"}}},
                {"title": "CEO", "custom_fields": [{"name": "Role", "value": "Boss"}]},
            ),
            (
                {
                    "emails": {
                        "a": {"address": "b@x.example", "contexts": {"private": True}},
                        "b": {"address": "a@x.example", "contexts": {"work": True}, "pref": 1},
                        "c": {"address": "c@x.example", "label": "Summer"},
                    }
                },
                {
                    "emails": [
                        {"value": "a@x.example", "label": "work"},
                        {"value": "b@x.example", "label": "home"},
                        {"value": "c@x.example", "label": "Summer"},
                    ]
                },
            ),
            (
                {
                    "phones": {
                        "a": {"number": "tel:+1-555-555-5555;ext=5555", "features": {"mobile": True}},
                        "b": {"number": "110", "features": {"fax": True}, "contexts": {"work": True}},
                        "c": {"number": "112", "features": {"voice": True, "mobile": False}},
                    }
                },
                {
                    "phones": [
                        {"raw": "+1-555-555-5555 ext. 5555", "label": "mobile"},
                        {"raw": "110", "label": "workFax"},
                        {"raw": "112"},
                    ]
                },
            ),
            (
                {
                    "addresses": {
                        "a": {
                            "components": [
                                {"kind": "number", "value": "54321"},
                                {"kind": "separator", "value": " "},
                                {"kind": "name", "value": "Oak St"},
                                {"kind": "apartment", "value": "Apt 4"},
                                {"kind": "locality", "value": "Reston"},
                                {"kind": "region", "value": "VA"},
                                {"kind": "postcode", "value": "20190"},
                            ],
                            "countryCode": "US",
                            "isOrdered": True,
                            "contexts": {"private": True},
                        },
                        "b": {"full": "1 Main St\nParis"},
                    }
                },
                {
                    "addresses": [
                        {
                            "street": "54321 Oak St",
                            "extended": "Apt 4",
                            "city": "Reston",
                            "region": "VA",
                            "postal_code": "20190",
                            "country": "US",
                            "label": "home",
                        },
                        {"street": "1 Main St\nParis"},
                    ]
                },
            ),
            (
                {
                    "onlineServices": {
                        "a": {"service": "Mastodon", "uri": "https://x.example/@ann"},
                        "b": {"uri": "xmpp:ann@x.example"},
                        "c": {"service": "Threema", "user": "ABC"},
                    }
                },
                {
                    "urls": [{"value": "https://x.example/@ann", "label": "Mastodon"}],
                    "ims": [{"value": "ann@x.example", "label": "jabber"}, {"value": "ABC", "label": "Threema"}],
                },
            ),
            (
                {"links": {"a": {"uri": "https://x.example", "label": "Blog"}}},
                {"urls": [{"value": "https://x.example", "label": "Blog"}]},
            ),
            (
                {"media": {"a": {"kind": "photo", "uri": "https://x.example/a.jpg"}}},
                {"photo_url": "https://x.example/a.jpg"},
            ),
            (
                {
                    "anniversaries": {
                        "a": {"kind": "birth", "date": {"month": 2, "day": 3}, "place": {"full": "Paris"}},
                        "b": {"kind": "wedding", "date": {"year": 2010, "month": 5, "day": 17}},
                        "c": {"kind": "death", "date": {"@type": "Timestamp", "utc": "2019-10-15T23:10:00Z"}},
                        "d": {"kind": "other", "label": "Name day", "date": {"year": 2010}},
                    }
                },
                {
                    "birthday": {"month": 2, "day": 3},
                    "events": [
                        {"value": "2010-05-17", "label": "anniversary"},
                        {"value": "2019-10-15", "label": "death"},
                        {"value": "2010", "label": "Name day"},
                    ],
                    "custom_fields": [{"name": "Birthplace", "value": "Paris"}],
                },
            ),
            ({"notes": {"a": {"note": "one\ntwo"}}}, {"notes": "one\ntwo"}),
            ({"keywords": {"a,b": True, "c": True, "d": False}}, {"groups": ["a,b", "c"]}),
            (
                {
                    "personalInfo": {"a": {"kind": "hobby", "value": "chess"}},
                    "preferredLanguages": {"l": {"language": "fr"}},
                },
                {
                    "custom_fields": [
                        {"name": "Interest", "value": "chess"},
                        {"name": "Language", "value": "fr"},
                    ]
                },
            ),
            (
                {"speakToAs": {"grammaticalGender": "feminine", "pronouns": {"a": {"pronouns": "she/her"}}}},
                {
                    "custom_fields": [
                        {"name": "Grammatical gender", "value": "feminine"},
                        {"name": "Pronouns", "value": "she/her"},
                    ]
                },
            ),
            (
                {"relatedTo": {"Jenny": {"relation": {"spouse": True}}}},
                {"relations": [{"value": "Jenny", "label": "spouse"}]},
            ),
            (
                {"vCard": {"properties": [["x-spouse", {}, "unknown", "Jenny"], ["nickname", {}, "text", "JM"]]}},
                {"relations": [{"value": "Jenny", "label": "spouse"}], "nickname": "JM"},
            ),
            ({"kind": "org", "name": {"full": "Acme"}}, {"display": "Acme", "organization": "Acme"}),
        ],
    )
    def test_become_fields(self, members, expected):
        assert fields_of_jscontact(**members) == expected

    def test_in_the_file_are_kept_as_hash_and_size(self):
        (card,) = read({**CARD, "media": {"a": {"kind": "photo", "uri": "data:image/png;base64,AAAA"}}})

        assert [(name, value.endswith(", 3 bytes")) for name, value in card.kept] == [("photo", True)]
        assert "AAAA" not in dict(card.cells)["media"]

    def test_that_are_ids_of_others_or_no_dates_are_only_kept(self):
        (card,) = read(
            {
                **CARD,
                "relatedTo": {"urn:uuid:2": {"relation": {"friend": True}}},
                "anniversaries": {"a": {"kind": "birth", "date": {"@type": "Timestamp", "utc": "soon"}}},
            }
        )

        assert (card.fields, [name for name, _ in card.kept]) == ({}, ["relatedTo", "anniversaries"])


# ── pairs of vCard and JSContact that another program wrote

_PAIR = re.compile(r"> test (?P<name>.*)\n(?P<vcard>(?:[^>].*\n)+?)> convert\n(?P<json>(?:[^>].*\n)+?)(?=\n|>)")


def pairs_in(path):
    for found in _PAIR.finditer(path.read_text(encoding="utf-8")):
        try:
            yield found["name"], found["vcard"].rstrip().split("\n"), json.loads(f"{{{found['json']}}}")
        except json.JSONDecodeError:
            continue


class TestPairsOfAnotherProgram:
    @pytest.mark.parametrize("path", shared_files("data/exports/calcard-*/*.txt"))
    def test_are_read_as_the_same_fields(self, path):
        pairs = list(pairs_in(path))
        assert len(pairs) >= 3

        for name, lines, members in pairs:
            of_vcard = fields_of(*lines, version="4.0")
            of_jscontact = fields_of_jscontact(**members)
            of_vcard.pop("file_as", None)  # a text there, parts here
            of_jscontact.pop("file_as", None)
            assert of_jscontact == of_vcard, name
