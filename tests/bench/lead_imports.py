"""Imports of files of leads over the embedded AWS, and what the same requests cost without the service."""

import csv
import io
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from chalicelib.foundation.blobs import BucketBlobs
from chalicelib.foundation.clock import SystemClock
from chalicelib.foundation.dynamo import Dynamo
from chalicelib.foundation.executor import ThreadExecutor
from chalicelib.jobs.job import Job
from chalicelib.jobs.job_kinds import JobKinds
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import Step, Worker
from chalicelib.leads.channels.channels import Channels
from chalicelib.leads.importing.import_parts import ImportParts, Limits
from chalicelib.leads.importing.import_step import ImportStep
from chalicelib.leads.importing.job_kinds import LEAD_IMPORT, LEAD_IMPORT_LANE
from chalicelib.leads.importing.lane_step import LaneStep
from chalicelib.leads.importing.start_import import ImportRequest, StartImport
from chalicelib.leads.store.lead_store import LeadStore
from tests.bench.assembly import Machine
from tests.bench.counting import CountingClient
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
class Kept(CountingClient):
    """Counts capacity, and keeps the requests about leads."""

    sent: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __getattr__(self, operation: str) -> Any:
        counted = super().__getattr__(operation)

        def kept(**request: Any) -> Any:
            if operation in ("batch_execute_statement", "batch_get_item"):
                self.sent.append((operation, dict(request)))
            if operation == "batch_get_item":
                self._add_reads(request["RequestItems"])
            return counted(**request)

        return kept

    def _add_reads(self, tables: dict[str, Any]) -> None:
        """The embedded AWS does not tell what a batch consumes: each item is smaller than a unit of 4 KB."""
        for each in tables.values():
            self.consumed["read"] += len(each["Keys"]) * (1 if each.get("ConsistentRead") else 0.5)  # type: ignore[assignment] # half units


@dataclass
class LeadImporter:
    """Imports files by one worker, one lane at a time."""

    machine: Machine
    lanes: int = 1
    count: bool = False
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        machine, clock = self.machine, SystemClock()
        names = machine.fresh_names()
        self.client = Kept(machine.dynamodb(), units=True) if self.count else machine.dynamodb()
        dynamo = Dynamo(self.client, clock, random.Random(1))
        self.jobs = JobStore(
            dynamo, names.jobs, clock, ThreadExecutor(4), shards=1, kinds=JobKinds([LEAD_IMPORT, LEAD_IMPORT_LANE])
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
            limits=Limits(lanes=self.lanes),
        )
        steps: dict[str, Step] = {LEAD_IMPORT.name: ImportStep(parts), LEAD_IMPORT_LANE.name: LaneStep(parts)}
        self._start = StartImport(lambda: parts)
        self._worker = Worker(self.jobs, steps, self.queue, clock, random.Random(1))

    def upload(self, content: bytes) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=KEY, Body=content, ContentType="text/csv")

    def run(self) -> Job:
        """Import the file to its end. Waits of a second or two for the lanes are skipped."""
        job = self._start("acme", ImportRequest(KEY))
        until = SystemClock().now() + timedelta(hours=1)
        while self.queue.waiting:
            job_id = self.queue.waiting.pop(0)
            claimed = self.jobs.claim(job_id, f"bench-{time.perf_counter()}", until)
            if claimed is not None:
                self._worker.run(claimed, until=until, reserve=timedelta(seconds=15))
        return self.jobs.get(job.job_id)


def send_again(client: Any, requests: Sequence[tuple[str, dict[str, Any]]], threads: int = THREADS) -> None:
    """Send the same requests by boto3 as it comes, several at once."""
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda each: getattr(client, each[0])(**each[1]), requests))


def elsewhere(requests: Sequence[tuple[str, dict[str, Any]]], table: str) -> list[tuple[str, dict[str, Any]]]:
    """The inserts of these requests, into another table."""
    moved = []
    for operation, request in requests:
        if operation == "batch_execute_statement":
            statements = [
                {**each, "Statement": f'INSERT INTO "{table}" VALUE' + each["Statement"].partition("VALUE")[2]}
                for each in request["Statements"]
            ]
            moved.append((operation, {"Statements": statements}))
    return moved


def read_rows(content: bytes) -> None:
    for _ in csv.reader(io.TextIOWrapper(io.BytesIO(content), "utf-8", newline="")):
        pass


def key_rows(content: bytes) -> None:
    """Merely find the normal form and the key of each row's number."""
    channels = Channels({}, "US")
    numbers = [line[:14].decode() for line in content.splitlines()[1:]]
    for number in numbers:
        KEYS.of("acme", channels.parse("whatsapp", number))


@dataclass
class Floors:
    """What importing a file costs at least: reading it, the keys, and the requests by boto3 as it comes."""

    new: Cost
    unchanged: Cost


def floors_of(machine: Machine, content: bytes) -> Floors:
    kept = LeadImporter(machine, count=True)
    kept.upload(content)
    kept.run()
    client, inserts = machine.dynamodb(), elsewhere(kept.client.sent, machine.fresh_names().leads)
    kept.client.sent.clear()
    kept.run()
    wanted = [(name, {"RequestItems": each["RequestItems"]}) for name, each in kept.client.sent]
    reading, keys = cost_of(lambda: read_rows(content)), cost_of(lambda: key_rows(content))
    looking, inserting = cost_of(lambda: send_again(client, wanted)), cost_of(lambda: send_again(client, inserts))
    unchanged = Cost(reading.wall + looking.wall, reading.cpu + keys.cpu + looking.cpu)
    return Floors(Cost(unchanged.wall + inserting.wall, unchanged.cpu + inserting.cpu), unchanged)
