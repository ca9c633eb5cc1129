"""Imports of leads under faults at every call, and in storms: the leads and files of one that nothing disturbs."""

import copy
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.service_owners import organization_owner
from chalicelib.jobs.job import Job, JobState
from chalicelib.leads.importing.import_parts import Limits
from chalicelib.leads.importing.start_import import ImportRequest
from chalicelib.leads.lead import Lead
from chalicelib.leads.store.lead_rows import to_entry
from tests.fakes.account import FakeAccount
from tests.leads.importing.import_desk import csv_of
from tests.simulation.faults import MOST_RUNS, Plan, check_error
from tests.simulation.house import House, Parts
from tests.simulation.promises import jobs_in
from tests.simulation.world import FOUR, Fault, World

KEY = "imports/acme/contacts.csv"
OUTCOMES = ("created", "updated", "unchanged", "skipped", "failed", "ambiguous")
SEVERAL = "several identities"
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

    def __post_init__(self) -> None:
        self.house = House(World(random.Random(0)), FakeAccount([], page_size=4))
        limits = Limits(lanes=3, smallest_range=200, block=256, chunk_rows=4)
        self.limits = limits
        headers = ("WhatsApp", "Name", "E-mail", "Telegram ID" if self.several else "Note")
        first, rows = rows_of(self.rows)[:3], rows_of(self.rows)
        self.house.blobs.put(KEY, csv_of(headers, [row[:1] + ("",) * 3 for row in first]).encode())
        self._run_all(self.house, self._start(self.house).job_id)
        self.house.blobs.put(KEY, csv_of(headers, rows).encode())
        self.job_id = self._start(self.house).job_id

    def _start(self, house: House) -> Job:
        leads = self.with_limits(house.outside).wiring.leads
        return leads.start_import("acme", ImportRequest(KEY))

    def _run_all(self, house: House, job_id: str) -> None:
        History(self, house, job_id, {})

    def with_limits(self, parts: Parts) -> Parts:
        leads = parts.wiring.leads
        leads.imports = replace(leads.imports, limits=self.limits)
        return parts

    def copied(self, seed: int = 0) -> House:
        old = self.house
        house = House(World(random.Random(seed), now=old.world.now), copy.deepcopy(old.account))
        house.dynamo.copy_from(old.dynamo)
        house.kms, house.blobs = copy.deepcopy(old.kms), copy.deepcopy(old.blobs)
        house.outside = Parts(house, None)
        return house


class History:
    """One import under a plan of faults, to its end: one process at a time."""

    def __init__(self, stage: Stage, house: House, job_id: str, plan: Plan) -> None:
        self.stage, self.house, self.job_id = stage, house, job_id
        for _ in range(MOST_RUNS):
            waiting = [(job.due, job.job_id) for job in jobs_in(house) if job.due is not None]
            if not waiting:
                return
            due, next_id = min(waiting)
            late = (milliseconds(due) - milliseconds(house.world.instant())) / 1000
            house.world.now += max(late, 0) + 0.001
            process = house.process(lambda parts, next_id=next_id: stage.with_limits(parts).run_job(next_id))
            process.run(plan.get)
            check_error(process.main.error)
        raise AssertionError(f"stuck: {jobs_in(house)}")


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


@cache
def stage(several: bool, rows: int) -> Stage:
    return Stage(several, rows)


@cache
def undisturbed(several: bool, rows: int) -> tuple[Result, int]:
    """The result of the staged import without a fault, and how many calls it makes."""
    staged = stage(several, rows)
    house = staged.copied()
    History(staged, house, staged.job_id, {})
    return Result.of(house, staged.job_id), house.world.calls


@pytest.mark.parametrize("several", [False, True], ids=["one identity", SEVERAL])
def test_the_staged_file_has_every_outcome(several):
    result, _ = undisturbed(several, FEW)

    never = set() if several else {"ambiguous"}
    assert {outcome for outcome, count in result.counts.items() if count} == set(OUTCOMES) - never
    assert result.state is JobState.PARTIAL


@pytest.mark.parametrize("fault", FOUR)
@pytest.mark.parametrize("several", [False, True], ids=["one identity", SEVERAL])
def test_whichever_call_goes_wrong_the_result_is_the_same(several, fault):
    staged, (expected, calls) = stage(several, FEW), undisturbed(several, FEW)

    for call in range(calls):
        house = staged.copied()
        History(staged, house, staged.job_id, {call: fault})
        assert Result.of(house, staged.job_id) == expected, (call, fault)


@pytest.mark.parametrize("seed", range(12))
def test_lanes_that_work_at_once_and_die_give_the_same_result(seed):
    staged, (expected, _) = stage(False, MANY), undisturbed(False, MANY)
    storm = Storm(staged, seed, rate=0.02)

    storm.run()

    assert Result.of(storm.house, staged.job_id) == expected
    owner = organization_owner("acme")
    assert storm.house.outside.jobs.lanes(owner).jobs == frozenset()


class Storm:
    """All jobs of an import at once, each in a process that may lose its calls and die."""

    def __init__(self, staged: Stage, seed: int, *, rate: float) -> None:
        self.staged, self.house = staged, staged.copied(seed)
        self.chance, self.rate = self.house.world.chance, rate
        self.house.traffic.throttled = 0.05

    def run(self) -> None:
        processes: dict[str, Any] = {}
        for _ in range(100_000):
            for job in jobs_in(self.house):
                is_due = job.due is not None and job.due <= self.house.world.instant()
                if is_due and job.job_id not in processes:
                    processes[job.job_id] = self._process(job.job_id)
            if processes:
                job_id, process = self.chance.choice(list(processes.items()))
                process.step(self._fault())
                if process.is_over:
                    check_error(process.main.error)
                    del processes[job_id]
            elif all(job.is_finished for job in jobs_in(self.house)):
                return
            else:
                self.house.world.now += 1
        raise AssertionError(f"stuck: {jobs_in(self.house)}")

    def _process(self, job_id: str) -> Any:
        within = timedelta(seconds=self.chance.choice((16, 30, 600)))
        return self.house.process(lambda parts: self.staged.with_limits(parts).run_job(job_id, within=within))

    def _fault(self) -> Fault | None:
        return self.chance.choice((*FOUR, Fault.REFUSED)) if self.chance.random() < self.rate else None
