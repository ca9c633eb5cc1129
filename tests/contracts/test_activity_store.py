"""What happened, on the fake and on the embedded AWS alike."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.foundation.clock import milliseconds
from chalicelib.jobs.activity import ActivityKind, ActivityStore, Event
from tests.contracts.stores import transact

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
LATEST = "~"


@pytest.fixture
def store(ground: Any) -> ActivityStore:
    return ActivityStore(ground.dynamo, ground.names.jobs)


def note(store: ActivityStore, event_id: str, owner: str = "", by: str = "", at: datetime = NOON) -> Event:
    event = Event(event_id, milliseconds(at), ActivityKind.MERGED, owner, by, {"contacts": 2})
    assert transact(store, *store.writes(event))
    return event


def on_day(store: ActivityStore, day: str = "2026-11-30", before: str = LATEST, limit: int = 10) -> list[Event]:
    return store.on_day(day, before=before, limit=limit)


def of(store: ActivityStore, person: str, before: str = LATEST) -> list[Event]:
    return list(store.of_person(person, before=before))


def test_an_event_is_read_as_it_was_noted(store):
    event = note(store, "1", owner="ada", by="oscar")

    assert on_day(store) == of(store, "ada") == of(store, "oscar") == [event]


def test_an_event_of_nobody_in_particular_is_read_by_its_day_alone(store):
    event = note(store, "1")

    assert (on_day(store), of(store, "")) == ([event], [])


def test_noting_it_again_changes_nothing(store):
    note(store, "1", owner="ada")
    event = note(store, "1", owner="ada")

    assert on_day(store) == of(store, "ada") == [event]


def test_the_newest_come_first_page_by_page(store):
    events = [note(store, str(number), "ada", at=NOON + timedelta(seconds=number)) for number in range(5)]

    assert on_day(store, limit=2) == [events[4], events[3]]
    assert on_day(store, before=events[3].sort_key) == of(store, "ada", events[3].sort_key) == events[2::-1]


def test_each_is_on_its_day(store):
    note(store, "1", at=NOON - timedelta(days=1))

    assert on_day(store) == []
    assert [each.event_id for each in on_day(store, "2026-11-29")] == ["1"]


def test_an_erased_person_is_taken_out_and_what_happened_stays(store):
    note(store, "1", owner="ada", by="oscar")
    note(store, "2", owner="bob", by="ada")
    note(store, "3", owner="bob")
    for _ in range(2):
        store.forget("ada")

    told = {each.event_id: (each.owner, each.by, each.is_erased) for each in on_day(store)}
    assert told == {"1": ("", "oscar", True), "2": ("bob", "", True), "3": ("bob", "", False)}
    assert of(store, "ada") == []


def test_an_event_expires_after_a_year(store, ground):
    note(store, "1", owner="ada")
    expected = str(round((NOON + timedelta(days=365)).timestamp()))

    items = list(
        ground.dynamo.query(
            TableName=store.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": "activity#2026-11-30"}},
        )
    )
    assert [item["ttl"]["N"] for item in items] == [expected]
