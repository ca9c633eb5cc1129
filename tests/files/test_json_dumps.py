"""JSON of contacts: our own export, dumps of the providers' APIs, and lists of objects of any program."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.address_book.export_json import json_of
from chalicelib.contacts.cleaning import clean_fields
from chalicelib.files.json_dumps import read_json, read_json_lines
from chalicelib.files.mapping.column_mapping import BLOCKING
from tests.address_book.making import contact
from tests.contacts.strategies import field_sets, whole_texts
from tests.shared_cases import shared_files

ADA = {"firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.org"}
KEYS = st.sampled_from(["contacts", "name", "emails", "value", "id", "person", "names", "@removed", "x"])
LEAVES = st.none() | st.text(max_size=5) | st.floats() | st.integers()
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=9
)
ADAS = {"given": "Ada", "family": "Lovelace", "emails": [{"value": "ada@example.org"}]}


def cards(value):
    text = value if isinstance(value, str) else json.dumps(value)
    return list(read_json(text.encode("utf-8", "surrogatepass")))


def fields(value):
    """The fields of the only contact, without problems."""
    (card,) = cards(value)
    assert (card.problems, card.unreadable, card.left_out) == ((), "", "")
    return card.fields


class TestWhereTheContactsAre:
    @pytest.mark.parametrize(
        "value",
        [
            [ADA],
            ADA,
            {"contacts": [ADA]},
            {"name": "My contacts", "contacts": [ADA]},
            {"exported_at": "2026-11-28", "counts": {"contacts": 1}, "contacts": [ADA], "end": [1]},
            {"data": {"contacts": [ADA]}},
            {"data": [ADA]},
            {"value": [ADA], "next": None},
            {"contacts": {"about": "x", "list": [ADA]}, "frequent_contacts": {"list": [ADA]}},
            [{"contacts": [ADA]}, {"contacts": []}],
            {"connections": [ADA], "otherContacts": []},
            {"results": [{"person": ADA}]},
            {"friends_v2": [ADA], "blocked": []},
            {"17": ADA},
            {"contacts": {"-OcK2hXb": ADA}},
        ],
    )
    def test_they_are_found_wherever_programs_put_them(self, value):
        assert fields(value) == ADAS

    @pytest.mark.parametrize(
        "ids", [("1", "2"), ("-OcK2hXb", "-OcK2hXc"), ("a1f0", "b7c2"), ("ada@x.org", "bob@x.org")]
    )
    def test_contacts_by_their_ids_are_not_parts_of_one(self, ids):
        value = dict(zip(ids, (ADA, {"firstName": "Bob"}), strict=True))

        assert [card.fields.get("given") for card in cards(value)] == ["Ada", "Bob"]
        assert [card.fields.get("given") for card in cards({"contacts": value})] == ["Ada", "Bob"]

    def test_contacts_by_any_keys_are_contacts_with_these_ids(self):
        bob = {"name": "Bob", "id": "b-7"}
        assert fields({"ada": ADA}) == ADAS
        value = {"ada": ADA, "bob": bob, "eve": {"mail": "eve@example.org"}, "zoe": {"seen": 1}}

        for each in (value, {"contacts": value}, {"members": value}, {"version": 2, "members": value}):
            found = cards(each)
            assert [card.uid for card in found] == ["ada", "b-7", "eve", "zoe"]
            assert [card.unreadable for card in found] == ["", "", "", BLOCKING]

    def test_numbers_of_contacts_are_no_ids_since_another_file_counts_otherwise(self):
        assert [card.uid for card in cards({"0": ADA, "1": {"name": "Bob"}})] == ["", ""]

    def test_parts_of_a_contact_are_not_contacts(self):
        assert len(cards({"home": {"email": "a@x.org"}, "Work": {"email": "b@x.org"}})) == 1
        assert len(cards({"ada": {"size": 1}, "bob": {"size": 2}})) == 1
        assert len(cards({"person": {"firstName": "Ada"}, "job": {"title": "Countess"}})) == 1
        assert len(cards({"nickname": "Ada", "friends": [{"name": "Bob"}, {"name": "Carl"}]})) == 1
        assert len(cards({"entries_of": "Ada", "friends": [{"name": "Bob"}, {"name": "Carl"}]})) == 1
        assert len(cards({"firstName": "Ada", "email1": {"email": "ada@example.org"}})) == 1

    def test_all_lists_are_read(self):
        assert len(cards({"connections": [ADA, ADA], "x": [ADA], "otherContacts": [ADA]})) == 3
        assert len(cards([{"connections": [ADA]}, {"connections": [ADA]}])) == 2

    def test_a_member_that_is_called_like_a_list_is_part_of_a_contact(self):
        assert fields({**ADA, "data": {"x": 1}}) == {**ADAS, "custom_fields": [{"value": "1", "name": "data.x"}]}

    def test_each_has_its_number(self):
        assert [(card.number, card.line) for card in cards([ADA, ADA])] == [(1, 0), (2, 0)]

    def test_the_members_are_kept_as_they_were(self):
        (card,) = cards([{"name": {"first": "Ada"}, "tags": ["a", "b"], "age": 36, "note": None}])

        assert card.cells == (("name.first", "Ada"), ("tags", "a\nb"), ("age", "36"), ("note", ""))
        assert ("age", "36") in [(each["name"], each["value"]) for each in card.fields["custom_fields"]]


class TestLines:
    def test_each_line_is_a_contact(self):
        text = json.dumps(ADA) + "\r\n\r\n" + json.dumps([ADA, ADA]) + "\n"

        assert [(card.number, card.line) for card in read_json_lines(text.encode())] == [(1, 1), (2, 3), (3, 3)]

    def test_a_bad_line_is_one_bad_contact(self):
        text = "\ufeff" + json.dumps(ADA) + "\n{broken\n" + json.dumps(ADA)

        good, bad, other = read_json_lines(text.encode())

        assert (bad.unreadable, bad.line) == ("not_json", 2)
        assert good.fields == other.fields == ADAS


class TestValuesOneAfterTheOther:
    @pytest.mark.parametrize("between", ["\n", " ", "", ",\n", "\n\n", "\r\n"])
    def test_each_is_a_contact(self, between):
        assert [card.fields for card in cards(between.join([json.dumps(ADA)] * 3))] == [ADAS] * 3

    @pytest.mark.parametrize("bad", ["{bad json}", "# comment", '{"firstName": "Bob"', "}", "nope"])
    @pytest.mark.parametrize(
        "form", ["{ada}\n{bad}\n{ada}\n", "[\n{ada},\n{bad},\n{ada}\n]", "[{ada}]\n{bad}\n[{ada}]"]
    )
    def test_what_cannot_be_read_is_one_bad_contact_between_the_others(self, form, bad):
        ada = json.dumps(ADA)
        text = form.replace("{ada}", ada).replace("{bad}", bad)

        assert [card.fields or card.unreadable for card in cards(text)] == [ADAS, "not_json", ADAS]

    def test_the_text_that_cannot_be_read_is_shown(self):
        assert [card.cells for card in cards("{bad}\n{worse}\n")] == [(("", "{bad}"),), (("", "{worse}"),)]

    def test_a_bad_first_value_does_not_hide_the_others(self):
        assert [card.unreadable for card in cards("{bad}\n" + json.dumps(ADA))] == ["not_json", ""]

    def test_a_missing_comma_loses_no_contact(self):
        ada = json.dumps(ADA)

        assert [card.fields for card in cards(f"[{ada}\n{ada}]") if not card.unreadable] == [ADAS] * 2

    @pytest.mark.parametrize("around", [lambda each: each, lambda each: {"contacts": each}])
    def test_values_inside_a_bad_contact_are_no_contacts(self, around):
        text = json.dumps(around([{**ADA, "emails": [5, {"value": "x@example.org"}]}, ADA]), indent=2).replace("5", "?")

        assert [card.fields or card.unreadable for card in cards(text)] == ["not_json", ADAS]


class TestBadText:
    @pytest.mark.parametrize(
        "text", ["", " ", "[", "{", '{"contacts"', '{"contacts": [', "[1,", '[{"a" 1}]', "nope", '{"a":1,}']
    )
    def test_what_is_no_json_is_said(self, text):
        assert cards(text)[-1].unreadable in ("not_json", "not_an_object")

    def test_what_was_read_before_is_not_lost(self):
        good, bad = cards(f"[{json.dumps(ADA)}, {{broken")

        assert good.fields == ADAS
        assert bad.unreadable == "not_json"

    @pytest.mark.parametrize("value", [[1], ["Ada"], [None], [True], ["x"], 1, None])
    def test_what_is_no_object_is_no_contact(self, value):
        assert [card.unreadable for card in cards(value)] == ["not_an_object"]

    @pytest.mark.parametrize("text", ["[" * 99_999, '{"data":' * 99_999, '[{"name":' + "[" * 99_999])
    def test_deep_nesting_is_refused(self, text):
        assert [card.unreadable for card in cards(text)] == ["too_deep"]

    def test_a_control_character_may_be_escaped_as_in_c(self):
        r"""Telegram writes \x07, which is not JSON."""
        assert fields(r'{"contacts": {"list": [{"first_name": "A\x07da", "last_name": "\\x07"}]}}') == {
            "given": "A\x07da",
            "family": "\\x07",
        }

    def test_odd_numbers_and_surrogates_are_no_error(self):
        (card,) = cards(
            '[{"name": "\\ud800 x", "phone": 4915112345678, "code": 1e400, "x": NaN, "long": ' + "9" * 5_000 + "}]"
        )

        assert card.fields["phones"] == [{"raw": "4915112345678"}]
        assert {"name": "code", "value": "1e400"} in card.fields["custom_fields"]
        assert {"name": "long", "value": "9" * 5_000} in card.fields["custom_fields"]

    @given(st.text(max_size=60) | VALUES.map(json.dumps))
    def test_no_text_is_an_error(self, text):
        for number, card in enumerate(cards(text), 1):
            assert card.number == number
            clean_fields(card.fields)


class TestObjectsOfPrograms:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ({"Full Name": "Ada Lovelace"}, {"given": "Ada", "family": "Lovelace"}),
            ({"name": {"first": "Ada", "last": "Lovelace"}}, {"given": "Ada", "family": "Lovelace"}),
            (
                {"name": "Ada", "emails": ["a@x.org", "b@x.org"]},
                {"display": "Ada", "emails": [{"value": "a@x.org"}, {"value": "b@x.org"}]},
            ),
            (
                {"phones": [{"type": "work", "number": "+49 30 1"}, {"type": "mobile", "number": "+49 170 1"}]},
                {"phones": [{"raw": "+49 30 1", "label": "work"}, {"raw": "+49 170 1", "label": "mobile"}]},
            ),
            (
                {"company": "Acme", "addresses": [{"label": "home", "city": "Ulm", "zip": "1"}, {"city": "Bonn"}]},
                {
                    "organization": "Acme",
                    "addresses": [{"city": "Ulm", "postal_code": "1", "label": "home"}, {"city": "Bonn"}],
                },
            ),
            (
                {"company": "Acme", "address": {"street": "Hof 1", "country": "Germany"}},
                {"organization": "Acme", "addresses": [{"street": "Hof 1", "country": "Germany"}]},
            ),
            (
                {"id": "7", "properties": {"firstname": "Ada", "lastname": "Lovelace", "email": "a@x.org"}},
                {"given": "Ada", "family": "Lovelace", "emails": [{"value": "a@x.org"}]},
            ),
            (
                {"name": {"first": "Ada"}, "emails": [{"value": "a@x.org", "type": "work"}]},
                {"given": "Ada", "emails": [{"value": "a@x.org", "label": "work"}]},
            ),
            (
                {"nachname": "Weiß", "geburtsdatum": "3.2.1980"},
                {"family": "Weiß", "birthday": {"year": 1980, "month": 2, "day": 3}},
            ),
        ],
    )
    def test_members_are_understood_as_headers_are(self, value, expected):
        assert fields([value]) == expected

    def test_what_is_not_understood_becomes_custom_fields(self):
        assert fields([{**ADA, "shoeSize": 39, "social": {"mastodon": "@ada"}}]) == {
            **ADAS,
            "custom_fields": [{"value": "39", "name": "shoeSize"}, {"value": "@ada", "name": "social.mastodon"}],
        }

    def test_what_is_too_long_for_a_custom_field_is_a_problem(self):
        (card,) = cards([{**ADA, "key": "x" * 10_001}])

        assert [each.code for each in card.problems] == ["too_long"]
        assert card.fields["given"] == "Ada"

    def test_an_id_is_kept(self):
        (card,) = cards([{**ADA, "contact_id_x": 1, "Record ID": 901}])

        assert card.uid == "901"

    @pytest.mark.parametrize("value", [{}, {"date": "2026-01-01", "date_unixtime": "1"}, {"city": "Ulm"}])
    def test_an_object_without_a_name_an_address_and_a_number_is_no_contact(self, value):
        assert [card.unreadable for card in cards([value])] == [BLOCKING]


class TestProviders:
    def test_an_answer_of_the_people_api_is_read_as_an_import_reads_it(self):
        person = {
            "resourceName": "people/c1",
            "etag": "%E",
            "names": [{"metadata": {"primary": True}, "displayName": "Ada L.", "givenName": "Ada"}],
            "phoneNumbers": [{"value": "0170 1234567", "canonicalForm": "+491701234567", "type": "mobile"}],
            "birthdays": [{"date": {"month": 12, "day": 10}}],
            "photos": [{"url": "data:x"}],
        }

        (card,) = cards({"connections": [person], "totalItems": 1})

        assert card.uid == "people/c1"
        assert card.fields == {
            "given": "Ada",
            "display": "Ada L.",
            "phones": [{"raw": "0170 1234567", "e164": "+491701234567", "label": "mobile"}],
            "birthday": {"month": 12, "day": 10},
        }
        assert card.problems == (("Photo", "", "cannot_be_stored"),)

    def test_people_of_a_dump_without_ids_are_read_too(self):
        (card,) = cards([{"names": [{"metadata": {}, "givenName": "Ada"}]}])

        assert (card.uid, card.fields) == ("", {"given": "Ada"})

    def test_an_answer_of_graph_is_read_as_an_import_reads_it(self):
        whole = {
            "id": "A1",
            "givenName": "Ada",
            "businessPhones": ["+44 1"],
            "emailAddresses": [{"address": "a@x.org"}],
        }
        value = [whole, {"id": "A2", "@removed": {"reason": "deleted"}}, {"id": "A3", "parentFolderId": "f"}]

        ada, removed, empty = cards({"@odata.context": "x", "value": value})

        assert (ada.uid, ada.fields) == (
            "A1",
            {"given": "Ada", "emails": [{"value": "a@x.org"}], "phones": [{"raw": "+44 1", "label": "work"}]},
        )
        assert (removed.uid, removed.left_out) == ("A2", "removed")
        assert (empty.uid, empty.unreadable) == ("A3", "empty")

    @pytest.mark.parametrize(
        "value",
        [
            {"resourceName": "people/c1", "biographies": [{"value": "met in Rome"}]},
            {"id": "m1", "changeKey": "k", "personalNotes": "met in Rome"},
        ],
    )
    def test_that_say_neither_who_it_is_nor_how_to_reach_them_are_no_contacts(self, value):
        assert [card.unreadable for card in cards([value])] == [BLOCKING]


OWN = st.builds(clean_fields, field_sets(whole_texts))


class TestOwnExport:
    @given(OWN)
    def test_it_comes_back_as_it_was(self, original):
        ada = contact(**original)
        text = "".join(json_of([ada, ada], datetime(2026, 11, 29, tzinfo=UTC)))

        first, second = cards(text)

        assert clean_fields(first.fields) == clean_fields(ada.shown)
        assert first.uid == second.uid == ada.contact_id

    def test_a_list_in_its_form_is_read(self):
        emails = [{"value": "a@x.org", "label": 1, "x": None}]

        assert fields([{"emails": emails, "given": "Ada", "phones": [], "groups": ["a", 1]}]) == {
            "given": "Ada",
            "emails": [{"value": "a@x.org", "label": "1"}],
            "groups": ["a", "1"],
        }


@pytest.mark.parametrize("path", shared_files("data/exports/graph-json/*.json"))
def test_the_examples_of_graphs_documentation_are_read(path):
    bodies = [mock["response"].get("body") for mock in json.loads(path.read_text("utf-8"))["mocks"]]

    read = [card for body in bodies if isinstance(body, dict) and "value" in body for card in cards(body)]

    assert {card.fields.get("display") for card in read} >= {"displayName-value"}
