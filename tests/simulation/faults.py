"""One import under a plan of faults: the n-th call to the outside gets the n-th fault."""

import copy
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.books.intake import Limits
from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.dynamo import ResponseLost
from chalicelib.jobs.job import Job, JobState
from tests.simulation.house import OWNER, House, Parts
from tests.simulation.promises import (
    contacts_in,
    holds_at_every_step,
    holds_at_the_end,
    keeps_tokens_secret,
    ledger_agrees,
)
from tests.simulation.scenario import KINDS, Scenario, scenario
from tests.simulation.world import Fault, MadeCall, World

MOST_RUNS = 60  # of one job, before it counts as stuck
READS = ("get_item", "query", "batch_get_item", "find", "exists", "size", "keys", "pin", "read_range", "decrypt")
WITHOUT_EFFECT = (*READS, "sleep")
Plan = Mapping[int, Fault]


@dataclass
class Staged:
    """A house in which one import has been done and the next one waits; copied for each run: making it is slow."""

    house: House
    scenario: Scenario
    source: str
    job_id: str


def build_stage(
    kinds: tuple[str, ...] = KINDS, *, page_size: int = 4, limits: Limits | None = None, shelves: int = 1
) -> Staged:
    made = scenario(kinds)
    limits = limits or Limits(contacts=3, lines=4)
    house = House(World(random.Random(0)), made.account(page_size), limits, shelves=shelves)
    connection_id = house.connect()
    house.outside.run_job("import-1")
    made.turn(house.account)
    for source_id in made.buried:
        delete_by_hand(house, source_id)
    job = house.outside.import_again(connection_id, full=True)
    return Staged(house, made, f"google:{connection_id}", job.job_id)


def delete_by_hand(house: House, source_id: str) -> bool:
    """The person deletes the contact of this source entry, as the book is now; False when there is none."""
    for contact in contacts_in(house):
        if any(record.source_id == source_id for record in contact.records):
            house.outside.address_book.delete_contact(OWNER, contact.contact_id)
            return True
    return False


def fresh_house(stage: Staged, *, seed: int = 0, **more: Any) -> House:
    """A fresh copy of the staged house, in a world of its own; `more` as of `House`."""
    old = stage.house
    world = World(random.Random(seed), now=old.world.now)
    kept = {"wrapped": old.wrapped, "shelves": old.shelves}
    house = House(world, copy.deepcopy(old.account), old.limits, **{**kept, **more})
    old.traffic.end_all()
    house.dynamo.copy_from(old.dynamo)
    house.kms, house.blobs = copy.deepcopy(old.kms), copy.deepcopy(old.blobs)
    house.outside = Parts(house, None)
    return house


def run_under(house: House, job_id: str, plan: Plan) -> Job:
    """Run the job to its end, a new process whenever one stopped, as the schedule would."""
    for _ in range(MOST_RUNS):
        job = house.outside.jobs.get(job_id)
        if job.due is None:
            return job
        late = (milliseconds(job.due) - milliseconds(house.world.instant())) / 1000
        house.world.now += max(late, 0) + 1
        process = house.process(lambda parts: parts.run_job(job_id))
        process.run(plan.get)
        check_error(process.main.error)
        holds_at_every_step(house)
    raise AssertionError(f"stuck: {house.outside.jobs.get(job_id)}")


def makes_a_difference(fault: Fault, call: MadeCall) -> bool:
    """Whether a history with this fault at this call differs from one without, and from those with other faults.

    It does not if the fault cannot happen to the call, nor if only the effect of the call matters and there is none.
    """
    if fault is Fault.REFUSED:
        return call.can_be_refused
    if fault in (Fault.LOST, Fault.ANSWER_LOST) and not call.can_be_lost:
        return False
    return fault not in (Fault.ANSWER_LOST, Fault.KILLED_AFTER) or call.name not in WITHOUT_EFFECT


def calls_to_fail(calls: Sequence[MadeCall], fault: Fault) -> list[int]:
    """At which of these calls the fault makes a history of its own."""
    return [number for number, call in enumerate(calls) if makes_a_difference(fault, call)]


def check_error(error: Exception | None) -> None:
    if error is not None and not isinstance(error, ResponseLost):
        raise error


def assert_import_under(stage: Staged, plan: Plan, **more: Any) -> list[MadeCall]:
    """Run the staged import under `plan` and hold it to every promise; returns the calls that it made."""
    house = fresh_house(stage, **more)
    job = run_under(house, stage.job_id, plan)
    assert job.state is JobState.PARTIAL, job  # one entry cannot be kept
    assert job.counts == stage.scenario.counts(), (job.counts, stage.scenario.counts())
    holds_at_the_end(house, job, stage.scenario.latest_people(), source=stage.source)
    ledger_agrees(house, job, stage.scenario.expected)
    keeps_tokens_secret(house)
    return house.world.made
