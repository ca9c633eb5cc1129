"""Invalid edits are refused by field; values that the contact already has never are."""

import pytest

from chalicelib.contacts.contact_field import MOST_VALUES
from chalicelib.contacts.edit_request import validate_edit
from chalicelib.foundation.errors import InvalidInput


class TestRefused:
    @pytest.mark.parametrize(
        ("edit", "field"),
        [
            ({"photo_url": "https://x.org/a.png"}, "photo_url"),
            ({"hidden": {"emails": []}}, "hidden"),
            ({"contact_id": "x"}, "contact_id"),
            ({"x" * 500: ""}, "x" * 100),
            ({"given": 1}, "given"),
            ({"given": ["Ada"]}, "given"),
            ({"title": "x" * 1_001}, "title"),
            ({"notes": "x" * 30_001}, "notes"),
            ({"emails": "a@x.org"}, "emails"),
            ({"emails": ["a@x.org"]}, "emails.0"),
            ({"emails": [{"value": "a@x.org", "hidden": True}]}, "emails.0"),
            ({"emails": [{"value": 1}]}, "emails.0.value"),
            ({"emails": [{"value": "a@x.org"}, {"value": "x" * 321}]}, "emails.1.value"),
            ({"emails": [{"value": "a@x.org"}] * (MOST_VALUES + 1)}, "emails"),
            ({"phones": [{"raw": "1" * 65}]}, "phones.0.raw"),
            ({"addresses": [{"planet": "Earth"}]}, "addresses.0"),
            ({"groups": [{"value": "Friends"}]}, "groups.0"),
            ({"custom_fields": [{"name": "x" * 65, "value": "1"}]}, "custom_fields.0.name"),
            ({"custom_fields": [{"name": "a", "value": "1"}] * 51}, "custom_fields"),
            ({"birthday": "1815-12-10"}, "birthday"),
            ({"birthday": {"month": 12}}, "birthday"),
            ({"birthday": {"year": 1990, "month": 2, "day": 31}}, "birthday"),
            ({"birthday": {"year": 1990, "month": 2, "day": 29}}, "birthday"),
            ({"birthday": {"month": 2, "day": 30}}, "birthday"),
            ({"birthday": {"year": 1990, "month": 2}}, "birthday"),
            ({"birthday": {"year": 9999, "month": 1, "day": 1}}, "birthday"),
            ({"birthday": {"month": 13, "day": 1}}, "birthday"),
            ({"birthday": {"month": True, "day": 1}}, "birthday.month"),
            ({"birthday": {"month": 1, "day": 1, "hour": 1}}, "birthday"),
            ({"given": "A\ud800"}, "given"),
            ({"events": [{"value": "2009-02-30"}]}, "events.0.value"),
            ({"birthday": {"year": 0, "month": 2, "day": 28}}, "birthday"),
            ({"events": [{"value": "30.02.2009"}]}, "events.0.value"),
            ({"addresses": [{"city": "Ulm"}, {"city": "\udfff"}]}, "addresses.1.city"),
        ],
    )
    def test_by_the_name_of_the_field(self, edit, field):
        with pytest.raises(InvalidInput) as refused:
            validate_edit(edit, {})

        assert refused.value.members["field"] == field


class TestTaken:
    def test_a_source_may_keep_a_day_that_does_not_exist(self):
        shown = {"events": [{"value": "2009-02-30"}], "birthday": {"year": 1, "month": 1, "day": 1}}

        assert validate_edit(shown, shown) == shown

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("vera@x.org, v@y.org;", [{"value": "vera@x.org"}, {"value": "v@y.org"}]),
            ("Uwe Rast <uwe@x.org>", [{"value": "uwe@x.org", "label": "Uwe Rast"}]),
            ("mailto:uwe@x.org", [{"value": "uwe@x.org"}]),
            ("ben.kay@", [{"value": "ben.kay@"}]),
        ],
    )
    def test_an_email_field_may_hold_several_addresses_and_a_name(self, typed, kept):
        assert validate_edit({"emails": [{"value": typed}]}, {})["emails"] == kept
        assert validate_edit({"emails": [{"value": typed}]}, {"emails": [{"value": typed}]})["emails"] == [
            {"value": typed}
        ]

    def test_a_website_gets_a_scheme_as_in_imports(self):
        edit = {"urls": [{"value": "ada.example"}, {"value": "http://x.org"}, {"value": "skype:ada"}]}

        assert [url["value"] for url in validate_edit(edit, {})["urls"]] == [
            "https://ada.example",
            "http://x.org",
            "skype:ada",
        ]

    def test_values_that_are_shown_already_however_long(self):
        long = "x" * 3_000
        shown = {"display": long, "emails": [{"value": long, "label": long}], "groups": [long] * (MOST_VALUES + 5)}

        assert validate_edit(shown, shown) == shown

    def test_clean(self):
        edit = {
            "title": "  Countess\x00\n of  Lovelace ",
            "notes": "one\r\ntwo",
            "emails": [{"value": " a@x.org ", "label": ""}, {"value": "  "}, {"label": "home"}],
            "addresses": [{"street": "1 Main\nBack", "label": None}, {"label": "home"}],
            "groups": ["Friends", " \u200b "],
            "birthday": {"year": None, "month": 12, "day": 10},
        }

        assert validate_edit(edit, {}) == {
            "title": "Countess  of  Lovelace",
            "notes": "one\ntwo",
            "emails": [{"value": "a@x.org"}],
            "addresses": [{"street": "1 Main\nBack"}],
            "groups": ["Friends"],
            "birthday": {"month": 12, "day": 10},
        }

    def test_empty_values_and_null_are_kept_apart(self):
        edit = {"title": "", "emails": [], "birthday": {}, "given": None, "groups": None}

        assert validate_edit(edit, {}) == edit
