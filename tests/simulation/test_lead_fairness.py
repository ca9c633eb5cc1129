"""Other people's jobs beside a large import of leads: the queue brings them to a worker after a turn of its lanes."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.jobs.counts import Outcomes
from chalicelib.jobs.job import JobState
from chalicelib.jobs.job_kinds import JobKind, JobKinds
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from tests.fakes.clock import NOON, FixedClock
from tests.fakes.dynamodb import FakeDynamo
from tests.fakes.tables import empty_tables
from tests.leads.importing.import_desk import SMALL, ImportDesk, csv_of

LANES = 10
MINUTE = timedelta(minutes=1)
SECONDS_A_CHUNK = 6  # so that a turn of 20 seconds is a few chunks
CONTACTS = JobKind("import", Outcomes())


@dataclass
class Messages:
    """A queue that delivers in order, each message from its time on."""

    clock: FixedClock
    left: list[tuple[datetime, str]] = field(default_factory=list)

    def send(self, job_id: str, *, after: timedelta = timedelta()) -> None:
        self.left.append((self.clock.now() + after, job_id))
        self.left.sort(key=lambda message: message[0])

    def take(self, now: datetime) -> tuple[datetime, str]:
        """The next message for a worker that has been free since `now`, and when it gets that."""
        at, job_id = self.left.pop(0)
        return max(at, now), job_id


@dataclass
class SlowLookups:
    """A DynamoDB whose lookups of leads take some seconds each."""

    clock: FixedClock
    dynamo: FakeDynamo = field(default_factory=empty_tables)

    def __getattr__(self, operation: str) -> Any:
        return getattr(self.dynamo, operation)

    def batch_get_item(self, **request: Any) -> Any:
        if "leads" in request["RequestItems"]:
            self.clock.advance(seconds=SECONDS_A_CHUNK)
        return self.dynamo.batch_get_item(**request)


class Office:
    """Some workers, of which each works at its own time; an organization imports a file in ten lanes."""

    def __init__(self, workers: int, turn: timedelta = SMALL.turn) -> None:
        self.clock, limits = FixedClock(), replace(SMALL, lanes=LANES, turn=turn)
        self.queue, slow = Messages(self.clock), SlowLookups(self.clock)
        self.desk = desk = ImportDesk(client=slow, clock=self.clock, limits=limits, queue=self.queue)
        self.jobs = replace(desk.jobs, kinds=JobKinds([*desk.jobs.kinds.declared, CONTACTS]))
        steps = {**desk.worker.steps, CONTACTS.name: self.import_contacts}
        self.worker = replace(desk.worker, jobs=self.jobs, steps=steps)
        self.free_at = [NOON] * workers
        self.claimed: dict[str, datetime] = {}

    def import_contacts(self, run: Run) -> None:
        self.claimed[run.job.owner] = self.clock.now()
        run.commit(Progress(None, state=JobState.COMPLETED))

    def start_contacts(self, person: str) -> None:
        job = self.jobs.create(NewJob(f"import-of-{person}", person, CONTACTS.name, {}))
        self.queue.send(job.job_id)

    def work(self, *, until: datetime) -> None:
        """Deliver messages, always to the worker that has been free for longest, until then."""
        while self.queue.left and min(self.free_at) < until:
            worker = self.free_at.index(min(self.free_at))
            self.clock.at, job_id = self.queue.take(self.free_at[worker])
            job = self.worker.claim(job_id)
            if job is not None:
                self.worker.run(job, until=self.clock.now() + timedelta(minutes=5), reserve=timedelta(seconds=15))
            self.free_at[worker] = self.clock.now()


def waited(office: Office, second: int) -> timedelta:
    """How long a person's import of contacts waits that is started then."""
    office.desk.upload(csv_of(("Phone",), [(f"+49170{number:07d}",) for number in range(600)]))
    large = office.desk.start()
    began = NOON + timedelta(seconds=second)
    office.work(until=began)
    assert not office.desk.jobs.get(large.job_id).is_finished
    office.clock.at = began
    office.start_contacts("ann")
    office.work(until=began + 5 * MINUTE)
    return office.claimed["ann"] - began


@pytest.mark.parametrize("workers", [5, 20])
@pytest.mark.parametrize("second", range(10, 60, 10))
def test_an_import_of_contacts_is_claimed_within_a_minute_beside_ten_lanes_of_an_organization(workers, second):
    assert waited(Office(workers), second) <= MINUTE


def test_without_turns_it_would_wait_for_lanes_to_end():
    assert waited(Office(5, turn=timedelta(hours=1)), 10) > MINUTE
