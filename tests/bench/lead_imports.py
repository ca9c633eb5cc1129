"""Imports of files of leads over the embedded AWS."""

import csv
import io
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Any

from chalicelib.foundation.blobs import BucketBlobs
from chalicelib.foundation.clock import SystemClock
from chalicelib.foundation.dynamo import Dynamo
from chalicelib.foundation.executor import ThreadExecutor
from chalicelib.jobs.job import Job
from chalicelib.jobs.job_kinds import JobKinds
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import Step, Worker
from chalicelib.leads.channels.channels import Channels
from chalicelib.leads.importing.follow_import import FollowImports
from chalicelib.leads.importing.import_parts import ImportParts, Limits
from chalicelib.leads.importing.import_step import ImportStep
from chalicelib.leads.importing.job_kinds import LEAD_IMPORT, LEAD_IMPORT_LANE
from chalicelib.leads.importing.lane_step import LaneStep
from chalicelib.leads.importing.start_import import ImportRequest, StartImport
from chalicelib.leads.store.lead_store import LeadStore
from chalicelib.leads.undoing.job_kind import LEAD_UNDO
from chalicelib.leads.undoing.undo_imports import UndoImports
from chalicelib.leads.undoing.undo_step import UndoStep
from tests.bench.assembly import Machine
from tests.bench.resolving import KEYS
from tests.fakes.queue import FakeQueue

KEY = "imports/acme/leads.csv"
THREADS = 8
HEADERS = ("Phone", "Name", "E-mail", "City", "Plan", "Note")


def file_of(rows: int) -> bytes:
    """A file of people of whom no two are the same."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADERS)
    for number in range(rows):
        name, address = f"Maria Silva {number}", f"maria{number}@example.org"
        writer.writerow((f"+551198{number:07}", name, address, "São Paulo, SP", "gold", f"met at fair {number % 7}"))
    return text.getvalue().encode()


@dataclass
class Cost:
    """What a measured piece of work took."""

    wall: float
    cpu: float


def cost_of(work: Callable[[], object]) -> Cost:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


@dataclass
class LeadImporter:
    """Imports files by one worker in one lane."""

    machine: Machine
    #: gives the client of DynamoDB that is used in place of another one
    wrap: Callable[[Any], Any] = lambda client: client

    def __post_init__(self) -> None:
        machine, clock = self.machine, SystemClock()
        self.names = names = machine.fresh_names()
        self.client = self.wrap(machine.dynamodb())
        dynamo = Dynamo(self.client, clock, random.Random(1))
        self.jobs = JobStore(
            dynamo,
            names.jobs,
            clock,
            ThreadExecutor(4),
            shards=1,
            kinds=JobKinds([LEAD_IMPORT, LEAD_IMPORT_LANE, LEAD_UNDO]),
        )
        self.s3, self.bucket = machine.clients("s3"), names.bucket
        self.blobs, self.queue = BucketBlobs(self.s3, names.bucket, names.key_alias), FakeQueue()
        parts = ImportParts(
            jobs=self.jobs,
            leads=LeadStore(dynamo, names.leads, ThreadExecutor(THREADS)),
            blobs=lambda: self.blobs,
            channels=Channels({}, "US"),
            keys=lambda: KEYS,
            work_queue=self.queue,
            clock=clock,
            executor=ThreadExecutor(8),
            reading=ThreadExecutor(4),
            limits=Limits(lanes=1),
        )
        steps: dict[str, Step] = {
            LEAD_IMPORT.name: ImportStep(parts),
            LEAD_IMPORT_LANE.name: LaneStep(parts),
            LEAD_UNDO.name: UndoStep(parts),
        }
        self._start = StartImport(lambda: parts)
        self._undo = UndoImports(lambda: parts, FollowImports(lambda: parts), timedelta(days=30))
        self._worker = Worker(self.jobs, steps, self.queue, clock, random.Random(1))

    def upload(self, content: bytes | IO[bytes]) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=KEY, Body=content, ContentType="text/csv")

    def run(self) -> Job:
        """Import the file to its end. Waits of a second or two for the lanes are skipped."""
        job = self._start("acme", ImportRequest(KEY))
        self._work()
        done = self.jobs.get(job.job_id)
        if not done.is_finished or done.counts.read != done.estimate:
            raise RuntimeError(f"the import ended as {done.state}: {done.error} {done.counts}")
        return done

    def undo(self, imported: Job) -> Job:
        """Undo an import to its end."""
        started = self._undo.start("acme", imported.job_id).job
        self._work()
        done = self.jobs.get(started.job_id if started is not None else "")
        if done.counts["reversed"] != imported.counts["created"]:
            raise RuntimeError(f"the undo ended as {done.state}: {done.error} {done.counts}")
        return done

    def _work(self) -> None:
        until = SystemClock().now() + timedelta(hours=1)
        while self.queue.waiting:
            job_id = self.queue.waiting.pop(0)
            claimed = self.jobs.claim(job_id, f"bench-{time.perf_counter()}", until)
            if claimed is not None:
                self._worker.run(claimed, until=until, reserve=timedelta(seconds=15))

    def forget(self) -> None:
        """Delete what was stored, since the embedded AWS keeps everything in memory."""
        for table in (self.names.leads, self.names.jobs):
            self.machine.dynamodb().delete_table(TableName=table)


def seconds_importing(machine: Machine, content: bytes) -> float:
    importer = LeadImporter(machine)
    importer.upload(content)
    began = time.perf_counter()
    importer.run()
    return time.perf_counter() - began
