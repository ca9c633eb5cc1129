"""The same import by one lane and by several, over a store in memory each of whose requests takes 10 ms.

Nothing else limits the lanes: requests do not wait for each other, and work takes no time (`simulated_time.py`).
"""

import csv
import io
import random
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from chalicelib.foundation.dynamo import Dynamo
from chalicelib.jobs.job import Job
from chalicelib.jobs.job_kinds import JobKinds
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import Step, Worker
from chalicelib.leads.channels.channels import Channels
from chalicelib.leads.importing.import_details import LaneDetails, Work
from chalicelib.leads.importing.import_parts import ImportParts, Limits
from chalicelib.leads.importing.import_step import ImportStep
from chalicelib.leads.importing.job_kinds import LEAD_IMPORT, LEAD_IMPORT_LANE
from chalicelib.leads.importing.lane_step import LaneStep
from chalicelib.leads.importing.lanes import WakeImport, lanes_of_import
from chalicelib.leads.importing.start_import import ImportRequest, StartImport
from chalicelib.leads.parts import BLOCKS_READ_AT_ONCE, PREPARING_AND_COMMITTING
from chalicelib.leads.store.lead_store import LeadStore
from chalicelib.shared_parts import CONCURRENT_READS
from tests.bench.lead_imports import KEY
from tests.bench.resolving import KEYS
from tests.bench.simulated_time import Distant, SimulatedExecutor, SimulatedTime
from tests.fakes.blobs import FakeBlobs
from tests.fakes.queue import FakeQueue
from tests.fakes.tables import empty_tables

TWO_IDENTITIES = ("WhatsApp", "Telegram ID", "Name", "E-mail")
REQUEST_SECONDS = 0.01
LOOK_SECONDS = 0.02  # a worker without a job waits so long before it looks for one again


def file_of_two_identities(rows: int) -> bytes:
    """A file of people with two identities each, of whom one in a hundred shares one with another."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(TWO_IDENTITIES)
    for number in range(rows):
        account = 10_000_000 + (number if number % 100 else max(0, number - 50))
        writer.writerow((f"+551198{number:07}", account, f"Maria Silva {number}", f"maria{number}@example.org"))
    return text.getvalue().encode()


@dataclass
class DistantImport:
    """Imports one file by as many workers as lanes, each with threads of its own, as in a Lambda function."""

    lanes: int
    time: SimulatedTime = field(default_factory=SimulatedTime)
    #: from when to when lanes were at work
    lanes_worked: list[tuple[float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._store, self._blobs = empty_tables(), FakeBlobs()

    def run(self, content: bytes) -> None:
        """Import the file; afterwards `time` tells how long that took."""
        self._blobs.put(KEY, content)
        parts = self._parts()
        job = StartImport(lambda: parts)("acme", ImportRequest(KEY))
        workers = [self.time.start(partial(self._work, job.job_id)) for _ in range(self.lanes)]
        for worker in workers:
            worker.result()
        done = parts.jobs.get(job.job_id)
        lanes = [job for job in lanes_of_import(parts.jobs, done) if LaneDetails.of(job).work is not Work.DEFERRED]
        if len(lanes) != self.lanes:
            raise RuntimeError(f"the file was imported by {len(lanes)} lanes")

    @property
    def seconds_of_lanes(self) -> float:
        """From the beginning of the first one to the end of the last one."""
        return max(ended for _, ended in self.lanes_worked) - min(began for began, _ in self.lanes_worked)

    def _parts(self) -> ImportParts:
        """Those of one worker."""
        client = Distant(self._store, self.time, REQUEST_SECONDS)
        dynamo, kinds = Dynamo(client, self.time, random.Random(1)), JobKinds([LEAD_IMPORT, LEAD_IMPORT_LANE])
        reads = SimulatedExecutor(self.time, CONCURRENT_READS)
        blobs: Any = Distant(self._blobs, self.time, REQUEST_SECONDS)
        return ImportParts(
            jobs=JobStore(dynamo, "jobs", self.time, reads, shards=1, kinds=kinds),
            leads=LeadStore(dynamo, "leads", reads),
            blobs=lambda: blobs,
            channels=Channels({}, "US"),
            keys=lambda: KEYS,
            work_queue=FakeQueue(),
            clock=self.time,
            executor=SimulatedExecutor(self.time, PREPARING_AND_COMMITTING),
            reading=SimulatedExecutor(self.time, BLOCKS_READ_AT_ONCE),
            limits=Limits(lanes=self.lanes, smallest_range=1),
        )

    def _work(self, import_id: str) -> None:
        parts = self._parts()
        steps: dict[str, Step] = {LEAD_IMPORT.name: ImportStep(parts), LEAD_IMPORT_LANE.name: LaneStep(parts)}
        wake_import = WakeImport(parts)

        def after(job: Job) -> None:
            if job.kind == LEAD_IMPORT_LANE.name:
                wake_import(job)

        worker = Worker(parts.jobs, steps, parts.work_queue, self.time, random.Random(1), on_finished=after)
        while not parts.jobs.get(import_id).is_finished:
            claims = map(worker.claim, parts.jobs.due(self.time.now(), limit=20))
            job = next(filter(None, claims), None)
            if job is None:
                self.time.sleep(LOOK_SECONDS)
                continue
            began = self.time.seconds
            worker.run(job, until=self.time.now() + timedelta(minutes=14), reserve=timedelta(seconds=15))
            if job.kind == LEAD_IMPORT_LANE.name:
                self.lanes_worked.append((began, self.time.seconds))
