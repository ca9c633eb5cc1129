"""The limit on requests: what one process lets in, what all of them let in, and what that costs the store."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.foundation.http import Person
from chalicelib.foundation.request_limit import SETTLED_TOGETHER, Rate, RequestLimit, RequestLimitReached, bucket_of
from tests.fakes.clock import FixedClock, SkewedClock

RATE = Rate(per_minute=60, at_once=30)  # one a second
ANN, BOB = Person("ann", "Ann"), Person("bob", "Bob")


class Store:
    """What all processes spent, in memory. `fails` is called before each answer, and may lose it by raising."""

    def __init__(self) -> None:
        self.full_at: dict[str, datetime] = {}
        self.reads, self.writes = 0, 0
        self.fails: Callable[[], None] = lambda: None

    def get(self, bucket: str) -> datetime | None:
        self.reads += 1
        self.fails()
        return self.full_at.get(bucket)

    def add(self, bucket: str, cost: timedelta, since: datetime) -> datetime:
        self.writes += 1
        self.full_at[bucket] = max(self.full_at.get(bucket, since), since) + cost
        self.fails()
        return self.full_at[bucket]


class Processes:
    """Processes that share a store, each with its own clock."""

    def __init__(self, *skews: float, rate: Rate = RATE) -> None:
        self.clock, self.store = FixedClock(), Store()
        clocks = [SkewedClock(self.clock, timedelta(seconds=skew)) for skew in skews or (0,)]
        self.limits = [RequestLimit(rate, lambda: self.store, clock) for clock in clocks]

    def ask(self, times: int = 1, *, who: Person = ANN, at: int = 0) -> int:
        """How many of so many requests one process lets in."""
        return sum(self._is_let_in(self.limits[at], who) for _ in range(times))

    def wait_of_refusal(self) -> float:
        """How many seconds Ann is told to wait."""
        with pytest.raises(RequestLimitReached) as refused:
            self.limits[0].check(ANN.sub)
        return refused.value.retry_after.total_seconds()

    def _is_let_in(self, limit: RequestLimit, who: Person) -> bool:
        try:
            limit.check(who.sub)
            limit.spend(who, who.sub)
        except RequestLimitReached:
            return False
        return True


class TestOneProcess:
    def test_lets_in_what_the_bucket_holds_and_then_what_comes_back(self):
        here = Processes()

        assert here.ask(40) == 30
        here.clock.advance(seconds=5)
        assert here.ask(40) == 5
        here.clock.advance(hours=1)
        assert here.ask(40) == 30

    def test_people_do_not_share(self):
        here = Processes()
        here.ask(40)

        assert here.ask(40, who=BOB) == 30

    def test_a_client_that_acts_for_a_person_has_a_bucket_of_its_own(self):
        acting = Person("ann", "Ann", scopes=frozenset({"contacts:read"}), client="crm")
        own, powerless = Person("crm", "crm", client="crm"), Person("bob", "b", scopes=frozenset(), client="crm")

        assert len({bucket_of(ANN), bucket_of(acting), bucket_of(own)}) == 3
        assert bucket_of(powerless) == bucket_of(own)

    def test_operators_are_not_limited(self):
        here = Processes()

        assert here.ask(100, who=Person("olga", "Olga", frozenset({"operator"}))) == 100
        assert (here.store.reads, here.store.writes) == (0, 0)

    def test_says_what_is_left(self):
        [limit] = Processes().limits

        fields = [limit.spend(ANN, "token") for _ in range(30)]
        with pytest.raises(RequestLimitReached) as refused:
            limit.spend(ANN, "token")

        assert fields[0] == {"RateLimit-Policy": '"person";q=30;w=30', "RateLimit": '"person";r=29;t=1'}
        assert fields[29]["RateLimit"] == '"person";r=0;t=1'
        assert refused.value.headers["RateLimit"] == '"person";r=0;t=1'
        assert refused.value.retry_after == timedelta(seconds=1)

    def test_those_who_are_refused_are_told_times_one_after_the_other(self):
        here = Processes()
        here.ask(30)

        assert [here.wait_of_refusal() for _ in range(31)] == [*range(1, 31), 30]  # no longer than the bucket takes
        here.clock.advance(seconds=30)
        assert here.ask(31) == 30
        assert here.wait_of_refusal() == 2

    def test_a_refusal_needs_nothing_but_the_credential(self):
        here = Processes()
        here.ask(40)
        before = here.store.reads, here.store.writes

        with pytest.raises(RequestLimitReached):
            here.limits[0].check("ann")
        here.limits[0].check("another credential")
        assert (here.store.reads, here.store.writes) == before

    @pytest.mark.parametrize(
        ("seconds_between", "requests", "reads", "writes"),
        [(0, 1, 0, 0), (0, 10, 1, 0), (120, 9, 8, 0), (0.1, 100, 1, 9)],
    )
    def test_what_it_costs(self, seconds_between, requests, reads, writes):
        here = Processes(rate=Rate(6_000, 600))
        for _ in range(requests):
            here.ask()
            here.clock.advance(seconds=seconds_between)

        assert here.store.reads <= reads
        assert here.store.writes <= writes


class TestSeveralProcesses:
    def test_what_one_let_in_the_others_do_not(self):
        here = Processes(0, 0)
        here.ask(15)
        here.clock.advance(seconds=1)
        here.ask(1)

        assert here.ask(40, at=1) <= 30 - 15 + 1 + 1  # one came back, and the first here came before it was asked

    @given(
        skews=st.lists(st.floats(-1.9, 1.9), min_size=1, max_size=6),
        lost=st.floats(0, 0.5),
        seed=st.integers(0, 1_000),
        seconds=st.integers(1, 40),
    )
    def test_together_they_let_in_about_what_one_would(self, skews, lost, seed, seconds):
        """Also with clocks as far apart as they may be, and answers of the store that are lost."""
        here, chance = Processes(*skews), random.Random(seed)
        here.store.fails = lambda: _lose(chance, lost)
        let_in = 0
        for _ in range(seconds * 10):
            let_in += here.ask(at=chance.randrange(len(skews)))
            here.clock.advance(seconds=0.1)

        unseen = len(skews) * (SETTLED_TOGETHER + 10 * (1 + 4 * lost) + 2)  # by each, between two answers
        assert let_in <= 30 + seconds + unseen

    def test_an_answer_that_was_lost_is_added_again_and_costs_only_its_own_person(self):
        here = Processes(0, 0)
        here.ask(12)
        here.clock.advance(seconds=1)
        here.store.fails = lambda: _lose(random.Random(0), 1)
        assert here.ask(1) == 1
        here.store.fails = lambda: None
        here.clock.advance(seconds=1)
        here.ask(1)

        assert here.ask(40, who=BOB, at=1) == 30
        assert 0 < here.ask(40, at=1) < 30 - 12 + 2

    def test_a_store_that_does_not_answer_refuses_no_one(self, caplog):
        here = Processes()
        here.store.fails = lambda: _lose(random.Random(0), 1)

        assert here.ask(40) == 30
        assert {record.msg for record in caplog.records} == {"request_limit_not_settled"}

    def test_a_wrong_instant_in_the_store_locks_nobody_out_for_long(self):
        here = Processes()
        here.store.full_at[bucket_of(ANN)] = here.clock.now() + timedelta(days=1)
        here.ask(2)
        here.clock.advance(RATE.window)

        here.store.full_at.clear()
        here.clock.advance(seconds=1)
        assert here.ask() == 1


def _lose(chance: random.Random, share: float) -> None:
    if chance.random() < share:
        raise TimeoutError
