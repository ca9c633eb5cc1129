"""Custom fields in every room: a name and a text, a number or a date, with no digit lost on the way."""

import csv
import io

import pytest
import vobject

from chalicelib.address_book.edit_form import edit_of, filled_form, parse_form, resubmitted_form
from chalicelib.address_book.export_address_book_csv import address_book_csv_of
from chalicelib.address_book.export_csv import csv_of
from chalicelib.address_book.export_vcard import Version, vcard_of
from chalicelib.address_book.search import Search
from chalicelib.bulk.check_contacts import InvalidContacts, checked_contacts
from chalicelib.contacts.cleaning import clean_fields, clean_fields_and_digest, digest
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.contact_json import contact_details_json
from chalicelib.contacts.edit_request import validate_edit
from chalicelib.contacts.fold_records import fold
from chalicelib.contacts.overrides import overrides_after
from chalicelib.contacts.source import PERSON
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.forms import Form
from tests.address_book.making import contact
from tests.contacts.making import GOOGLE, MICROSOFT, fields, record

SIZE = {"name": "Shoe size", "value": "0.10", "type": "number"}
SINCE = {"name": "Member since", "value": "2009-06-20", "type": "date"}
MOTTO = {"name": "Motto", "value": "two\nlines"}
ALL = [SIZE, SINCE, MOTTO]


class TestStored:
    def test_a_type_is_kept_unless_it_goes_without_saying(self):
        sent = [SIZE, SINCE, {**MOTTO, "type": "text"}, {"name": "Odd", "value": "1", "type": "color"}]

        assert clean_fields({"custom_fields": sent})["custom_fields"] == [*ALL, {"name": "Odd", "value": "1"}]

    def test_what_was_stored_before_there_were_types_has_the_same_digest(self):
        before = {
            "given": "Ada",
            "custom_fields": [{"name": "Engine", "value": "difference\nanalytical"}, {"value": "of no name"}],
            "phones": [{"raw": "+44 20 7946 0018", "e164": "+442079460018", "label": "home"}],
            "notes": "two\nlines",
        }

        assert clean_fields_and_digest(before) == (before, "8be5366694869d963c07a81fa4f5fb55")
        assert digest({**before, "custom_fields": [{**SIZE}]}) != digest(before)


class TestFolded:
    def records(self, *own):
        mine = [record(PERSON, fields(custom_fields=list(own)), first_seen=9)] if own else []
        return [
            record(GOOGLE, fields("Ada", custom_fields=[SIZE, MOTTO]), first_seen=1),
            record(MICROSOFT, fields("Ada", custom_fields=[{**SIZE, "value": "39"}, MOTTO]), first_seen=2),
            *mine,
        ]

    def test_each_source_has_its_values(self):
        assert fold(self.records())["custom_fields"] == [SIZE, MOTTO, {**SIZE, "value": "39"}]

    def test_a_persons_edit_hides_what_it_replaces(self):
        ada = Contact("c1", 1, self.records(), 1, 1)

        edit = {"custom_fields": [{"name": "Shoe size", "value": 40}]}
        own = overrides_after(ada, validate_edit(edit, ada.shown), "DE")
        edited = fold([*ada.records, record(PERSON, own, first_seen=9)])

        assert edited["custom_fields"] == [{"name": "Shoe size", "value": "40", "type": "number"}]
        assert own["hidden"] == {"custom_fields": [SIZE, MOTTO, {**SIZE, "value": "39"}]}

    def test_a_response_has_the_type_of_each(self):
        document = contact_details_json(Contact("c1", 1, self.records(), 1, 1))

        assert [each["type"] for each in document["custom_fields"]] == ["number", "text", "number"]
        assert [each["value"] for each in document["provenance"]["custom_fields"]] == document["custom_fields"]
        assert all(each["shown"] for each in document["provenance"]["custom_fields"])


class TestEdited:
    @pytest.mark.parametrize(
        ("sent", "kept"),
        [
            ({"name": "Size", "value": "39"}, {"name": "Size", "value": "39"}),
            ({"name": "Size", "value": "39", "type": "text"}, {"name": "Size", "value": "39"}),
            ({"name": "Size", "value": 39}, {"name": "Size", "value": "39", "type": "number"}),
            (
                {"name": " Size ", "value": " 1e400", "type": "number"},
                {"name": "Size", "value": "1e400", "type": "number"},
            ),
            (SINCE, SINCE),
        ],
    )
    def test_a_value_of_each_type_is_taken(self, sent, kept):
        assert validate_edit({"custom_fields": [sent]}, {})["custom_fields"] == [kept]

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ([{"name": "a", "value": True}], "custom_fields.0.value"),
            ([{"name": "a", "value": float("nan")}], "custom_fields.0.value"),
            ([{"name": "a", "value": "Infinity", "type": "number"}], "custom_fields.0.value"),
            ([{"name": "a", "value": "2009-02-29", "type": "date"}], "custom_fields.0.value"),
            ([{"name": "a", "value": 39, "type": "text"}], "custom_fields.0.value"),
            ([{"name": "a", "value": "1", "type": "color"}], "custom_fields.0.type"),
            ([{"name": "Size", "value": "1"}, {"name": " SIZE", "value": "2"}], "custom_fields.1.name"),
        ],
    )
    def test_what_cannot_be_is_named(self, fields, field):
        with pytest.raises(InvalidInput) as refused:
            validate_edit({"custom_fields": fields}, {})

        assert refused.value.members["field"] == field

    def test_two_fields_of_one_name_from_sources_may_be_sent_back(self):
        shown = {"custom_fields": [SIZE, {**SIZE, "value": "39"}]}

        assert validate_edit(shown, shown) == shown
        with pytest.raises(InvalidInput):
            validate_edit({"custom_fields": [*shown["custom_fields"], {**SIZE, "value": "41"}]}, shown)


class TestSentInBulk:
    def test_a_value_of_each_type_is_taken(self):
        sent = [SIZE, SINCE, {**MOTTO, "type": "text"}, {"name": "Floor", "value": -2}]

        [kept] = checked_contacts([{"given": "Ada", "custom_fields": sent}])

        assert kept["custom_fields"] == [*ALL, {"name": "Floor", "value": "-2", "type": "number"}]

    @pytest.mark.parametrize(
        ("field", "at", "code"),
        [
            ({"name": "a", "value": True}, "0.value", "not_a_value"),
            ({"name": "a", "value": float("inf")}, "0.value", "not_a_number"),
            ({"name": "a", "value": "x", "type": "number"}, "0.value", "not_a_number"),
            ({"name": "a", "value": "2009-02-29", "type": "date"}, "0.value", "not_a_day"),
            ({"name": "a", "value": "1", "type": "color"}, "0.type", "unknown_type"),
            ({"name": "a", "value": ""}, "0.value", "required"),
            ({"name": "a", "value": "x" * 10_001}, "0.value", "too_long"),
            ({"name": "a", "value": "half \ud800"}, "0.value", "not_text"),
        ],
    )
    def test_what_cannot_be_is_named(self, field, at, code):
        assert self.faults(field) == [(f"custom_fields.{at}", code)]

    def test_a_name_stands_once(self):
        assert self.faults({"name": "Size", "value": "1"}, {"name": "size ", "value": "2"}) == [
            ("custom_fields.1.name", "duplicate_name")
        ]

    def faults(self, *fields):
        with pytest.raises(InvalidContacts) as raised:
            checked_contacts([{"given": "Ada", "custom_fields": list(fields)}])
        return [(each["field"], each["code"]) for each in raised.value.members["errors"]]


class TestFound:
    @pytest.mark.parametrize("text", ["shoe siz", "0.10", "2009-06-20", "member since", "two lines"])
    def test_by_name_and_value(self, text):
        assert Search(text).matches({"custom_fields": ALL})

    @pytest.mark.parametrize("text", ["number", "date"])
    def test_a_custom_field_is_not_found_by_its_type(self, text):
        assert not Search(text).matches({"custom_fields": ALL})


class TestExported:
    @pytest.mark.parametrize(("write", "mark"), [(csv_of, "\ufeff"), (address_book_csv_of, "")])
    def test_a_csv_has_a_pair_of_columns_each(self, write, mark):
        text = "".join(write([contact("Ada", custom_fields=ALL)])).removeprefix(mark)
        [row] = csv.DictReader(io.StringIO(text, newline=""))

        columns = [(row[f"Custom Field {n} - Label"], row[f"Custom Field {n} - Value"]) for n in (1, 2, 3)]
        assert columns == [(each["name"], each["value"]) for each in ALL]

    @pytest.mark.parametrize("version", Version)
    def test_a_card_has_them_with_their_types(self, version):
        [card] = vobject.readComponents("".join(vcard_of([contact("Ada", custom_fields=ALL)], version)))

        fields = card.contents["x-custom-field"]
        assert [each.value.replace("\\n", "\n") for each in fields] == [each["value"] for each in ALL]
        assert [each.params.get("X-TYPE") for each in fields] == [["number"], ["date"], None]
        assert [each.value for each in card.contents["x-ablabel"]] == [each["name"] for each in ALL]


class TestForm:
    def test_each_has_its_type(self):
        assert [each["type"] for each in filled_form({"custom_fields": ALL})["custom_fields"]] == [
            *("number", "date", "text"),
            *("text", "text"),
        ]

    def test_a_line_that_is_filled_in_adds_one_of_its_type(self):
        form = Form(
            {
                "custom_field": ["39", "2009-06-20", "x", ""],
                "custom_field_name": ["Shoe size", "Since", "Motto", ""],
                "custom_field_type": ["number", "date", "text", "number"],
            }
        )

        assert edit_of(form, {})["custom_fields"] == [
            {"name": "Shoe size", "value": "39", "type": "number"},
            {"name": "Since", "value": "2009-06-20", "type": "date"},
            {"name": "Motto", "value": "x"},
        ]
        assert resubmitted_form(form)["custom_fields"][1] == {"value": "2009-06-20", "label": "Since", "type": "date"}

    def test_values_of_a_form_without_types_are_text(self):
        form = Form({"custom_field": ["39"], "custom_field_name": ["Shoe size"]})

        assert parse_form(form)["custom_fields"] == [{"name": "Shoe size", "value": "39"}]
