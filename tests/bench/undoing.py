"""What keeping replaced words costs a run, with a bucket as far away as one in the same region."""

import time
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from chalicelib.contacts.on_existing import OnExisting
from chalicelib.foundation.ids import fresh_id
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


def replacing_seconds(machine: Machine, contacts: int, *, keeps: bool) -> float:
    """Wall seconds of a bulk run that changes this many contacts of the book."""
    runs = Bulk(machine, DistantBucket() if keeps else None)
    runs.create(contacts)
    job, seconds, _ = runs.create(contacts, OnExisting.UPDATE)
    if job.counts.updated != contacts:
        raise RuntimeError(f"the run replaced something else: {job.counts}")
    return seconds


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
