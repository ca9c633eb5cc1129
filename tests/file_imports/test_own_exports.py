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
from chalicelib.contacts.source_record import SourceContact
from chalicelib.file_imports.planning.plan_rows import RowOutcome
from chalicelib.file_imports.storing.match_by import MatchBy
from chalicelib.files.mapping.column_mapping import REACHED_BY
from tests.contacts.making import source_contact
from tests.contacts.strategies import field_sets, whole_texts
from tests.examples import examples
from tests.fakes.tables import empty_tables
from tests.file_imports.conftest import ANN, Room, importing

Export = Callable[[Iterable[Contact]], Iterator[str]]
EXPORTS: dict[str, Export] = {
    "contacts.vcf": lambda contacts: vcard_of(contacts, Version.V4),
    "contacts-3.vcf": lambda contacts: vcard_of(contacts, Version.V3),
    "contacts.json": lambda contacts: json_of(contacts, datetime(2026, 11, 29, tzinfo=UTC)),
    "contacts.csv": csv_of,
}
books = st.lists(field_sets(whole_texts), min_size=1, max_size=4)


@pytest.mark.parametrize("name", EXPORTS)
@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.too_slow])
@given(fields=books)
def test_an_export_of_ours_changes_nothing(name, fields):
    room = Room(empty_tables())
    importing(room, [SourceContact(f"p/{number}", each) for number, each in enumerate(fields)])
    contacts = list(filter(_is_somebody, room.contacts.all(ANN)))
    assume(contacts)

    text = "".join(EXPORTS[name](sorted(contacts, key=lambda each: each.contact_id)))
    found = room.upload(text, name, match_by=MatchBy.NUMBER_OR_EMAIL_AND_NAME)

    assert found.plan is not None
    assert {row.outcome for row in room.planned(found)} == {RowOutcome.UNCHANGED}


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_with_a_link_that_has_commas_changes_nothing(name):
    room = Room(empty_tables())
    importing(room, [source_contact("p/1", "Ada Lovelace", urls=[{"value": "https://example.com/@48.1,11.5"}])])

    found = room.upload("".join(EXPORTS[name](room.contacts.all(ANN))), name)

    assert [row.outcome for row in room.planned(found)] == [RowOutcome.UNCHANGED]


def test_an_export_in_googles_columns_which_have_no_id_matches_by_number_or_address(room):
    contacts = [
        source_contact("p/1", "Ada Lovelace", email="ada@example.com", phone="0170 1234567"),
        source_contact("p/2", "Bob Bit", phone="+49 170 7654321"),
    ]
    importing(room, contacts)

    found = room.upload("".join(address_book_csv_of(room.contacts.all(ANN))), "google.csv")

    assert [row.outcome for row in room.planned(found)] == [RowOutcome.UNCHANGED] * 2


def test_handles_for_which_google_has_no_column_come_back_as_handles(room):
    ims = [{"value": "123456789", "label": "icq"}, {"value": "ada@example.org", "label": "jabber"}, {"value": "ada"}]
    sizes = [{"name": "Shoe size", "value": "39"}]
    ada = source_contact("p/1", "Ada Lovelace", phone="+49 170 7654321", ims=ims, custom_fields=sizes)
    importing(room, [ada])

    found = room.upload("".join(address_book_csv_of(room.contacts.all(ANN))), "google.csv")

    assert [row.outcome for row in room.planned(found)] == [RowOutcome.UNCHANGED]


def test_a_contact_with_a_name_alone_is_recognized_in_googles_columns_if_the_row_says_nothing_new(room):
    ada, other = source_contact("p/1", "Ada Lovelace", notes="met 2019"), source_contact("p/2", "Bob Bit")
    importing(room, [ada, other, source_contact("p/3", "Bob Byte"), source_contact("p/4", "Bob Byte")])
    text = "".join(address_book_csv_of(room.contacts.all(ANN)))

    same = [(row.outcome, row.rule) for row in room.planned(room.upload(text, "google.csv"))]
    more = room.planned(room.upload(text.replace("met 2019", "met 2020"), "other.csv"))

    namesakes = [(RowOutcome.NEW, ""), (RowOutcome.SKIPPED, "")]  # nobody knows which of them is which
    assert sorted(same) == sorted([(RowOutcome.UNCHANGED, "name"), (RowOutcome.UNCHANGED, "name"), *namesakes])
    assert [row.outcome for row in more].count(RowOutcome.UNCHANGED) == 1


def _is_somebody(contact: Contact) -> bool:
    """Whether it has a name, an address or a number, without which a row is no contact."""
    return not REACHED_BY.isdisjoint(contact.shown)
