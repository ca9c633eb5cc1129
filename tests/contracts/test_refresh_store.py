"""The specification of the store of refreshes, for the fake DynamoDB and the embedded AWS alike."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.refresh import Interval, Refresh
from chalicelib.accounts.refresh_store import RefreshStore
from tests.contracts.stores import transact
from tests.fakes.clock import NOON

ADA = Refresh("ada", "conn-1")
LATER = NOON + timedelta(days=40)


@pytest.fixture
def store(ground: Any) -> RefreshStore:
    return RefreshStore(ground.dynamo, ground.names.jobs, ground.clock)


def started(store: RefreshStore, owner: str = "ada", connection_id: str = "conn-1") -> Refresh:
    assert transact(store, store.start_write(owner, connection_id))
    return store.get(owner, connection_id)


def chosen(store: RefreshStore, interval: Interval) -> Refresh:
    seen = store.get("ada", "conn-1")
    assert store.commit([store.choose_write(seen, interval)])
    return store.get("ada", "conn-1")


class TestStarting:
    def test_nothing_stored_is_off(self, store):
        assert store.get("ada", "conn-1") == ADA
        assert store.of_owner("ada") == {}

    def test_a_new_account_is_due_daily_after_its_first_full_import(self, store):
        refresh = started(store)

        assert (refresh.interval, refresh.rev) == (Interval.DAILY, 1)
        assert refresh.full_at == store.clock.now()
        assert refresh.due == refresh.next_slot(store.clock.now())
        assert store.of_owner("ada") == {"conn-1": refresh}

    def test_what_was_there_before_is_replaced(self, store):
        failing = replace(started(store), failures=4, last_at=store.clock.now())
        assert store.put(store.get("ada", "conn-1"), failing)

        again = started(store)

        assert (again.failures, again.last_at, again.interval) == (0, None, Interval.DAILY)
        assert again.rev > failing.rev


class TestChoosing:
    def test_an_interval_makes_it_due_and_off_ends_that(self, store):
        hourly = chosen(store, Interval.HOURLY)
        off = chosen(store, Interval.OFF)

        assert hourly.due == hourly.next_slot(store.clock.now())
        assert (off.interval, off.due) == (Interval.OFF, None)
        assert store.due(LATER, limit=10) == []

    def test_it_is_not_due_at_an_instant_that_was_settled_by_a_clock_that_is_ahead(self, store):
        refresh = started(store)
        ahead = refresh.due
        assert store.put(refresh, replace(refresh, due=refresh.next_slot(ahead), last_at=ahead))
        store.clock.at = ahead - timedelta(seconds=30)

        assert chosen(store, Interval.DAILY).due == refresh.next_slot(ahead)

    def test_a_choice_that_is_based_on_an_older_state_is_refused(self, store):
        seen = started(store)
        chosen(store, Interval.WEEKLY)

        assert not store.commit([store.choose_write(seen, Interval.OFF)])
        assert not store.put(seen, replace(seen, due=None))
        assert not store.commit([store.choose_write(ADA, Interval.OFF)])
        assert store.get("ada", "conn-1").interval is Interval.WEEKLY

    def test_turning_off_what_is_off_writes_nothing(self, store):
        assert store.off_writes("ada", "conn-1") == []

    def test_one_that_is_off_is_not_resumed(self, store):
        assert store.resume_writes(ADA) == []
        assert len(store.resume_writes(started(store))) == 1


class TestDue:
    def test_the_longest_due_come_first_and_no_more_than_asked_for(self, store):
        refreshes = [started(store, connection_id=f"conn-{number}") for number in range(5)]
        by_due = sorted(refreshes, key=lambda each: each.due)

        assert store.due(store.clock.now(), limit=10) == []
        assert store.due(LATER, limit=10) == by_due
        assert store.due(LATER, limit=2) == by_due[:2]
        assert store.due(by_due[1].due, limit=10)[-1].due == by_due[1].due

    def test_one_that_waits_is_not_among_them(self, store):
        refresh = started(store)
        assert store.put(refresh, replace(refresh, due=None))

        assert store.due(LATER, limit=10) == []


class TestEnding:
    def test_disconnecting_deletes_it_even_if_there_is_none(self, store):
        started(store)
        for _ in range(2):
            assert transact(store, store.stop_write("ada", "conn-1"))

        assert store.get("ada", "conn-1") == ADA

    def test_erasing_deletes_all_of_one_person_alone(self, store):
        started(store)
        started(store, connection_id="conn-2")
        theirs = started(store, "ada#b")
        for _ in range(2):
            store.erase("ada")

        assert store.of_owner("ada") == {}
        assert store.of_owner("ada#b") == {"conn-1": theirs}
