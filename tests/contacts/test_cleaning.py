import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.contacts.cleaning import (
    SURROGATES,
    canonical_json,
    clean_fields,
    clean_fields_and_digest,
    clean_text,
    digest,
)
from tests.contacts.strategies import field_sets


class TestText:
    @pytest.mark.parametrize(
        ("given_fields", "kept"),
        [
            ("  Ada\u00a0", "Ada"),
            ("Ada\x00\x07 Lovelace\x7f\x85", "Ada Lovelace"),
            ("Mu\u0308ller", "Müller"),
            ("Ada \ud83d", "Ada \ufffd"),
            ("Ada\r\nLovelace\tB", "Ada Lovelace B"),
            ("\u202eadA", "\u202eadA"),
            ("\u200b \u202e", ""),
            ('=HYPERLINK("http://evil")', '=HYPERLINK("http://evil")'),
            ("<script>alert(1)</script>", "<script>alert(1)</script>"),
            ("", ""),
            (None, ""),
            (7, ""),
            (["Ada"], ""),
        ],
    )
    def test_what_cannot_be_stored_goes_and_what_is_merely_dangerous_to_show_stays(self, given_fields, kept):
        assert clean_text(given_fields) == kept

    def test_an_invisible_value_is_empty(self):
        assert clean_fields_and_digest({"display": "\u200b", "given": "Ada\u200b"})[0] == {"given": "Ada\u200b"}

    def test_notes_keep_their_lines(self):
        assert clean_text("one\r\ntwo\n\tthree\x00\n", multiline=True) == "one\ntwo\n\tthree"

    def test_a_long_name_is_kept(self):
        assert clean_text("x" * 3_000) == "x" * 3_000

    @given(st.text(st.characters(), max_size=50), st.booleans())
    def test_what_is_clean_stays_as_it_is(self, text, multiline):
        once = clean_text(text, multiline=multiline)

        assert clean_text(once, multiline=multiline) == once
        assert not SURROGATES.search(once)
        assert unicodedata.is_normalized("NFC", once)


class TestCleanFields:
    def test_an_empty_field_is_absent(self):
        given_fields = {
            "given": " ",
            "family": None,
            "emails": [{"value": ""}, None, {"value": None, "label": "home"}, {"value": " a@x.org ", "label": ""}],
            "phones": [],
            "addresses": [{}, {"label": "home"}, {"city": None}],
            "birthday": {"year": 0, "month": None},
            "groups": ["", None, "Friends"],
            "urls": "http://x",
            "notes": "\n",
        }

        assert clean_fields(given_fields) == {"emails": [{"value": "a@x.org"}], "groups": ["Friends"]}

    def test_a_birthday_may_lack_any_part(self):
        assert clean_fields({"birthday": {"month": 2, "day": 29}}) == {"birthday": {"month": 2, "day": 29}}
        assert clean_fields({"birthday": {"year": True, "month": "2"}}) == {}

    def test_members_and_parts_we_do_not_know_are_left_out(self):
        assert clean_fields({"given": "Ada", "secret": "x", "emails": [{"value": "a@x.org", "id": "7"}]}) == {
            "given": "Ada",
            "emails": [{"value": "a@x.org"}],
        }

    @given(field_sets())
    def test_the_quick_look_and_the_long_way_clean_alike(self, given_fields):
        cleaned, hashed = clean_fields_and_digest(given_fields)

        assert cleaned == clean_fields(given_fields)
        assert hashed == digest(clean_fields(given_fields))

    @pytest.mark.parametrize("letter", [chr(code) for code in (*range(0x7F, 0x0310), 0x2009, 0x3000, 0xFEFF)])
    def test_every_letter_is_cleaned_alike_wherever_it_stands(self, letter):
        for name in (letter, f"a{letter}", f"{letter}a", f"e{letter}a", f"é {letter}"):
            assert clean_fields_and_digest({"given": name})[0] == clean_fields({"given": name})

    @given(field_sets())
    def test_cleaning_twice_is_cleaning_once(self, given_fields):
        once, hashed = clean_fields_and_digest(given_fields)

        assert clean_fields_and_digest(once) == (once, hashed)


class TestDigest:
    def test_the_order_of_members_does_not_count(self):
        assert digest({"given": "Ada", "family": "L"}) == digest({"family": "L", "given": "Ada"})

    def test_the_order_of_a_list_does(self):
        assert digest({"groups": ["a", "b"]}) != digest({"groups": ["b", "a"]})

    def test_what_follows_from_the_number_as_written_does_not_count(self):
        bare = {"phones": [{"raw": "0170 1234567", "label": "home"}, {"raw": "1"}]}
        understood = {"phones": [{"raw": "0170 1234567", "label": "home", "e164": "+491701234567"}, {"raw": "1"}]}

        assert digest(bare) == digest(understood)

    def test_an_extension_follows_from_the_number_and_does_not_count(self):
        plain = {"phones": [{"raw": "+1 202 555 0123 x42", "e164": "+12025550123", "label": "work"}]}
        understood = {"phones": [{**plain["phones"][0], "extension": "42"}]}

        assert digest(plain) == digest(understood)
        assert clean_fields(understood) == understood

    def test_notes_about_e164_are_part_of_the_digest(self):
        assert digest({"notes": '"extension":"1",'}) != digest({"notes": ""})
        assert digest({"notes": '"e164":"+1",'}) != digest({"notes": ""})

    def test_it_is_short_and_always_the_same(self):
        assert digest({"given": "Ada"}) == "8ada02e67e8449bdccf67710da071d43"

    def test_equal_json_has_one_text(self):
        assert canonical_json({"b": 1, "a": "é"}) == '{"a":"é","b":1}'
