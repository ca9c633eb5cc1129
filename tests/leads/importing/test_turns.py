"""Lanes and undos give other jobs their turn after a while, and go on where they have stopped."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.jobs.job import Job, JobState
from chalicelib.leads.importing.follow_import import FollowImports, wait_of
from chalicelib.leads.importing.import_details import LaneDetails, Work
from chalicelib.leads.importing.lanes import lanes_of_import
from tests.fakes.clock import FixedClock
from tests.fakes.dynamodb import FakeDynamo
from tests.fakes.tables import empty_tables
from tests.leads.importing.import_desk import SMALL, ImportDesk, csv_of


@dataclass
class SlowLookups:
    """A DynamoDB whose lookups of leads take some seconds each; counts what is looked up."""

    clock: FixedClock
    dynamo: FakeDynamo = field(default_factory=empty_tables)
    keys: Counter[str] = field(default_factory=Counter)

    def __getattr__(self, operation: str) -> Any:
        return getattr(self.dynamo, operation)

    def batch_get_item(self, **request: Any) -> Any:
        if "leads" in request["RequestItems"]:
            self.clock.advance(seconds=8)
            self.keys.update(key["sk"]["S"] for key in request["RequestItems"]["leads"]["Keys"])
        return self.dynamo.batch_get_item(**request)


def test_what_is_looked_up_before_the_turn_of_others_is_stored_before_it():
    client = SlowLookups(FixedClock())
    desk = ImportDesk(client=client, clock=client.clock)

    job = desk.imported(csv_of(("Phone",), [(f"+49170{number:07d}",) for number in range(60)]))

    assert (job.state, job.counts["created"]) == (JobState.COMPLETED, 60)
    assert [lane.attempts for lane in lanes_of_import(desk.jobs, job)] == [2, 2, 2, 2]
    assert set(client.keys.values()) == {1}


def test_an_undo_reverses_each_lead_once_however_often_others_get_their_turn():
    client = SlowLookups(FixedClock())
    desk = ImportDesk(client=client, clock=client.clock)
    job = desk.imported(csv_of(("Phone",), [(f"+49170{number:07d}",) for number in range(60)]))
    turns = list[int]()

    undo = desk.undo.start("acme", job.job_id).job
    assert undo is not None
    undo = desk.run(undo, between=lambda: turns.append(1))

    assert (undo.state, undo.counts["reversed"], desk.all_leads()) == (JobState.COMPLETED, 60, [])
    assert len(turns) > 2
    assert max(client.keys.values()) == 2  # once by the import


def test_a_dry_run_that_goes_on_knows_what_its_earlier_rows_would_have_done():
    client = SlowLookups(FixedClock())
    desk = ImportDesk(client=client, clock=client.clock)
    people = [(f"+49170{number:07d}", str(10_000 + number)) for number in range(60)]
    rows = [*people, *(("", account) for _, account in people)]

    dry = desk.imported(csv_of(("WhatsApp", "Telegram ID"), rows), dry_run=True)

    last = lanes_of_import(desk.jobs, dry)[-1]
    assert (LaneDetails.of(last).work, last.attempts > 2) == (Work.DEFERRED, True)
    assert (dry.counts["created"], dry.counts["skipped"]) == (60, 60)


def people(first: int, count: int) -> str:
    return csv_of(("Phone",), [(f"+49170{number:07d}",) for number in range(first, first + count)])


@dataclass
class TwoImports:
    """A large import is under way in its only lane when a small one of the same organization is started."""

    desk: ImportDesk

    def __post_init__(self) -> None:
        self.desk.upload(people(0, 200))
        self.large = self.desk.start()
        self.follow = FollowImports(lambda: self.desk.parts)
        self.waited: set[Any] = set()

    def run_small(self) -> Job:
        self.desk.upload(people(1_000, 10), "imports/acme/small.csv")
        small = self.desk.start(key="imports/acme/small.csv")
        return self.desk.run(small, between=lambda: self.waited.add(self.wait(small)))

    def wait(self, job: Job) -> Any:
        wait = wait_of(self.follow("acme", job.job_id), self.desk.parts)
        return wait and (wait.import_id, wait.longest)


@pytest.fixture
def two() -> TwoImports:
    clock = FixedClock()
    return TwoImports(ImportDesk(client=SlowLookups(clock), clock=clock, limits=replace(SMALL, lanes=1)))


def test_a_small_import_has_its_turn_before_a_large_one_of_the_organization_has_ended(two):
    small = two.run_small()

    large = two.desk.jobs.get(two.large.job_id)
    assert (small.state, small.counts["created"]) == (JobState.COMPLETED, 10)
    assert not large.is_finished
    assert two.desk.run(large).counts["created"] == 200


def test_an_import_says_whose_turn_it_is(two):
    two.run_small()

    assert (two.large.job_id, timedelta(seconds=20)) in two.waited
    assert two.wait(two.desk.run(two.large)) is None


def test_two_undos_of_an_organization_take_turns(two):
    small, large = two.run_small(), two.desk.run(two.large)
    undo_of_large = two.desk.undo.start("acme", large.job_id).job
    undo_of_small = two.desk.undo.start("acme", small.job_id).job
    assert undo_of_large is not None
    assert undo_of_small is not None

    assert two.desk.run(undo_of_small).counts["reversed"] == 10
    assert not two.desk.jobs.get(undo_of_large.job_id).is_finished
    assert two.desk.run(undo_of_large).counts["reversed"] == 200
