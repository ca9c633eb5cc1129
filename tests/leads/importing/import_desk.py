"""Imports of leads over one DynamoDB in memory, run by the job engine to their end."""

import csv
import io
import random
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.dynamo import Dynamo
from chalicelib.foundation.executor import Executor, ThreadExecutor
from chalicelib.jobs.job import Job
from chalicelib.jobs.job_kinds import JobKinds
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import Step, Worker
from chalicelib.leads.channels.channels import Channels
from chalicelib.leads.erasing.clean_imports import CleanImports
from chalicelib.leads.erasing.erase_leads import EraseLeads
from chalicelib.leads.erasing.erasure_job import LEAD_ERASURE
from chalicelib.leads.importing.follow_import import FollowImports
from chalicelib.leads.importing.forget_lead import ForgetLead
from chalicelib.leads.importing.import_parts import ImportParts, Limits
from chalicelib.leads.importing.import_step import ImportStep
from chalicelib.leads.importing.job_kinds import LEAD_IMPORT, LEAD_IMPORT_LANE
from chalicelib.leads.importing.lane_step import LaneStep
from chalicelib.leads.importing.lanes import WakeImport
from chalicelib.leads.importing.result_blobs import folder_of
from chalicelib.leads.importing.start_import import ImportRequest, StartImport
from chalicelib.leads.lead import Lead
from chalicelib.leads.managing.change_leads import ChangeLeads
from chalicelib.leads.store.lead_rows import to_entry
from chalicelib.leads.store.lead_store import LeadStore
from chalicelib.leads.undoing.job_kind import LEAD_UNDO
from chalicelib.leads.undoing.undo_imports import UndoImports
from chalicelib.leads.undoing.undo_step import UndoStep
from tests.fakes.blobs import FakeBlobs
from tests.fakes.clock import FixedClock
from tests.fakes.executor import InlineExecutor, UnnestedExecutor
from tests.fakes.queue import FakeQueue
from tests.fakes.tables import empty_tables
from tests.leads.listed_shards import check_shards_are_listed, items_of, lead_items
from tests.leads.making import KEYS

KEY = "imports/acme/contacts.csv"
SMALL = Limits(smallest_range=200, block=64, chunk_rows=5)


@dataclass
class ImportDesk:
    """Imports files of the organization acme.

    Args:
        resting: the clock of the waits for DynamoDB. They do not move `clock`, by which leases run out.
    """

    client: Any = field(default_factory=empty_tables)
    limits: Limits = SMALL
    clock: FixedClock = field(default_factory=FixedClock)
    blobs: Any = field(default_factory=FakeBlobs)
    jobs_table: str = "jobs"
    leads_table: str = "leads"
    executor: Executor = field(default_factory=UnnestedExecutor)
    reading: Executor = field(default_factory=UnnestedExecutor)
    resting: Clock = field(default_factory=FixedClock)
    queue: Any = field(default_factory=FakeQueue)
    channels: Channels = field(default_factory=lambda: Channels({}, "US"))

    def __post_init__(self) -> None:
        dynamo = Dynamo(self.client, self.resting, random.Random(3))
        kinds = JobKinds([LEAD_IMPORT, LEAD_IMPORT_LANE, LEAD_ERASURE, LEAD_UNDO])
        self.jobs = JobStore(dynamo, self.jobs_table, self.clock, InlineExecutor(), shards=1, kinds=kinds)
        self.leads = LeadStore(dynamo, self.leads_table, self._threads())
        self.parts = ImportParts(
            jobs=self.jobs,
            leads=self.leads,
            blobs=lambda: self.blobs,
            channels=self.channels,
            keys=lambda: KEYS,
            work_queue=self.queue,
            clock=self.clock,
            executor=self.executor,
            reading=self.reading,
            limits=self.limits,
        )
        self.start_import = StartImport(lambda: self.parts)
        self.undo = UndoImports(lambda: self.parts, FollowImports(lambda: self.parts), timedelta(days=30))
        self.change = ChangeLeads(self.leads, self.clock)
        self.erase = EraseLeads(self.change, lambda _: [], lambda _: None, self.jobs, self.queue)
        steps: dict[str, Step] = {
            LEAD_IMPORT.name: ImportStep(self.parts),
            LEAD_IMPORT_LANE.name: LaneStep(self.parts),
            LEAD_UNDO.name: UndoStep(self.parts),
            LEAD_ERASURE.name: CleanImports(ForgetLead(self.parts), self.clock),
        }
        self.worker = Worker(self.jobs, steps, self.queue, self.clock, random.Random(3), on_finished=self._after_job)

    def _after_job(self, job: Job) -> None:
        if job.kind == LEAD_IMPORT_LANE.name:
            WakeImport(self.parts)(job)

    def _threads(self) -> Executor:
        """For the store: others wait for it, so it must not share their threads."""
        return InlineExecutor() if isinstance(self.executor, InlineExecutor) else ThreadExecutor(8)

    def upload(self, content: str | bytes, key: str = KEY) -> None:
        self.blobs.put(key, content.encode() if isinstance(content, str) else content)

    def start(self, content: str | bytes | None = None, **request: Any) -> Job:
        if content is not None:
            self.upload(content)
        return self.start_import("acme", ImportRequest(**{"key": KEY, **request}))

    def run(self, job: Job, *, between: Callable[[], None] = lambda: None, workers: int = 1) -> Job:
        """Work on all jobs until this one has ended, with so many workers at once.

        The clock advances only while none of them works, so that how fast they are decides about no lease.
        """
        with ThreadPoolExecutor(workers) as pool:
            for _ in range(2_000):
                if self.jobs.get(job.job_id).is_finished:
                    return self.jobs.get(job.job_id)
                between()
                due = self.jobs.due(self.clock.now(), limit=20)
                if not due:
                    self.clock.advance(seconds=1)
                for worked in [pool.submit(self._work_on, due) for _ in range(workers)]:
                    worked.result()
        raise AssertionError(f"stuck: {self.jobs.get(job.job_id)}")

    def _work_on(self, due: Sequence[str]) -> None:
        """What one worker does: run those of the jobs that it gets a lease of."""
        for job_id in due:
            claimed = self.worker.claim(job_id)
            if claimed is not None:
                until = self.clock.now() + timedelta(minutes=10)
                self.worker.run(claimed, until=until, reserve=timedelta(seconds=15))

    def imported(self, content: str | bytes, **request: Any) -> Job:
        return self.run(self.start(content, **request))

    def result(self, job: Job, outcome: str) -> list[dict[str, str]]:
        """The rows of a result file."""
        content = self.blobs.find(f"{folder_of('acme', job.job_id)}results/{outcome}.csv") or b""
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))

    def all_leads(self) -> list[Lead]:
        items = items_of(self.client, self.leads_table)
        check_shards_are_listed(items)
        entries = [to_entry("acme", item) for item in lead_items(items)]
        return sorted((each.lead for each in entries if each.lead is not None), key=lambda lead: lead.id)

    def by_form(self) -> Mapping[str, Lead]:
        """All leads by the normal form of their first identity."""
        return {lead.identities[0].form: lead for lead in self.all_leads()}


def with_limits(**limits: Any) -> ImportDesk:
    return ImportDesk(limits=replace(SMALL, **limits))


def csv_of(headers: Sequence[str], rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows([headers, *rows])
    return text.getvalue()
