"""The controls of vendors in their store, on the fake and on the embedded AWS alike."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.enrichment.control_store import ControlStore
from chalicelib.enrichment.vendor_control import Limits, Scope, ScopeKind, VendorControl
from chalicelib.schedules.cron import Cron
from tests.contracts.stores import losing_one_response, transact

NIGHTLY = Cron.parse("0 3 * * 1-5", "Europe/Berlin")
DECIDED = VendorControl(
    vendor="hunter",
    enabled=True,
    schedule=NIGHTLY,
    scope=Scope(ScopeKind.OWNERS, ("ann", "a#b")),
    limits=Limits(calls_per_run=100, money_per_day=5_000_000),
    credentials={"api_key": b"\x00sealed"},
    changed_at=1_000,
    changed_by="oscar",
    considered=1_000,
)


@pytest.fixture
def store(ground: Any) -> ControlStore:
    return ControlStore(ground.dynamo, ground.names.jobs, ("phone-metadata", "hunter"))


@pytest.fixture
def known(store: ControlStore) -> VendorControl:
    """The control of Hunter, as an operator decided it."""
    assert store.put(store.get("hunter"), DECIDED)
    return store.get("hunter")


def begun(store: ControlStore, run: str = "run-1", considered: int = 2_000) -> VendorControl:
    assert transact(store, store.run_started_write(store.get("hunter"), run, considered=considered))
    return store.get("hunter")


class TestReading:
    def test_a_vendor_that_nobody_has_changed_is_off_and_has_the_defaults(self, store):
        assert store.get("hunter") == VendorControl(vendor="hunter")
        assert not store.get("hunter").enabled

    def test_all_vendors_are_read_in_their_order(self, store, known):
        assert store.all() == [VendorControl(vendor="phone-metadata"), known]


class TestOperators:
    def test_what_an_operator_decided_is_read_back(self, known):
        assert known == replace(DECIDED, rev=1)

    def test_a_secret_is_not_shown(self, known):
        assert "sealed" not in repr(known)

    def test_what_is_taken_away_is_gone(self, store, known):
        assert store.put(known, replace(known, schedule=None, limits=Limits(), scope=Scope(), credentials={}))

        assert store.get("hunter") == VendorControl(
            vendor="hunter", enabled=True, changed_at=1_000, changed_by="oscar", considered=1_000, rev=2
        )

    def test_of_two_operators_who_read_the_same_one_has_to_read_again(self, store, known):
        assert store.put(known, replace(known, enabled=False, changed_by="olga"))
        assert not store.put(known, replace(known, schedule=None))

        assert (store.get("hunter").enabled, store.get("hunter").schedule) == (False, NIGHTLY)

    def test_a_change_whose_response_is_lost_is_made_once(self, store, known):
        lossy = losing_one_response(store, "transact_write_items")

        assert lossy.put(known, replace(known, enabled=False, changed_at=2_000))
        assert store.get("hunter").rev == 2


class TestRuns:
    def test_a_run_that_begins_is_noted_with_the_instant_at_which_it_was_due(self, store, known):
        assert begun(store) == replace(known, run="run-1", considered=2_000)

    def test_of_two_that_begin_at_once_one_is_refused(self, store, known):
        assert transact(store, store.run_started_write(known, "run-1", considered=2_000))
        assert not transact(store, store.run_started_write(known, "run-2", considered=2_000))

    def test_none_begins_after_one_that_began_and_ended_since_the_control_was_read(self, store, known):
        assert transact(store, store.run_ended_write(begun(store)))

        assert not transact(store, store.run_started_write(known, "run-2", considered=2_000))

    def test_none_begins_once_an_operator_has_changed_the_control(self, store, known):
        assert store.put(known, replace(known, enabled=False))

        assert not transact(store, store.run_started_write(known, "run-1", considered=2_000))

    def test_one_that_an_operator_begins_settles_no_due_run(self, store, known):
        assert transact(store, store.run_started_write(known, "run-1"))

        assert store.get("hunter").considered == known.considered

    def test_one_that_ended_without_error_is_the_last_good_one(self, store, known):
        assert transact(store, store.run_ended_write(begun(store), last_good_run=3_000))

        assert store.get("hunter") == replace(known, considered=2_000, last_good_run=3_000)

    def test_one_that_ended_otherwise_says_why_the_vendor_waits(self, store, known):
        assert transact(store, store.run_ended_write(begun(store), waits="key_refused"))

        assert store.get("hunter") == replace(known, considered=2_000, waits="key_refused")

    def test_only_the_run_under_way_ends(self, store, known):
        earlier = begun(store)
        assert transact(store, store.run_ended_write(earlier))
        begun(store, "run-2", considered=3_000)

        assert not transact(store, store.run_ended_write(earlier, last_good_run=4_000))

    def test_one_that_was_canceled_as_a_job_makes_way_for_the_next(self, store, known):
        begun(store, "canceled")

        assert begun(store, "run-2", considered=3_000).run == "run-2"


class TestAnOperatorDuringARun:
    def test_a_switch_is_not_lost_when_the_run_ends(self, store, known):
        running = begun(store)
        assert store.put(running, replace(running, enabled=False))
        assert transact(store, store.run_ended_write(running, last_good_run=3_000))

        ended = store.get("hunter")
        assert (ended.enabled, ended.run, ended.last_good_run) == (False, "", 3_000)

    def test_the_end_of_the_run_is_not_lost_in_a_change_that_was_read_before(self, store, known):
        running = begun(store)
        assert transact(store, store.run_ended_write(running, last_good_run=3_000, waits="breaker"))
        assert store.put(running, replace(running, limits=Limits(calls_per_run=1)))

        ended = store.get("hunter")
        assert (ended.run, ended.last_good_run, ended.waits) == ("", 3_000, "breaker")
        assert ended.limits == Limits(calls_per_run=1)

    def test_stop_is_for_the_run_under_way_alone(self, store, known):
        running = begun(store)
        assert store.stop(running)
        assert store.get("hunter").stop

        assert transact(store, store.run_ended_write(running))
        assert not store.stop(running)
        assert not begun(store, "run-2", considered=3_000).stop


class TestErasing:
    def test_a_person_is_taken_out_of_the_scope(self, store, known):
        store.forget_person("ann")

        assert store.get("hunter") == replace(known, scope=Scope(ScopeKind.OWNERS, ("a#b",)), rev=2)

    def test_a_scope_of_nobody_does_not_become_one_of_all(self, store, known):
        for owner in ("ann", "a#b"):
            store.forget_person(owner)

        assert store.get("hunter").scope == Scope(ScopeKind.OWNERS)

    def test_an_operator_is_forgotten_as_the_one_who_changed_it(self, store, known):
        store.forget_person("oscar")

        assert store.get("hunter") == replace(known, changed_by="", rev=2)

    def test_nothing_is_written_for_anyone_else(self, store, known):
        store.forget_person("vera")

        assert store.get("hunter") == known
