"""A year of the schedules of vendors in four time zones, over every change of the clocks.

Two schedulers, whose clocks differ, crash before and after they write, are slow between reading and writing, and are
down for hours; operators turn vendors on and off. Each due run begins once, and none while its vendor is off.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.enrichment.control_store import ControlStore
from chalicelib.enrichment.start_due_runs import StartDueRuns, new_run
from chalicelib.enrichment.vendor_control import VendorControl
from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.ids import fresh_id
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.schedules.cron import Cron
from tests.enrichment.vendors_room import VENDORS, VendorsRoom, due_at
from tests.fakes.clock import FixedClock, SkewedClock

START, YEAR = datetime(2026, 1, 1, tzinfo=UTC), timedelta(days=365)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
#: Each in an hour that the clocks skip in spring or show twice in autumn; one by half an hour, one at midnight.
SCHEDULES = {
    "phone-metadata": Cron.parse("30 2 * * *", "Europe/Berlin"),
    "people-data-labs": Cron.parse("15,45 1 * * 0,3", "America/New_York"),
    "hunter": Cron.parse("10 2 * * 0,6", "Australia/Lord_Howe"),
    "twilio-lookup": Cron.parse("5 0 * * 0,6", "America/Santiago"),
}
SLACK = 10 * MINUTE  # within which a due run begins, whatever crashes
MOST_SKEW = timedelta(seconds=45)


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
            if fate < 0.2:
                raise Crash
            if fate < 0.4:
                self._meanwhile()
            response = call(**request)
            if fate > 0.8:
                raise Crash
            return response

        return send


@dataclass
class Year:
    """The simulation, and what it saw."""

    seed: int
    #: Makes a broken scheduler of a right one.
    twin: Callable[[StartDueRuns], StartDueRuns] = lambda right: right
    #: When each vendor was turned on and off, in turns.
    switched: dict[str, list[datetime]] = field(default_factory=lambda: {vendor: [] for vendor in VENDORS})
    #: The vendor of each run.
    begun: dict[str, str] = field(default_factory=dict)
    #: After how many minutes each of them ends: sooner than its vendor is due again.
    minutes_left: dict[str, int] = field(default_factory=dict)
    crashes: int = 0

    def __post_init__(self) -> None:
        self.chance, self.clock = random.Random(self.seed), FixedClock(START)
        self.room = VendorsRoom(clock=self.clock)
        self.schedulers = []
        for skew in (MOST_SKEW, -MOST_SKEW):
            client = Interrupted(self.room.client, self.chance, self._interrupt)
            process = self.room.again(client, SkewedClock(self.clock, skew))
            self.schedulers.append(self.twin(process.start_due_runs))

    def run(self, minutes: Iterator[datetime]) -> None:
        """Go through these minutes, and check what came of it."""
        for vendor in VENDORS:
            self._switch(vendor)
        toggles = sorted((START + self.chance.random() * YEAR, self.chance.choice(VENDORS)) for _ in range(120))
        for minute in minutes:
            self.clock.at = minute + self.chance.random() * MINUTE / 2
            while toggles and toggles[0][0] <= self.clock.at:
                self._switch(toggles.pop(0)[1])
            for scheduler in self.chance.sample(self.schedulers, 2):
                self._schedule(scheduler)
            self._work()
        self._check()

    def _switch(self, vendor: str) -> None:
        times = self.switched[vendor]
        if len(times) % 2:
            self.room.turn_off(vendor)
        else:
            self.room.turn_on(vendor, SCHEDULES[vendor])
        times.append(self.clock.at)

    def _interrupt(self) -> None:
        """What happens while a scheduler has read the controls and not written yet."""
        if self.chance.random() < 0.1:
            self._switch(self.chance.choice(VENDORS))
        else:
            self._schedule(self.chance.choice(self.schedulers))

    def _schedule(self, scheduler: StartDueRuns) -> None:
        writes = self.room.client.writes
        try:
            scheduler()
        except Crash:
            self.crashes += 1
        if self.room.client.writes > writes:
            for control in self.room.controls.all():
                if control.run and control.run not in self.begun:
                    assert control.enabled, "a run began while its vendor was off"
                    self.begun[control.run] = control.vendor
                    self.minutes_left[control.run] = self.chance.randint(1, 4)

    def _work(self) -> None:
        """Runs that are under way go on."""
        for run in list(self.minutes_left):
            self.minutes_left[run] -= 1
            if not self.minutes_left[run]:
                del self.minutes_left[run]
                self.room.finish(self.begun[run])

    # ── what must hold

    def _check(self) -> None:
        runs = self.room.runs()
        assert {job.job_id for job in runs} == set(self.begun), "a run began without a note in its control"
        for vendor, schedule in SCHEDULES.items():
            begun = [due_at(job) for job in runs if job.details["vendor"] == vendor]
            due = schedule.next_runs(START, 2 * 366)
            assert len(begun) == len(set(begun)), "a run began twice"
            assert set(begun) <= set(due), "a run began that was not due"
            for at in due:
                self._check_run(vendor, at, at in begun)

    def _check_run(self, vendor: str, due: datetime, has_begun: bool) -> None:
        """Within `SLACK` of a switch, either is right: whether the operator or the scheduler was first."""
        times = self.switched[vendor]
        if due > self.clock.at - SLACK or any(abs(at - due) <= SLACK for at in times):
            return
        is_on = sum(at < due for at in times) % 2 == 1
        assert has_begun or not is_on, f"{vendor} has not begun at {due}"
        assert is_on or not has_begun, f"{vendor} has begun while off at {due}"


def due_runs() -> set[datetime]:
    return {run for schedule in SCHEDULES.values() for run in schedule.next_runs(START, 2 * 366) if run < START + YEAR}


def every(step: timedelta) -> set[datetime]:
    return {START + number * step for number in range(YEAR // step)}


def around_due_runs() -> Iterator[datetime]:
    """The minutes in which runs are due and begin, and one of every six hours."""
    return iter(sorted({run + number * MINUTE for run in due_runs() for number in range(-1, 5)} | every(6 * HOUR)))


def all_minutes() -> Iterator[datetime]:
    """Every minute of the weeks in which the clocks of a zone change, and one of ten in the others."""
    zones = [ZoneInfo(schedule.time_zone) for schedule in SCHEDULES.values()]

    def is_near_change(minute: datetime) -> bool:
        week = timedelta(days=3.5)
        return any(
            (minute - week).astimezone(zone).utcoffset() != (minute + week).astimezone(zone).utcoffset()
            for zone in zones
        )

    days = {day: is_near_change(day) for day in every(24 * HOUR)}
    return (
        minute for minute in sorted(every(MINUTE)) if minute.minute % 10 == 0 or days[minute.replace(hour=0, minute=0)]
    )


@pytest.mark.parametrize("minutes", [around_due_runs, pytest.param(all_minutes, marks=pytest.mark.long)])
def test_each_due_run_of_a_year_begins_once_and_none_while_off(minutes):
    year = Year(seed=1)

    year.run(minutes())

    assert year.crashes > 100
    assert len(year.begun) > 300


class Unconditional(ControlStore):
    """Notes a run whatever has changed since the control was read."""

    def run_started_write(self, control: VendorControl, run: str, *, considered: int | None = None) -> Write:
        update = super().run_started_write(control, run, considered=considered)["Update"]
        return {"Update": {**update, "ConditionExpression": f"{update['ConditionExpression']} OR attribute_exists(pk)"}}


class RandomIds(StartDueRuns):
    """Gives a run an id that another scheduler would not give it."""

    def _start(self, control: VendorControl, due: datetime) -> None:
        new = new_run(control.vendor, fresh_id(), due)
        started = self.controls.run_started_write(control, new.job_id, considered=milliseconds(due))
        with suppress(ExtraWriteRefused):
            self.jobs.create(new, extra_writes=[started])


class Forgetful(StartDueRuns):
    """Begins no run that was due more than a minute ago."""

    def _start(self, control: VendorControl, due: datetime) -> None:
        if self.clock.now() - due < MINUTE:
            super()._start(control, due)


def forgetful(right: StartDueRuns) -> StartDueRuns:
    return Forgetful(right.controls, right.spends, right.jobs, right.work_queue, right.clock)


def unconditional(right: StartDueRuns) -> StartDueRuns:
    controls = right.controls
    return replace(right, controls=Unconditional(controls.dynamo, controls.table, controls.vendors))


def unconditional_with_random_ids(right: StartDueRuns) -> StartDueRuns:
    return RandomIds(unconditional(right).controls, right.spends, right.jobs, right.work_queue, right.clock)


@pytest.mark.parametrize(
    ("twin", "promise"),
    [
        (forgetful, "has not begun"),
        (unconditional, "while its vendor was off"),
        (unconditional_with_random_ids, "twice|under way"),
    ],
)
def test_a_scheduler_that_breaks_a_promise_is_detected(twin, promise):
    year = Year(seed=1, twin=twin)

    with pytest.raises(AssertionError, match=promise):
        year.run(islice(around_due_runs(), 1_500))
