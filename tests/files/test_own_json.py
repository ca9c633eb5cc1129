"""Contacts in the form in which this service stores them, written by anybody: checked, and nothing is lost silently."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.address_book.export_csv import csv_of
from chalicelib.address_book.export_vcard import Version, vcard_of
from chalicelib.contacts.cleaning import clean_fields
from chalicelib.contacts.source_record import SourceContact
from chalicelib.file_imports.planning.file_rows import row_of_card
from chalicelib.files.json_dumps import read_json
from chalicelib.files.mapping.column_mapping import BLOCKING
from chalicelib.files.records import Problem
from tests.address_book.making import contact

ADA = {"given": "Ada", "family": "Lovelace"}
EXPORTED = {"contact_id": "c1", "created_at": "2026-11-29T00:00:00Z", "updated_at": "2026-11-29T00:00:00Z"}


def card(value):
    (only,) = read_json(json.dumps([{**ADA, **value}]).encode())
    return only


def more_fields(value):
    """The fields besides the name, of a contact without problems."""
    read = card(value)
    assert read.problems == ()
    return {name: each for name, each in read.fields.items() if name not in ADA}


class TestForms:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ({"email": "a@x.org"}, {"emails": [{"value": "a@x.org"}]}),
            ({"emails": ["a@x.org", "b@x.org"]}, {"emails": [{"value": "a@x.org"}, {"value": "b@x.org"}]}),
            ({"emails": "a@x.org"}, {"emails": [{"value": "a@x.org"}]}),
            ({"emails": [{"address": "a@x.org", "type": "work"}]}, {"emails": [{"value": "a@x.org", "label": "work"}]}),
            ({"phones": ["+49 30 1"]}, {"phones": [{"raw": "+49 30 1"}]}),
            ({"phones": [{"value": "+49 30 1"}]}, {"phones": [{"raw": "+49 30 1"}]}),
            ({"phones": [{"raw": 4930111222}]}, {"phones": [{"raw": "4930111222"}]}),
            ({"birthday": "1980-04-03"}, {"birthday": {"year": 1980, "month": 4, "day": 3}}),
            ({"birthday": {"year": "1980"}}, {"birthday": {"year": 1980}}),
            ({"urls": ["example.org"]}, {"urls": [{"value": "https://example.org"}]}),
            ({"groups": "Friends"}, {"groups": ["Friends"]}),
            ({"company": "Acme"}, {"organization": "Acme"}),
            ({"addresses": ["Hof 1"]}, {"addresses": [{"street": "Hof 1"}]}),
            ({"custom_fields": {"Shoe": 39}}, {"custom_fields": [{"name": "Shoe", "value": "39", "type": "number"}]}),
            (
                {"custom_fields": [{"name": "x", "value": 5, "type": "number"}]},
                {"custom_fields": [{"name": "x", "value": "5", "type": "number"}]},
            ),
        ],
    )
    def test_usual_ways_to_write_a_value_are_read(self, value, expected):
        assert more_fields(value) == expected

    def test_e164_is_derived_from_the_number_as_it_is_written(self):
        read = card({"phones": [{"raw": "030 5", "e164": "+999999999999999", "extension": "1"}]})

        assert row_of_card(read, "DE").incoming.fields["phones"] == [{"raw": "030 5"}]

    def test_unknown_members_become_custom_fields(self):
        assert more_fields({"weird": "x", "shoe": 39.0, "social": {"a": [1]}, "none": None}) == {
            "custom_fields": [
                {"value": "x", "name": "weird"},
                {"value": "39.0", "name": "shoe", "type": "number"},
                {"value": '{"a":[1]}', "name": "social"},
            ]
        }

    def test_unknown_parts_of_a_value_become_custom_fields(self):
        assert more_fields({"emails": [{"value": "a@x.org", "verified": "yes"}]}) == {
            "emails": [{"value": "a@x.org"}],
            "custom_fields": [{"value": "yes", "name": "emails.verified"}],
        }


class TestWrongValues:
    @pytest.mark.parametrize(
        ("value", "problem"),
        [
            ({"emails": [{"value": "not mail"}]}, Problem("emails", "not mail", "not_an_email")),
            ({"phones": ["none"]}, Problem("phones", "none", "not_a_phone_number")),
            ({"urls": ["javascript:alert(1)"]}, Problem("urls", "javascript:alert(1)", "not_a_link")),
            ({"photo_url": "javascript:alert(1)"}, Problem("photo_url", "javascript:alert(1)", "not_a_link")),
            ({"birthday": "1980-02-30"}, Problem("birthday", "1980-02-30", "not_a_day")),
            ({"events": ["2009-02-30"]}, Problem("events", "2009-02-30", "not_a_day")),
        ],
    )
    def test_a_text_of_the_wrong_form_is_a_problem_and_a_custom_field(self, value, problem):
        read = card(value)

        assert read.problems == (problem,)
        assert read.fields == {**ADA, "custom_fields": [{"value": problem.value, "name": problem.column}]}

    @pytest.mark.parametrize(
        ("value", "code"),
        [
            ({"birthday": {"month": 13, "day": 45}}, "not_a_day"),
            ({"birthday": {"year": 9999, "month": 1, "day": 1}}, "not_a_day"),
            ({"birthday": {"year": 99999}}, "not_a_date"),
            ({"birthday": {"year": "x", "month": 1}}, "not_a_date"),
            ({"custom_fields": [{"name": "x"}]}, "no_value"),
            ({"organization": {"name": "x"}}, "wrong_form"),
            ({"emails": [{"value": ["a"]}]}, "wrong_form"),
            ({"phones": [True]}, "wrong_form"),
            ({"weird": "x" * 10_001}, "too_long"),
        ],
    )
    def test_what_is_no_text_is_a_problem(self, value, code):
        read = card(value)

        assert [each.code for each in read.problems] == [code]
        assert not read.fields.get("custom_fields")

    def test_a_custom_field_of_another_type_is_kept_as_a_text(self):
        read = card({"custom_fields": [{"name": "n", "value": "many", "type": "number"}]})

        assert read.problems == (Problem("n", "many", "not_a_number"),)
        assert read.fields["custom_fields"] == [{"value": "many", "name": "n"}]

    def test_custom_fields_beyond_the_limit_are_problems(self):
        read = card({f"x{number}": "y" for number in range(51)})

        assert len(read.fields["custom_fields"]) == 50
        assert [each.code for each in read.problems] == ["too_many_custom_fields"]

    def test_a_record_of_which_nothing_can_be_read_is_no_contact(self):
        (read,) = read_json(b'[{"emails": [{"value": "not mail"}]}]')

        assert read.unreadable == BLOCKING


class TestAnExportOfOurs:
    def test_keeps_what_other_files_could_not_have(self):
        emails = [{"value": "/o=x/cn=ada"}]

        assert card({**EXPORTED, "emails": emails}).fields == {**ADA, "emails": emails}

    def test_cannot_bring_links_that_run_a_program(self):
        read = card({**EXPORTED, "urls": [{"value": "javascript:alert(1)"}], "photo_url": " JavaScript:x"})

        assert [each.code for each in read.problems] == ["not_a_link", "not_a_link"]
        assert not read.fields.keys() & {"urls", "photo_url"}


NAMES = st.sampled_from(["emails", "phones", "birthday", "urls", "custom_fields", "groups", "addresses", "notes", "x"])
PARTS = st.sampled_from(["value", "raw", "label", "type", "name", "year", "month", "street", "e164", "y"])
LEAVES = st.none() | st.booleans() | st.text(max_size=5) | st.floats() | st.integers()
VALUES = LEAVES | st.dictionaries(PARTS, LEAVES | st.lists(LEAVES, max_size=2), max_size=3)


@given(st.dictionaries(NAMES, VALUES | st.lists(VALUES, max_size=3), max_size=4))
def test_every_record_can_be_imported_and_exported(value):
    for around in ({}, EXPORTED):
        row = row_of_card(card({**value, **around}), "DE")

        assert isinstance(row.incoming, SourceContact)
        imported = contact(**clean_fields(row.incoming.fields))
        assert "".join(vcard_of([imported], Version.V3))
        assert "".join(csv_of([imported]))
