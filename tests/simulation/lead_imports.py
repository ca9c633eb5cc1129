"""A house with leads and a file that waits to be imported, and what becomes of it, whatever is done to processes."""

import copy
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from botocore.exceptions import EndpointConnectionError

from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.errors import TooMany, Unavailable
from chalicelib.jobs.job import Job, JobState
from chalicelib.leads.importing.import_parts import Limits
from chalicelib.leads.importing.start_import import ImportRequest
from chalicelib.leads.lead import Lead
from chalicelib.leads.store.lead_rows import to_entry
from tests.fakes.account import FakeAccount
from tests.leads.importing.import_desk import csv_of
from tests.leads.listed_shards import check_shards_are_listed
from tests.simulation.faults import MOST_RUNS, Plan, check_error
from tests.simulation.house import House, Parts
from tests.simulation.promises import jobs_in
from tests.simulation.world import FOUR, Fault, Process, World

KEY = "imports/acme/contacts.csv"
OUTCOMES = ("created", "updated", "unchanged", "skipped", "failed", "ambiguous")
FEW, MANY = 26, 80  # rows


def rows_of(count: int) -> list[tuple[str, ...]]:
    """Rows with dirt: people who come again, people who are known, and numbers that are none."""
    rows = []
    for number in range(count):
        person = number * 5 % 13
        phone = "911" if number % 9 == 8 else f"+49170{person:07d}"
        telegram = str(10_000 + person * 3 % 7) if number % 4 == 3 else ""
        rows.append((phone, f"Name {number % 3}" if person % 2 else "", "a@x.example" if number % 3 else "", telegram))
    return rows


@dataclass
class Stage:
    """A house with some leads and a file that waits to be imported; copied for each history."""

    several: bool
    rows: int
    turn: timedelta = timedelta(seconds=20)

    def __post_init__(self) -> None:
        self.house = House(World(random.Random(0)), FakeAccount([], page_size=4))
        few_lanes = self.several and self.rows == FEW  # enough for every kind of call, and each history takes its time
        lanes, chunk_rows = (2, 7) if few_lanes else (3, 4)
        self.limits = Limits(lanes=lanes, smallest_range=200, block=256, chunk_rows=chunk_rows, turn=self.turn)
        headers = ("WhatsApp", "Name", "E-mail", "Telegram ID" if self.several else "Note")
        first, rows = rows_of(self.rows)[:3], rows_of(self.rows)
        self.house.blobs.put(KEY, csv_of(headers, [row[:1] + ("",) * 3 for row in first]).encode())
        self.first_id = self.start(self.house).job_id
        self._run_all(self.house, self.first_id)
        self.house.blobs.put(KEY, csv_of(headers, rows).encode())
        self.job_id = self.start(self.house).job_id

    def start(self, house: House) -> Job:
        leads = self.with_limits(house.outside).wiring.leads
        return leads.start_import("acme", ImportRequest(KEY))

    def _run_all(self, house: House, job_id: str) -> None:
        History(self, house, job_id, {})

    def with_limits(self, parts: Parts) -> Parts:
        leads = parts.wiring.leads
        leads.imports = replace(leads.imports, limits=self.limits)
        return parts

    def copied(self, seed: int = 0) -> House:
        return copy_of(self.house, World(random.Random(seed), now=self.house.world.now))


def copy_of(old: House, world: World) -> House:
    """Another house in this world, in which as much has happened."""
    house = House(world, copy.deepcopy(old.account))
    house.dynamo.copy_from(old.dynamo)
    house.kms, house.blobs = copy.deepcopy(old.kms), copy.deepcopy(old.blobs)
    house.outside = Parts(house, None)
    return house


class History:
    """One import under a plan of faults, to its end: one process at a time.

    Args:
        before_each: is called before each process.
    """

    def __init__(
        self,
        stage: Stage,
        house: House,
        job_id: str,
        plan: Plan,
        before_each: Callable[[House], object] = lambda house: None,
    ) -> None:
        self.stage, self.house, self.job_id = stage, house, job_id
        for _ in range(MOST_RUNS):
            waiting = [(job.due, job.job_id) for job in jobs_in(house) if job.due is not None]
            if not waiting:
                return
            before_each(house)
            due, next_id = min(waiting)
            late = (milliseconds(due) - milliseconds(house.world.instant())) / 1000
            house.world.now += max(late, 0) + 0.001
            process = house.process(lambda parts, next_id=next_id: stage.with_limits(parts).run_job(next_id))
            process.run(plan.get)
            check_error(process.main.error)
            check_shards_are_listed(house.dynamo.tables["leads"].items.values())
        raise AssertionError(f"stuck: {jobs_in(house)}")


class Undisturbed:
    """The history of a staged import in which nothing goes wrong, kept as it was before each of its processes.

    One that goes wrong at a call is the same until then, so it goes on from before the process that makes the call.
    """

    def __init__(self, stage: Stage) -> None:
        self.stage, self.house = stage, stage.copied()
        self._kept: list[House] = []
        History(stage, self.house, stage.job_id, {}, before_each=lambda house: self._kept.append(_paused(house)))
        self.made = self.house.world.made

    def with_fault(self, call: int, fault: Fault) -> House:
        """What has become of the house when this call went wrong."""
        house = _paused(next(house for house in reversed(self._kept) if house.world.calls <= call))
        History(self.stage, house, self.stage.job_id, {call: fault})
        return house


def _paused(old: House) -> House:
    """A copy between two processes, whose world goes on exactly as the other one."""
    chance = random.Random()
    chance.setstate(old.world.chance.getstate())
    world = World(chance, now=old.world.now, calls=old.world.calls)
    paused = copy_of(old, world)
    chance.setstate(old.world.chance.getstate())  # making the house used some
    return paused


@dataclass(frozen=True)
class Result:
    """What an import leaves."""

    state: JobState
    counts: Mapping[str, int]
    files: Mapping[str, bytes]
    leads: Mapping[str, Any]

    @classmethod
    def of(cls, house: House, job_id: str) -> "Result":
        job = house.outside.jobs.get(job_id)
        files = {each: house.blobs.kept[f"lead-imports/acme/{job_id}/results/{each}.csv"] for each in OUTCOMES}
        leads = {lead.id: (lead.profile, lead.identities, lead.stamp.row) for lead in leads_in(house)}
        return cls(job.state, dict(job.counts), files, leads)


def leads_in(house: House) -> list[Lead]:
    items = house.dynamo.tables["leads"].items.values()
    return [entry.lead for item in items if "n" in item and (entry := to_entry("acme", item)).lead is not None]


class TryLater(Exception):
    """What somebody wants cannot be done yet."""


@dataclass(eq=False)
class Person:
    """Somebody who asks for something beside an import, again until there is an answer.

    Args:
        begins: how many calls there are before.
    """

    work: Callable[[Parts], Any]
    begins: int = 0
    answer: Any = None
    has_answer: bool = False

    def take(self, process: Process) -> None:
        """What a process of theirs has come to."""
        error = process.main.error
        if isinstance(error, (TryLater, TooMany, Unavailable, EndpointConnectionError)):
            self.begins = process.world.calls + 10
        elif not process.dead:
            check_error(error)
            self.answer, self.has_answer = process.main.value, error is None


class Storm:
    """All jobs at once, each in a process that may lose its calls and die, beside people of whom the same is true."""

    def __init__(self, staged: Stage, seed: int, *, rate: float, people: Sequence[Person] = ()) -> None:
        self.staged, self.house, self.people = staged, staged.copied(seed), people
        self.world, self.chance, self.rate = self.house.world, self.house.world.chance, rate
        self.house.traffic.throttled = 0.05
        self.house.threads = seed % 2 == 1
        self._processes: dict[str | Person, Process] = {}

    def run(self) -> None:
        for _ in range(200_000):
            self._begin_what_is_due()
            if self._processes:
                self._step(*self.chance.choice(list(self._processes.items())))
            elif not self._is_over():
                self.world.now += 1
            else:
                return
        raise AssertionError(f"stuck: {jobs_in(self.house)}")

    def _begin_what_is_due(self) -> None:
        for job in jobs_in(self.house):
            is_due = job.due is not None and job.due <= self.world.instant()
            if is_due and job.job_id not in self._processes:
                self._processes[job.job_id] = self._worker(job.job_id)
        are_idle = not self._processes
        for each in self.people:
            is_due = each.begins <= self.world.calls or are_idle
            if is_due and not each.has_answer and each not in self._processes:
                self._processes[each] = self.house.process(each.work)

    def _step(self, whose: str | Person, process: Process) -> None:
        process.step(self._fault())
        if not process.is_over:
            return
        del self._processes[whose]
        check_shards_are_listed(self.house.dynamo.tables["leads"].items.values())
        if isinstance(whose, Person):
            whose.take(process)
        else:
            check_error(process.main.error)

    def _is_over(self) -> bool:
        return all(job.is_finished for job in jobs_in(self.house)) and all(each.has_answer for each in self.people)

    def _worker(self, job_id: str) -> Process:
        within = timedelta(seconds=self.chance.choice((16, 30, 600)))
        return self.house.process(lambda parts: self.staged.with_limits(parts).run_job(job_id, within=within))

    def _fault(self) -> Fault | None:
        return self.chance.choice((*FOUR, Fault.REFUSED)) if self.chance.random() < self.rate else None
