"""A year of the refreshes of fifty people, who change their intervals meanwhile.

Two schedulers, whose clocks differ, crash before and after they write, are slow between reading and writing, and are
down for hours. Minutes in which nothing is due are skipped: what the store says of when the next refresh is due is
checked at each step, and some of the skipped minutes are tried. Each slot of an account that is on creates one import.
"""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.accounts.connection import Connection
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.accounts.refresh import Interval, Refresh
from chalicelib.accounts.refresh_store import RefreshStore
from chalicelib.foundation.clock import Clock, instant
from chalicelib.foundation.dynamo import Dynamo, Write
from chalicelib.foundation.ids import fresh_id, id_of
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.jobs.rows import queue_key, to_queue
from chalicelib.jobs.store import JobStore
from chalicelib.provider_imports.change_refresh import ChangeRefresh
from chalicelib.provider_imports.start_due_refreshes import StartDueRefreshes, new_refresh_import
from tests.accounts.making import CONNECTED, connect
from tests.fakes.clock import FixedClock, SkewedClock
from tests.fakes.executor import InlineExecutor
from tests.fakes.queue import FakeQueue
from tests.fakes.tables import empty_tables
from tests.jobs.kinds import KINDS

START, YEAR = datetime(2026, 1, 1, tzinfo=UTC), timedelta(days=365)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PEOPLE = [f"person-{number:02d}" for number in range(50)]
MOST_SKEW = timedelta(seconds=45)
SLACK = 10 * MINUTE  # within which a due import is created, whatever crashes


class Crash(BaseException):
    """The process ends, in the middle of a request."""


class Interrupted:
    """A client of a process that now and then ends before or after its write, or is slow, so that others are faster."""

    def __init__(self, client: Any, chance: random.Random, meanwhile: Callable[[], None]) -> None:
        self._client, self._chance, self._meanwhile = client, chance, meanwhile

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        return self._interrupted(call) if name == "transact_write_items" else call

    def _interrupted(self, call: Any) -> Any:
        def send(**request: Any) -> Any:
            fate = self._chance.random()
            if fate < 0.1:
                raise Crash
            if fate < 0.2:
                self._meanwhile()
            response = call(**request)
            if fate > 0.9:
                raise Crash
            return response

        return send


class Process:
    """One process over what is stored."""

    def __init__(self, client: Any, clock: Clock) -> None:
        dynamo = Dynamo(client, clock, random.Random(1))
        self.jobs = JobStore(dynamo, "jobs", clock, InlineExecutor(), shards=1, kinds=KINDS)
        self.connections = ConnectionStore(dynamo, "people", clock)
        self.refreshes = RefreshStore(dynamo, "jobs", clock)
        self.change = ChangeRefresh(self.connections, self.refreshes)
        self.schedule = StartDueRefreshes(self.refreshes, self.connections, self.jobs, FakeQueue(), clock)


@dataclass
class Year:
    """The simulation, and what it saw."""

    seed: int
    span: timedelta = YEAR
    #: Makes a broken scheduler of a right one.
    twin: Callable[[StartDueRefreshes], StartDueRefreshes] = lambda right: right
    #: What each person chose, and when.
    choices: dict[str, list[tuple[datetime, Interval]]] = field(default_factory=lambda: {each: [] for each in PEOPLE})
    #: When each import of each person was due.
    due: dict[str, list[datetime]] = field(default_factory=lambda: {each: [] for each in PEOPLE})
    #: How many imports were created in each minute.
    created: Counter[datetime] = field(default_factory=Counter)
    #: When no scheduler runs.
    outages: list[tuple[datetime, datetime]] = field(default_factory=list)
    crashes: int = 0
    steps: int = 0
    tried_idle: int = 0

    def __post_init__(self) -> None:
        self.chance, self.clock, self.client = random.Random(self.seed), FixedClock(START), empty_tables()
        self.right = Process(self.client, self.clock)
        self.schedulers = []
        for skew in (MOST_SKEW, -MOST_SKEW):
            client = Interrupted(self.client, self.chance, self._interrupt)
            self.schedulers.append(self.twin(Process(client, SkewedClock(self.clock, skew)).schedule))
        self.connection_ids = {owner: id_of("connection", owner) for owner in PEOPLE}
        for owner, connection_id in self.connection_ids.items():
            known = connect(self.right.connections, replace(CONNECTED, owner=owner, connection_id=connection_id))
            self.right.refreshes.commit([self.right.refreshes.start_write(owner, known.connection_id)])
            self.choices[owner].append((START, Interval.DAILY))
        self._toggles: list[tuple[datetime, str]] = []
        self._unfinished: dict[str, str] = {}  # by owner
        self._is_interrupted = False

    def run(self) -> None:
        """Go through the year, and check what came of it."""
        end = START + self.span
        days = self.span // DAY
        self._toggles = [(self._any_time(), self.chance.choice(PEOPLE)) for _ in range(days // 2)]
        starts = [self._any_time() for _ in range(-(-days // 20))]
        self.outages = [(start, start + self.chance.uniform(0.5, 5) * HOUR) for start in starts]
        minute = START
        while minute < end:
            self.clock.at = minute + self.chance.random() * MINUTE / 2
            for toggle in [each for each in self._toggles if each[0] <= self.clock.at]:
                self._toggles.remove(toggle)
                self._choose(toggle[1])
            if not self._is_down(minute):
                for scheduler in self.chance.sample(self.schedulers, 2):
                    self._schedule(scheduler)
            self._work()
            self.steps += 1
            minute = self._skip_idle(minute + MINUTE, min((at for at, _ in self._toggles), default=end))
        self._check()

    def _any_time(self) -> datetime:
        return START + self.chance.random() * self.span

    def _skip_idle(self, minute: datetime, toggle: datetime) -> datetime:
        """The next minute in which something may happen; nothing may be due before it."""
        earliest = min(toggle, self._earliest_due()) - MINUTE
        if self._unfinished or earliest <= minute:
            return minute
        idle = _minute_of(earliest)
        if self.chance.random() < 0.05:
            self._try_idle(minute + self.chance.random() * (idle - minute))
        return max(minute, idle)

    def _earliest_due(self) -> datetime:
        """When the next stored refresh is due; asked by hand, since the schedulers are what is tested."""
        found = self.client.query(
            TableName="jobs",
            IndexName="due",
            KeyConditionExpression="due_shard = :shard",
            ExpressionAttributeValues={":shard": {"S": "refresh"}},
            Limit=1,
        )["Items"]
        return instant(int(found[0]["due"]["N"])) if found else START + 2 * YEAR

    def _try_idle(self, at: datetime) -> None:
        self.clock.at, writes = at, self.client.writes
        for scheduler in self.schedulers:
            scheduler()
        assert self.client.writes == writes, "a minute in which nothing is due wrote something"
        self.tried_idle += 1

    def _is_down(self, at: datetime) -> bool:
        return any(start <= at < end for start, end in self.outages)

    def _choose(self, owner: str) -> None:
        interval = self.chance.choices(list(Interval), weights=[2, 2, 6, 2])[0]
        self.right.change(owner, self.connection_ids[owner], interval)
        if interval is not self.choices[owner][-1][1]:
            self.choices[owner].append((self.clock.at, interval))
        if interval is Interval.HOURLY:  # not for long, since these are most of the imports
            self._toggles.append((self.clock.at + self.chance.uniform(0.5, 3) * DAY, owner))

    def _interrupt(self) -> None:
        """What happens while a scheduler has read a refresh and not written yet."""
        if self._is_interrupted:
            return
        self._is_interrupted = True
        if self.chance.random() < 0.01:
            self._choose(self.chance.choice(PEOPLE))
        else:
            self._schedule(self.chance.choice(self.schedulers))
        self._is_interrupted = False

    def _schedule(self, scheduler: StartDueRefreshes) -> None:
        writes = self.client.writes
        with suppress(Crash):
            try:
                scheduler()
            except Crash:
                self.crashes += 1
                raise
        if self.client.writes > writes:
            self._note_created()

    def _note_created(self) -> None:
        items = self.client.tables["jobs"].items
        for owner in PEOPLE:
            for job_id in to_queue(owner, items.get(queue_key(owner))).jobs:
                if self._unfinished.get(owner) != job_id:
                    assert owner not in self._unfinished, "two imports of one account at once"
                    self._unfinished[owner] = job_id
                    self.due[owner].append(datetime.fromisoformat(self.right.jobs.get(job_id).details["due_at"]))
                    self.created[_minute_of(self.clock.at)] += 1

    def _work(self) -> None:
        """Imports that are under way end, most of them within a minute."""
        for owner, job_id in list(self._unfinished.items()):
            if self.chance.random() < 0.8:
                del self._unfinished[owner]
                self._finish(self.right.jobs.get(job_id))

    def _finish(self, job: Job) -> None:
        claimed = self.right.jobs.claim(job.job_id, "worker", self.clock.now() + MINUTE)  # clocks may differ
        assert claimed is not None
        finished = self.right.connections.writes.finish_import(claimed, "sync")
        self.right.jobs.commit(claimed, Progress(None, state=JobState.COMPLETED, extra_writes=[finished]))

    # ── what must hold

    def _check(self) -> None:
        for owner in PEOPLE:
            due = self.due[owner]
            assert len(due) == len(set(due)), "an import was created twice"
            slots = self._slots(owner)
            assert set(due) <= set(slots), "an import was created that was not due"
            for slot in slots:
                self._check_slot(owner, slot, slot in due)
            for outage in self.outages:
                self._check_outage(owner, outage, slots)

    def _slots(self, owner: str) -> list[datetime]:
        """The slots of a person, as their choices were; a clock that is ahead may reach one before a choice."""
        slots: list[datetime] = []
        ends = [at for at, _ in self.choices[owner][1:]] + [START + self.span]
        for (start, interval), end in zip(self.choices[owner], ends, strict=True):
            if interval is not Interval.OFF:
                grid = Refresh(owner, self.connection_ids[owner], interval)
                slot = grid.next_slot(start)
                while slot <= end + SLACK:
                    slots.append(slot)
                    slot = grid.next_slot(slot)
        return slots

    def _check_slot(self, owner: str, slot: datetime, has_import: bool) -> None:
        """Within `SLACK` of a choice, either is right: whether the person or the scheduler was first."""
        if slot > self.clock.at - SLACK or any(abs(at - slot) <= SLACK for at, _ in self.choices[owner]):
            return
        interval = next(chosen for at, chosen in reversed(self.choices[owner]) if at < slot)
        if any(start - SLACK <= slot < end + SLACK for start, end in self.outages):
            return
        assert interval is not Interval.OFF
        assert has_import, f"{owner} has no import of {slot}"

    def _check_outage(self, owner: str, outage: tuple[datetime, datetime], slots: list[datetime]) -> None:
        """Of the slots that passed during an outage, one creates an import once it is over."""
        begin, end = outage[0] - SLACK, outage[1] + SLACK
        missed = [slot for slot in slots if outage[0] + SLACK <= slot < outage[1] - SLACK]
        others = [each for each in self.outages if each != outage and each[0] - SLACK < end and begin < each[1] + SLACK]
        has_choice = any(begin <= at <= end for at, _ in self.choices[owner][1:])
        if not missed or others or has_choice or end > self.clock.at:
            return
        created = [slot for slot in self.due[owner] if begin <= slot < end]
        assert created, f"{owner} has no import of an outage from {outage[0]}"
        assert len([slot for slot in created if slot in missed]) <= 1, "an outage was made up for twice"


def _minute_of(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def check_spread(year: Year) -> None:
    """No minute has many imports, except after an outage: fifty people, of whom most are due once a day."""
    usual = {
        at: count
        for at, count in year.created.items()
        if not any(start <= at <= end + HOUR for start, end in year.outages)
    }
    assert max(usual.values()) <= 5
    assert sum(count for count in usual.values() if count > 2) < 0.05 * sum(usual.values())
    assert max(year.created.values()) <= len(PEOPLE)


@pytest.mark.parametrize(
    ("seed", "days"), [(1, 25), *[pytest.param(seed, 365, marks=pytest.mark.long) for seed in (1, 2, 3)]]
)
def test_each_slot_creates_one_import_and_no_minute_has_many(seed, days):
    year = Year(seed, days * DAY)

    year.run()

    check_spread(year)
    assert sum(map(len, year.due.values())) > 35 * days
    assert year.crashes > 4 * days
    assert year.tried_idle > days
    assert year.steps < 0.2 * (year.span / MINUTE)  # in all other minutes nothing was due


class Unconditional(RefreshStore):
    """Settles a refresh whatever has changed since it was read."""

    def put_write(self, seen: Refresh, now: Refresh) -> Write:
        update = super().put_write(seen, now)["Update"]
        return {"Update": {**update, "ConditionExpression": f"{update['ConditionExpression']} OR attribute_exists(pk)"}}


class RandomIds(StartDueRefreshes):
    """Gives an import an id that another scheduler would not give it, and does not look at what has changed."""

    def _is_busy(self, connection: Connection) -> bool:
        return False

    def _start(self, refresh: Refresh, connection: Connection, last: Job | None, now: datetime) -> None:
        settled = replace(refresh, due=refresh.next_slot(now), last_at=now)
        new = replace(new_refresh_import(refresh, connection, full=False), job_id=fresh_id())
        with suppress(ExtraWriteRefused):
            self.jobs.create(new, extra_writes=[self.refreshes.put_write(refresh, settled)])


class Forgetful(StartDueRefreshes):
    """Creates no import that was due more than a minute ago."""

    def _start(self, refresh: Refresh, connection: Connection, last: Job | None, now: datetime) -> None:
        assert refresh.due is not None
        if now - refresh.due < MINUTE:
            super()._start(refresh, connection, last, now)
        else:
            self.refreshes.put(refresh, replace(refresh, due=refresh.next_slot(now)))


def _twin(kind: type[StartDueRefreshes], right: StartDueRefreshes) -> StartDueRefreshes:
    return kind(right.refreshes, right.connections, right.jobs, right.work_queue, right.clock)


def forgetful(right: StartDueRefreshes) -> StartDueRefreshes:
    return _twin(Forgetful, right)


def unconditional(right: StartDueRefreshes) -> StartDueRefreshes:
    refreshes = right.refreshes
    return replace(right, refreshes=Unconditional(refreshes.dynamo, refreshes.table, refreshes.clock))


def unconditional_with_random_ids(right: StartDueRefreshes) -> StartDueRefreshes:
    return _twin(RandomIds, unconditional(right))


@pytest.mark.parametrize(
    ("twin", "promise"),
    [
        (forgetful, "has no import"),
        (unconditional_with_random_ids, "twice|at once"),
    ],
)
def test_a_scheduler_that_breaks_a_promise_is_detected(twin, promise):
    year = Year(seed=1, span=10 * DAY, twin=twin)

    with pytest.raises(AssertionError, match=promise):
        year.run()
