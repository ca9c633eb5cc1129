"""What keeping replaced words costs a run, with a bucket as far away as one in the same region."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from chalicelib.books.chunk import Replaced
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.replaced_words_store import KeptBlob, WordKeeper, WordStore
from chalicelib.books.status_store import StatusStore
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.foundation.executor import Executor, StartedTask
from chalicelib.foundation.ids import fresh_id
from chalicelib.jobs.job import Job
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.worker import Worker
from chalicelib.undoing.job_kinds import UNDO, UNDOES
from tests.bench import floors
from tests.bench.assembly import Importer, Machine
from tests.bench.bulk import Bulk
from tests.bench.counting import CountingClient

PUT_SECONDS = 0.03


@dataclass
class DistantBucket:
    """A bucket each of whose writes takes as long as one of S3."""

    written: int = 0

    def put(self, key: str, content: bytes) -> None:
        time.sleep(PUT_SECONDS)
        self.written += 1

    def find(self, key: str) -> Any:
        raise LookupError(key)


@dataclass
class Spent:
    """What a run spends on keeping words, in seconds."""

    cpu: float = 0.0
    waited: float = 0.0  #: until words were kept

    @contextmanager
    def on_cpu(self) -> Iterator[None]:
        began = time.thread_time()
        yield
        self.cpu += time.thread_time() - began


@dataclass(frozen=True)
class CountedTask:
    """Work of a thread; counts for how long somebody waits for it."""

    spent: Spent
    task: StartedTask[Any]

    def result(self, timeout: float | None = None) -> Any:
        began = time.perf_counter()
        try:
            return self.task.result(timeout)
        finally:
            self.spent.waited += time.perf_counter() - began


@dataclass(frozen=True)
class CountedThreads:
    """Threads whose work is counted."""

    spent: Spent
    threads: Executor

    def start(self, work: Callable[[], Any]) -> CountedTask:
        def counted() -> Any:
            with self.spent.on_cpu():
                return work()

        return CountedTask(self.spent, self.threads.start(counted))

    def all(self, works: Sequence[Callable[[], Any]]) -> list[Any]:
        return [task.result() for task in [self.start(work) for work in works]]


@dataclass
class CountedKeeper(WordKeeper):
    """A keeper whose own work is counted too."""

    spent: Spent = field(default_factory=Spent)

    def keep(self, replaced: Sequence[Replaced], *, changes_members: bool) -> KeptBlob | None:
        with self.spent.on_cpu():
            return super().keep(replaced, changes_members=changes_members)


@dataclass(frozen=True)
class CountedWords(WordStore):
    """Replaced words in a distant bucket."""

    spent: Spent = field(default_factory=Spent)

    def keeper(self, job: Job, statuses: StatusStore | None = None) -> WordKeeper:
        return CountedKeeper(self, job, self.fresh_id(), statuses, self.spent)


@dataclass(frozen=True)
class Replacing:
    """A bulk run that changes contacts of the book."""

    wall: float  #: seconds
    cpu: float  #: of this process
    spent: Spent  #: on keeping words

    def share_of(self, seconds: float) -> float:
        """What keeping words takes beside a run of this length, at most: some of it is done while the run waits."""
        return (self.spent.cpu + self.spent.waited) / seconds


def replace_words(machine: Machine, contacts: int, *, keeps: bool) -> Replacing:
    """Create this many contacts, and let another run change all of them."""
    spent = Spent()

    def words(store: ContactStore, executor: Executor) -> WordStore:
        return CountedWords(DistantBucket, store, CountedThreads(spent, executor), lambda owner: {}, spent=spent)

    runs = Bulk(machine, words if keeps else None)
    runs.create(contacts)
    spent.cpu = spent.waited = 0.0
    job, seconds, _ = runs.create(contacts, OnExisting.UPDATE)
    if job.counts.updated != contacts:
        raise RuntimeError(f"the run replaced something else: {job.counts}")
    return Replacing(seconds, runs.cpu_seconds, spent)


def replacing_pairs(machine: Machine, contacts: int, repeats: int) -> list[tuple[Replacing, Replacing]]:
    """Runs without keeping words, each with one that keeps them right before or after it, by turns."""
    pairs = []
    for number in range(repeats):
        runs = {keeps: replace_words(machine, contacts, keeps=keeps) for keeps in (number % 2 == 1, number % 2 == 0)}
        pairs.append((runs[False], runs[True]))
    return pairs


class NoConnections:
    """The accounts of the bench are not stored."""

    def find(self, owner: str, connection_id: str) -> None:
        """There is none."""


@dataclass(frozen=True)
class Undone:
    """One undo of an import of new contacts."""

    seconds: float  #: wall
    floor: float  #: the same deletions alone, with boto3 as it comes


def undo_import(machine: Machine, address: str) -> Undone:
    """Import an account, and undo that."""
    importer = Importer.of(machine, address, wrap=lambda client: CountingClient(client, keep=True))
    job, _, _ = importer.import_all()
    created = list(importer.client.transactions)
    importer.client.transactions.clear()
    shared, undo_id = importer.wiring.shared, fresh_id()
    importer.jobs.create(NewJob(undo_id, job.owner, UNDO.name, {UNDOES: job.job_id}))
    connections: Any = NoConnections()
    steps = {UNDO.name: replace(importer.wiring.undoing.undo_run, connections=connections)}
    worker = Worker(shared.jobs, steps, shared.work_queue, shared.clock, shared.chance)
    began = time.perf_counter()
    claimed = worker.claim(undo_id)
    if claimed is None:
        raise RuntimeError("the undo could not be claimed")
    worker.run(claimed, until=shared.clock.now() + timedelta(minutes=14), reserve=timedelta(seconds=15))
    seconds, done = time.perf_counter() - began, importer.jobs.get(undo_id)
    if done.counts.removed != job.counts.created:
        raise RuntimeError(f"the undo ended as {done.state}: {done.error} {done.counts}")
    return Undone(seconds, floors.take_away(machine, created, importer.client.transactions))
