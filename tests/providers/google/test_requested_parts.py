"""The parts of a person that are requested: all that is converted, as Google itself describes a person."""

import json
from typing import Any

import pytest
from googleapiclient.discovery_cache import get_static_doc
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.providers.google.listing import GoogleContacts
from chalicelib.providers.google.requested_parts import PARTIAL_RESPONSE, PERSON_FIELDS
from local.sandbox.partial_response import Mask, parse_mask, select
from tests.examples import examples
from tests.fakes.clock import FixedClock
from tests.fakes.transport import make_reply
from tests.providers.google.people_api import fetch

SCHEMAS = json.loads(get_static_doc("people", "v1"))["schemas"]
MASK = parse_mask(PARTIAL_RESPONSE)
PERSON = MASK["connections"]
GOOGLE = GoogleContacts(None, "https://people.example", FixedClock())  # type: ignore[arg-type] # it sends nothing
TEXTS = st.sampled_from(["Ada", "ada@x.example", "https://x.example", "2009-06-20", "+12025550100", "CONTACT"])


def values(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values as Google's description has them."""
    if "$ref" in schema:
        members = SCHEMAS[schema["$ref"]]["properties"]
        return st.fixed_dictionaries({}, optional={name: values(each) for name, each in members.items()})
    match schema["type"]:
        case "array":
            return st.lists(values(schema["items"]), max_size=3)
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(0, 12)
        case _:
            return st.sampled_from(schema["enum"]) if "enum" in schema else TEXTS


FIELDS = {name: values(SCHEMAS["Person"]["properties"][name]) for name in PERSON_FIELDS.split(",")}


def unknown_names(mask: Mask, schema: dict[str, Any], path: str = "") -> list[str]:
    """What the mask names, but Google's description does not have."""
    if not mask:
        return []
    schema = schema.get("items", schema)
    members = SCHEMAS[schema["$ref"]]["properties"] if "$ref" in schema else {}
    unknown = [f"{path}/{name}" for name in mask if name not in members]
    for name in mask.keys() & members.keys():
        unknown += unknown_names(mask[name], members[name], f"{path}/{name}")
    return unknown


def test_google_knows_all_the_parts():
    assert unknown_names(MASK, {"$ref": "ListConnectionsResponse"}) == []


def test_the_fields_are_those_whose_parts_are_requested():
    assert {"resourceName", *PERSON_FIELDS.split(",")} == PERSON.keys()


@pytest.mark.parametrize("field", FIELDS)
@settings(max_examples=examples(25))
@given(data=st.data())
def test_all_that_is_converted_is_requested(field, data):
    record = {"resourceName": "people/c1", "nicknames": [{"value": "A"}], field: data.draw(FIELDS[field])}

    assert GOOGLE.read(select(record, PERSON)) == GOOGLE.read(record)


@settings(max_examples=examples(10))
@given(st.fixed_dictionaries({}, optional=FIELDS))
def test_a_page_of_the_requested_parts_is_the_same_page(fields):
    record = {"resourceName": "people/c1", **fields}
    payload = {"connections": [record], "nextSyncToken": "s", "totalItems": 1}
    labels = {"contactGroups": [{"resourceName": "Ada", "name": "Friends"}]}

    whole, _ = fetch(make_reply(payload), make_reply(labels))
    partial, http = fetch(make_reply(select(payload, MASK)), make_reply(labels))

    assert [*map(GOOGLE.read, partial.records)] == [*map(GOOGLE.read, whole.records)]
    assert (partial.gone, partial.sync, partial.estimate) == (whole.gone, whole.sync, whole.estimate)
    assert http.requests[0].query["fields"] == PARTIAL_RESPONSE
    assert http.requests[0].query["prettyPrint"] == "false"
