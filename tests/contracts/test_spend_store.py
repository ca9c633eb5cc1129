"""The spend of vendors in its store, on the fake and on the embedded AWS alike."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

import pytest

from chalicelib.enrichment.spend import Claimed, Limit, LimitReached, Spent
from chalicelib.enrichment.spend_store import SpendStore
from chalicelib.enrichment.vendor_control import Limits, VendorControl
from chalicelib.schedules.cron import Cron
from chalicelib.vendors.answer import Charge
from tests.contracts.stores import losing_one_response, transact
from tests.fakes.dynamodb import FakeDynamo

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
TODAY = "2026-11-30"


@pytest.fixture
def store(ground: Any) -> SpendStore:
    return SpendStore(ground.dynamo, ground.names.jobs)


def control(time_zone: str = "UTC", **limits: int) -> VendorControl:
    return VendorControl(vendor="hunter", schedule=Cron.parse("0 3 * * *", time_zone), limits=Limits(**limits))


def claim(
    store: SpendStore, call_id: str = "call", run: str = "run", most: int = 100, now: datetime = NOW, **limits: int
) -> Claimed | LimitReached:
    return store.claim(control(**limits), run, call_id, most, now)


def claimed(store: SpendStore, *more: Any, **named: Any) -> Claimed:
    call = claim(store, *more, **named)
    assert isinstance(call, Claimed)
    return call


class TestClaiming:
    def test_a_call_is_counted_with_the_most_that_it_can_cost_before_it_is_made(self, store):
        call = claimed(store)

        spend = store.get("hunter")
        assert (spend.on(TODAY), spend.of_run("run"), spend.last_run) == (Spent(1, 100), Spent(1, 100), "run")
        assert store.open_calls("hunter") == (call,)

    def test_a_vendor_that_was_never_asked_has_spent_nothing(self, store):
        spend = store.get("hunter")

        assert (spend.on(TODAY), spend.of_run("run"), spend.last_run, spend.open_calls) == (Spent(), Spent(), "", ())

    @pytest.mark.parametrize(
        ("limits", "reached"),
        [
            ({"calls_per_run": 2}, Limit.CALLS_PER_RUN),
            ({"calls_per_day": 2}, Limit.CALLS_PER_DAY),
            ({"money_per_run": 299}, Limit.MONEY_PER_RUN),
            ({"money_per_day": 299}, Limit.MONEY_PER_DAY),
        ],
    )
    def test_a_call_that_would_exceed_a_limit_is_refused_and_not_counted(self, store, limits, reached):
        for call_id in ("1", "2"):
            claimed(store, call_id, **limits)

        assert claim(store, "3", **limits) == LimitReached(reached)
        assert store.get("hunter").on(TODAY) == Spent(2, 200)

    @pytest.mark.parametrize("limit", ["money_per_run", "money_per_day"])
    def test_a_first_call_that_alone_exceeds_a_limit_is_refused(self, store, limit):
        assert claim(store, **{limit: 99}) == LimitReached(Limit(limit))
        assert store.get("hunter").on(TODAY) == Spent()

    def test_a_new_run_begins_at_zero_and_the_day_goes_on(self, store):
        claimed(store, "1", "first", calls_per_run=1)
        claimed(store, "2", "second", calls_per_run=1)

        spend = store.get("hunter")
        assert (spend.of_run("first"), spend.of_run("second"), spend.on(TODAY)) == (
            Spent(1, 100),
            Spent(1, 100),
            Spent(2, 200),
        )

    def test_a_worker_that_still_believes_in_an_earlier_run_does_not_reset_the_present_one(self, store):
        claimed(store, "1", "first", calls_per_run=1)
        claimed(store, "2", "second", calls_per_run=1)

        assert claim(store, "3", "first", calls_per_run=1) == LimitReached(Limit.CALLS_PER_RUN)
        assert claim(store, "4", "second", calls_per_run=1) == LimitReached(Limit.CALLS_PER_RUN)

    def test_a_new_day_begins_at_midnight_in_the_zone_of_the_schedule(self, store):
        auckland, midnight = control("Pacific/Auckland", calls_per_day=1), datetime(2026, 11, 30, 11, tzinfo=UTC)

        for call_id, now in (("1", midnight - timedelta(seconds=1)), ("2", midnight)):
            assert isinstance(store.claim(auckland, "run", call_id, 100, now), Claimed)

        assert store.get("hunter").by_day == {"2026-11-30": Spent(1, 100), "2026-12-01": Spent(1, 100)}

    def test_a_clock_that_is_behind_at_midnight_does_not_reset_the_new_day(self, store):
        claimed(store, "1", now=NOW + timedelta(days=1), calls_per_day=1)
        claimed(store, "2", now=NOW, calls_per_day=1)

        assert claim(store, "3", now=NOW + timedelta(days=1), calls_per_day=1) == LimitReached(Limit.CALLS_PER_DAY)

    def test_a_claim_whose_response_is_lost_is_counted_once(self, store):
        assert isinstance(claim(losing_one_response(store)), Claimed)

        assert store.get("hunter").on(TODAY) == Spent(1, 100)

    def test_a_claim_whose_response_is_lost_is_made_even_if_it_reached_the_limit(self, store):
        assert isinstance(claim(losing_one_response(store), calls_per_run=1), Claimed)


class TestSettling:
    def test_the_money_becomes_what_the_call_cost(self, store):
        assert transact(store, store.settle_write(claimed(store), Charge(40)))

        spend = store.get("hunter")
        assert (spend.on(TODAY), spend.of_run("run")) == (Spent(1, 40), Spent(1, 40))
        assert (spend.open_calls, spend.uncertain) == ((), Spent())

    def test_a_charge_that_is_not_certain_is_counted_as_such_too(self, store):
        assert transact(store, store.settle_write(claimed(store), Charge(100, is_certain=False)))

        spend = store.get("hunter")
        assert (spend.on(TODAY), spend.uncertain) == (Spent(1, 100), Spent(1, 100))

    def test_an_answer_after_midnight_corrects_the_day_of_its_call(self, store):
        late = claimed(store, "1", now=NOW)
        claimed(store, "2", now=NOW + timedelta(days=1))
        assert transact(store, store.settle_write(late, Charge(0)))

        assert store.get("hunter").by_day == {TODAY: Spent(1, 0), "2026-12-01": Spent(1, 100)}

    def test_a_call_is_settled_once(self, store):
        call = claimed(store)
        assert transact(store, store.settle_write(call, Charge(40)))

        assert not transact(store, store.settle_write(call, Charge(40)))

    def test_one_that_a_crash_left_is_written_off_and_stays_counted(self, store):
        claimed(store)
        (left,) = store.open_calls("hunter")

        assert store.write_off(left)

        spend = store.get("hunter")
        assert (spend.on(TODAY), spend.uncertain, spend.open_calls) == (Spent(1, 100), Spent(1, 100), ())
        assert not store.write_off(left)

    def test_an_answer_that_comes_after_its_call_was_written_off_is_refused(self, store):
        call = claimed(store)
        assert store.write_off(call)

        assert not transact(store, store.settle_write(call, Charge(40)))

    def test_the_latest_calls_are_kept_by_the_second_for_whoever_asks_next(self, store):
        begun = [NOW, NOW + timedelta(seconds=0.3), NOW + timedelta(seconds=0.9), NOW + timedelta(seconds=7)]
        assert transact(store, store.settle_all_write("hunter", [(claimed(store), Charge(40))], begun))

        ends = [0, 1, 1, 7]
        assert sorted(store.get("hunter").latest_calls) == [NOW + timedelta(seconds=end) for end in ends]

    def test_the_latest_calls_replace_those_before(self, store):
        for number in range(2):
            call, begun = claimed(store, str(number)), NOW + timedelta(seconds=number)
            assert transact(store, store.settle_all_write("hunter", [(call, Charge(40))], [begun]))

        assert store.get("hunter").latest_calls == (NOW + timedelta(seconds=1),)


class TestTrimming:
    def test_the_oldest_days_and_runs_are_forgotten_but_not_one_with_an_open_call(self, store):
        store = replace(store, kept_days=2, kept_runs=2)
        for number in range(4):
            call = claimed(store, f"call-{number}", f"run-{number}", now=NOW + timedelta(days=number))
            if number:
                assert transact(store, store.settle_write(call, Charge(100)))

        spend = store.get("hunter")
        assert list(spend.by_day) == ["2026-12-02", "2026-12-03"]
        assert set(spend.by_run) == set(spend.last_claims) == {"run-0", "run-2", "run-3"}


class OneAtATime:
    """A client of the fake for several threads: DynamoDB changes an item atomically, and so it must."""

    def __init__(self, client: Any) -> None:
        self._client, self._lock = client, Lock()

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)

        def locked(**request: Any) -> Any:
            with self._lock:
                return call(**request)

        return locked


class TestManyAtOnce:
    @pytest.fixture
    def store(self, store: SpendStore) -> SpendStore:
        client: Any = store.dynamo.client
        return (
            replace(store, dynamo=replace(store.dynamo, client=OneAtATime(client)))
            if isinstance(client, FakeDynamo)
            else store
        )

    @pytest.mark.parametrize("limits", [{"calls_per_run": 25}, {"money_per_day": 2_500}])
    def test_sixteen_threads_never_exceed_a_limit(self, store, limits):
        def ask(thread: int) -> int:
            made = 0
            for number in range(4):
                call = claim(store, f"call-{thread}-{number}", **limits)
                if isinstance(call, Claimed):
                    made += 1
                    assert transact(store, store.settle_write(call, Charge(100)))
            return made

        with ThreadPoolExecutor(16) as threads:
            made = sum(threads.map(ask, range(16)))

        assert made == 25
        assert store.get("hunter").of_run("run") == Spent(25, 2_500)
