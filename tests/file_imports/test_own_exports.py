"""What this service exports is recognized when it is imported again: nothing changes."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from chalicelib.address_book.export_address_book_csv import address_book_csv_of
from chalicelib.address_book.export_csv import csv_of
from chalicelib.address_book.export_json import json_of
from chalicelib.address_book.export_vcard import Version, vcard_of
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.identities import emails_of, phones_of
from chalicelib.contacts.source_record import SourceContact
from chalicelib.file_imports.match_by import MatchBy
from chalicelib.file_imports.plan_rows import RowOutcome
from chalicelib.files.mapping.column_mapping import REACHED_BY
from tests.contacts.strategies import field_sets, whole_texts
from tests.fakes.tables import empty_tables
from tests.file_imports.conftest import ANN, Room, importing

Export = Callable[[Iterable[Contact]], Iterator[str]]
EXPORTS: dict[str, Export] = {
    "contacts.vcf": lambda contacts: vcard_of(contacts, Version.V4),
    "contacts-3.vcf": lambda contacts: vcard_of(contacts, Version.V3),
    "contacts.json": lambda contacts: json_of(contacts, datetime(2026, 11, 29, tzinfo=UTC)),
    "contacts.csv": csv_of,
    "google.csv": address_book_csv_of,
}
books = st.lists(field_sets(whole_texts), min_size=1, max_size=4)


@pytest.mark.parametrize("name", EXPORTS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(fields=books)
def test_an_export_of_ours_changes_nothing(name, fields):
    room = Room(empty_tables())
    importing(room, [SourceContact(f"p/{number}", each) for number, each in enumerate(fields)])
    book = room.contacts.all(ANN)
    contacts = [each for each in book if (_can_be_reached(each) if name == "google.csv" else _is_somebody(each))]
    assume(contacts)

    text = "".join(EXPORTS[name](sorted(contacts, key=lambda each: each.contact_id)))
    found = room.upload(text, name, match_by=MatchBy.NUMBER_OR_EMAIL_AND_NAME)

    assert found.plan is not None
    for row in room.planned(found):
        # what Google has no columns for comes back as custom fields
        is_more = name == "google.csv" and row.outcome is RowOutcome.UPDATE and set(row.changes) == {"custom_fields"}
        assert row.outcome is RowOutcome.UNCHANGED or is_more, row


def _can_be_reached(contact: Contact) -> bool:
    """Whether a row of Google's columns, which have no id, can match it."""
    return bool([*emails_of(contact.shown), *phones_of(contact.shown)])


def _is_somebody(contact: Contact) -> bool:
    """Whether it has a name, an address or a number, without which a row is no contact."""
    return not REACHED_BY.isdisjoint(contact.shown)
