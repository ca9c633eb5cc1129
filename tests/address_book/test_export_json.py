"""The book as JSON: what the API says of each contact, in one file."""

import json
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.address_book.export_json import json_of
from chalicelib.contacts.contact_json import contact_details_json
from tests.address_book.making import contact, contacts
from tests.examples import examples

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


def read(*book):
    return json.loads("".join(json_of(book, NOON)))


def test_an_empty_book_is_json_too():
    assert read() == {"exported_at": "2026-03-14T12:00:00.000Z", "contacts": []}


def test_each_value_has_its_sources():
    (ada,) = read(contact("Ada", email="ada@x.org"))["contacts"]

    (email,) = ada["provenance"]["emails"]
    assert email["value"] == {"value": "ada@x.org"}
    assert [(each["source"], each["source_id"]) for each in email["sources"]] == [("google:g1", "people/c1")]


@settings(max_examples=examples(20), deadline=None)
@given(st.lists(contacts, max_size=2))
def test_each_contact_is_exported_as_it_is_read_alone(book):
    assert read(*book)["contacts"] == json.loads(json.dumps([contact_details_json(each) for each in book]))


def test_it_is_made_contact_by_contact():
    reads = []

    def book():
        for number in range(3):
            reads.append(number)
            yield contact("Ada", f"id{number}")

    pieces = json_of(book(), NOON)
    next(pieces)
    next(pieces)

    assert reads == [0]
