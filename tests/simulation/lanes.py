"""Jobs that count side by side, each lane one at a time, in processes whose calls go wrong."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from chalicelib.books.job_kinds import contacts_kind
from chalicelib.foundation.dynamo import Dynamo, Write
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.counts import Outcomes
from chalicelib.jobs.job import Job, JobState, LedgerLine
from chalicelib.jobs.job_kinds import JobKind, JobKinds
from chalicelib.jobs.ledger import verify
from chalicelib.jobs.minute_schedule import RunSchedule
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.refusals import Replan
from chalicelib.jobs.rows import queue_key, to_job
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import Worker
from tests.fakes.dynamodb import FakeDynamo
from tests.fakes.executor import InlineExecutor
from tests.fakes.queue import FakeQueue
from tests.fakes.tables import empty_tables
from tests.simulation.faults import check_error
from tests.simulation.house import RESERVE
from tests.simulation.promises import lines_hold
from tests.simulation.traffic import Bystander, Client, Traffic
from tests.simulation.world import FOUR, Fault, Process, World

OWNER = "ada"
COUNT, GREET = "count", "greet"  # a job that touches its own alone, and one that changes the book
TOGETHER = 3  # numbers, or names, of one chunk
ODD, EVEN, BELOW = "odd", "even", "skipped"  # the last one is counted in a column that every job has
COUNTED = Outcomes.of((ODD, EVEN, BELOW))
KINDS = JobKinds([JobKind(COUNT, COUNTED, changes_book=False), contacts_kind(GREET)])
WRITES = ("update_item", "transact_write_items")
CALM = 4 * 3600.0  # seconds of virtual time in which everything must end


@dataclass
class Counting:
    """One history of counting jobs. A broken twin replaces `jobs_class`."""

    seed: int
    jobs_class: type[JobStore] = JobStore
    dynamo: FakeDynamo = field(default_factory=empty_tables)
    workers: list[Process] = field(default_factory=list)
    judged_writes: int = -1  # the number of writes at the last check

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.rate = self.chance.choice((0.0, 0.03, 0.06, 0.12))
        self.world, self.queue = World(self.chance), FakeQueue()
        self.traffic = Traffic(self.world, self.dynamo)
        self.dynamo.seconds = lambda: self.world.now
        self.store = self.parts(None)

    # ── what there is to do

    def create(self, kind: str, lane: str, size: int) -> Job:
        """One that counts up to `size`, or greets as many."""
        return self.store.create(NewJob(fresh_id(), OWNER, kind, {"size": size}, lane=lane))

    def parts(self, process: Process | None) -> JobStore:
        clock = self.world.clock() if process is None else process.clock
        client: Any = Bystander(self.traffic) if process is None else Client(process, self.traffic)
        dynamo = Dynamo(client, clock, random.Random(self.chance.random()))
        return self.jobs_class(dynamo, "jobs", clock, InlineExecutor(), shards=1, kinds=KINDS)

    def schedule(self) -> Process:
        """A process that runs the schedule once."""
        process = Process(self.world)

        def work() -> None:
            store = self.parts(process)
            steps = {COUNT: _counted, GREET: _greeting(store)}
            worker = Worker(store, steps, self.queue, process.clock, self.chance)
            schedule = RunSchedule(store, worker, self.queue, process.clock, InlineExecutor(), claim_limit=1)
            schedule(until=process.clock.now() + timedelta(minutes=10), reserve=RESERVE)

        process.begin(work)
        return process

    # ── what happens

    def run(self, workers: int, steps: int = 600) -> None:
        """So many workers at once, whose calls go wrong; then calm."""
        for _ in range(steps):
            while len(self.workers) < workers:
                self.workers.append(self.schedule())
            self._goes_on(self.chance.choice(self.workers), self._fault())
            if self.chance.random() < 0.01:
                self.world.now += self.chance.choice((1, 61, 300))
            if self.chance.random() < 0.01:
                self._cancel()
            if self.world.trace and self.world.trace[-1].partition(":")[0] in WRITES:
                self.holds()
        while self.workers:
            self._goes_on(self.chance.choice(self.workers), None)
        until = self.world.now + CALM
        while any(not job.is_finished for job in self.jobs()):
            assert self.world.now < until, f"stuck: {self.jobs()}"
            process = self.schedule()
            process.run()
            check_error(process.main.error)
            self.world.now += 60
        self.holds()

    def _goes_on(self, process: Process, fault: Fault | None) -> None:
        process.step(fault)
        if process.is_over:
            self.workers.remove(process)
            check_error(None if process.dead else process.main.error)

    def _fault(self) -> Fault | None:
        return self.chance.choice((*FOUR, Fault.REFUSED)) if self.chance.random() < self.rate else None

    def _cancel(self) -> None:
        self.traffic.end_all()
        live = [job for job in self.jobs() if not job.is_finished and job.kind == COUNT]
        if live:
            self.store.cancel(self.chance.choice(live).job_id)

    # ── what must be true

    def jobs(self) -> list[Job]:
        return [to_job(item, KINDS) for (_, sk), item in self.dynamo.tables["jobs"].items.items() if sk == "job"]

    def holds(self) -> None:
        """At every step: each lane has one job at most that may run, and what is counted is what is there.

        All of it is about what is stored, so it is checked again only when something was written.
        """
        if self.judged_writes == self.dynamo.writes:
            return
        jobs = self.jobs()
        lines_hold(self.store, jobs)
        held = Counter(job.lane for job in jobs if job.due is not None)
        assert max(held.values(), default=1) == 1, held
        for job in jobs:
            if job.kind == COUNT:
                assert verify(self.store, job).consistent
                assert self.marks(job) == list(range(job.counts.read)), job
        self.judged_writes = self.dynamo.writes

    def marks(self, job: Job) -> list[int]:
        """The numbers that this job wrote."""
        return sorted(int(sk) for pk, sk in self.dynamo.tables["contacts"].items if pk == job.job_id)

    def names(self) -> Counter[str]:
        """How many contacts of each name there are."""
        return Counter(item["name"]["S"] for item in self.dynamo.tables["contacts"].items.values() if "name" in item)

    def assert_all_is_done(self) -> None:
        """In the end, every job that was not canceled has finished, and no lane is left."""
        for job in self.jobs():
            if job.state is not JobState.CANCELED:
                assert job.state is JobState.COMPLETED, job
                assert job.kind == GREET or job.counts.read == job.details["size"], job
            assert not job.lane or queue_key(OWNER, job.lane) not in self.dynamo.tables["jobs"].items
        assert self.store.lanes(OWNER).jobs == frozenset()
        assert max(self.names().values(), default=1) == 1, self.names()


def _counted(run: Run) -> None:
    """One number after the other; each is written once, in the transaction that counts it."""
    size = run.job.details["size"]
    while not run.job.is_finished and not run.out_of_time():
        at = run.job.cursor or 0
        numbers = range(at, min(at + TOGETHER, size))
        writes = [_put(run.job.job_id, str(number), {"n": {"N": "1"}}) for number in numbers]
        outcomes = [BELOW if number < TOGETHER else ODD if number % 2 else EVEN for number in numbers]
        lines = [LedgerLine(str(number), outcome) for number, outcome in zip(numbers, outcomes, strict=True)]
        is_last = at + TOGETHER >= size
        state = JobState.COMPLETED if is_last else None
        run.commit(Progress(at + len(numbers), lines=lines, writes=writes, state=state))


def _greeting(store: JobStore) -> Any:
    """What an import does to a book: it reads who is there, and adds who is not."""
    fresh = count()

    def there(owner: str) -> Iterator[str]:
        answer = store.dynamo.query(
            TableName="contacts",
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"{owner}#00"}},
            ConsistentRead=True,
        )
        return (item["name"]["S"] for item in answer)

    def greeted(run: Run) -> None:
        while not run.job.is_finished and not run.out_of_time():
            at, size = run.job.cursor or 0, run.job.details["size"]
            known = set(there(run.job.owner))
            wanted = [f"n{number}" for number in range(at, min(at + TOGETHER, size))]
            new = [name for name in wanted if name not in known]
            writes = [
                _put(f"{run.job.owner}#00", f"{run.job.job_id}-{next(fresh)}-{name}", {"name": {"S": name}})
                for name in new
            ]
            lines = [LedgerLine(name, Outcome.CREATED if name in new else Outcome.UNCHANGED) for name in wanted]
            state = JobState.COMPLETED if at + TOGETHER >= size else None
            try:
                run.commit(Progress(at + len(wanted), lines=lines, writes=writes, state=state))
            except Replan:
                continue

    return greeted


def _put(pk: str, sk: str, more: dict[str, Any]) -> Write:
    item = {"pk": {"S": pk}, "sk": {"S": sk}, **more}
    return {"Put": {"TableName": "contacts", "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}
