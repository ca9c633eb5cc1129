"""Lists of contacts by the status of a vendor's latest attempt."""

import pytest

from chalicelib.address_book.status_filter import STATUSES, StatusFilter
from chalicelib.books.enrichment_status import Attempt, ContactStatuses
from chalicelib.books.status_kind import StatusKind
from tests.address_book.room import ANN, names_of, person
from tests.merging.merging_room import MergingRoom

HUNTER, TWILIO = "hunter", "twilio-lookup"


@pytest.fixture
def room() -> MergingRoom:
    """Four people; vendors were asked about three of them."""
    room = MergingRoom()
    room.import_contacts(*[person(f"{name} Ash", name, email=f"{name}@x.example") for name in ("Al", "Bo", "Cy", "Di")])
    store(room, "Al Ash", HUNTER, StatusKind.ENRICHED, 5)
    store(room, "Bo Ash", HUNTER, StatusKind.FAILED, 6)
    store(room, "Cy Ash", TWILIO, StatusKind.FAILED, 7)
    return room


def store(room: MergingRoom, name: str, vendor: str, kind: StatusKind, at: int) -> None:
    statuses = ContactStatuses(room.id_of(name), {vendor: Attempt(kind, "found", at)})
    room.contacts.dynamo.commit([room.statuses.put_write(ANN, statuses), room.books.statuses_write(ANN)])


def listed(room: MergingRoom, vendor: str, status: str) -> list[str]:
    return names_of(room.list(ANN, status=StatusFilter(vendor, status)).contacts)


@pytest.mark.parametrize(
    ("vendor", "status", "names"),
    [
        (HUNTER, "enriched", ["Al Ash"]),
        (HUNTER, "failed", ["Bo Ash"]),
        (HUNTER, "ineligible", []),
        (HUNTER, "never_tried", ["Cy Ash", "Di Ash"]),
        (TWILIO, "failed", ["Cy Ash"]),
        ("phone-metadata", "never_tried", ["Al Ash", "Bo Ash", "Cy Ash", "Di Ash"]),
    ],
)
def test_a_list_has_those_with_the_status(room, vendor, status, names):
    assert listed(room, vendor, status) == names


def test_each_contact_has_one_status_with_each_vendor(room):
    found = [name for status in STATUSES for name in listed(room, HUNTER, status)]

    assert sorted(found) == ["Al Ash", "Bo Ash", "Cy Ash", "Di Ash"]


def test_a_search_and_pages_have_only_those(room):
    status = StatusFilter(HUNTER, "never_tried")

    found = room.list(ANN, "ash", size=1, page=2, status=status)
    assert (names_of(found.contacts), found.matches, found.pages, found.total) == (["Di Ash"], 2, 2, 4)
    first = room.list.after(ANN, None, None, 1, status=status)
    second = room.list.after(ANN, None, first.next_cursor, 1, status=status)
    assert (names_of(first.contacts + second.contacts), second.next_cursor) == (["Cy Ash", "Di Ash"], None)


def test_a_merged_contact_has_the_latest_status_of_all_that_it_consists_of(room):
    merged = room.merge_named("Di Ash", "Al Ash", "Bo Ash").contact

    assert listed(room, HUNTER, "failed") == [merged.shown["display"]]
    assert listed(room, HUNTER, "enriched") == []
    assert listed(room, HUNTER, "never_tried") == ["Cy Ash"]


def test_a_contact_that_was_merged_since_the_index_was_built_is_judged_as_it_is(room):
    index = room.indexes.get(ANN).index
    found = room.list.by_status(ANN, index.contact_ids, StatusFilter(HUNTER, "enriched"))
    al, merged = room.id_of("Al Ash"), room.merge_named("Al Ash", "Bo Ash").contact

    assert al in found.ids
    assert not found.accepts(merged)  # the attempt about Bo was later


def test_a_list_without_a_filter_says_whether_there_are_statuses_and_reads_none(room):
    room.list = room.list.__class__(room.list.contacts, room.list.indexes, by_status=None)

    assert room.list(ANN).has_statuses
    assert not MergingRoom().list(ANN).has_statuses
