"""What became of the last records of a source, and those that failed, which can be tried again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.foundation.clock import Clock
from chalicelib.ingest.arrival_store import ArrivalStore, FailedRecord
from chalicelib.ingest.batch import Batches, BatchGone, batch_name
from chalicelib.ingest.gate_store import GateStore
from chalicelib.ingest.record_cells import Cells
from chalicelib.ingest.source import IngestSource
from chalicelib.ingest.start_ingest import StartIngest
from chalicelib.jobs.job import Job, LedgerLine
from chalicelib.jobs.store import JobStore

MOST_SHOWN = 100  # records
MOST_FAILED = 100  # that are tried again at once


@dataclass(frozen=True, slots=True)
class FollowedRecord:
    """A record, and what became of it."""

    job_id: str
    received_at: datetime
    cells: Cells
    #: None while its job has not come to it
    outcome: str | None = None
    reason: str | None = None
    contact_id: str | None = None
    lead_id: str | None = None
    #: of leads: the import that it is a row of
    import_id: str | None = None


@dataclass(frozen=True)
class FollowRecords:
    """The use cases of looking at a source."""

    jobs: JobStore
    batches: Batches
    gates: GateStore
    arrivals: ArrivalStore
    start: StartIngest
    clock: Clock
    #: what became of the records of a job, in their order, as far as it has come to them
    lines_of: Callable[[Job], list[LedgerLine]]

    def last(self, source: IngestSource, limit: int = MOST_SHOWN) -> list[FollowedRecord]:
        """The last records that a job has taken, the latest first."""
        found: list[FollowedRecord] = []
        for job_id in reversed(self.gates.get(source.source_id).recent):
            if len(found) >= limit:
                break
            job = self.jobs.find(job_id)
            if job is not None and batch_name(job):
                found += reversed(list(self._records(source, job)))
        return found[:limit]

    def unknown_fields(self, source: IngestSource) -> list[str]:
        """The fields of the last records that nobody knows, and that became custom fields."""
        jobs = self.jobs.get_many(list(self.gates.get(source.source_id).recent))
        return sorted({name for job in jobs.values() for name in job.details.get("unknown_fields", ())})

    def last_envelope(self, source: IngestSource) -> str:
        """How the last request was wrapped; "" before the first one."""
        return self.gates.get(source.source_id).envelope

    def failed(self, source: IngestSource) -> list[FailedRecord]:
        """The records that could not be imported, the latest first."""
        return self.arrivals.failed(source.source_id)

    def try_again(self, source: IngestSource) -> tuple[int, str | None]:
        """Let the failed records wait again, the oldest first; returns how many, and the job that takes them."""
        now, count = self.clock.now(), 0
        for failed in self.arrivals.failed(source.source_id, limit=MOST_FAILED, oldest_first=True):
            count += self.arrivals.try_again(source.owner, source.source_id, failed, now)
        return count, self.start(source) if count else None

    def _records(self, source: IngestSource, job: Job) -> Iterator[FollowedRecord]:
        """The records of a job; of leads, without what they said once it has ended."""
        lines = self.lines_of(job)
        try:
            batch = self.batches.get(source.owner, source.source_id, batch_name(job))
            records = [(each.received_at, each.cells) for each in batch.records]
        except BatchGone:
            records = [(job.created_at, {}) for _ in lines]
        for number, (received_at, cells) in enumerate(records):
            record = FollowedRecord(job.job_id, received_at, cells, import_id=job.details.get("import_id") or None)
            yield _told(record, lines[number], source) if number < len(lines) else record


def _told(record: FollowedRecord, line: LedgerLine, source: IngestSource) -> FollowedRecord:
    """The record with what became of it."""
    told = replace(record, outcome=str(line.outcome), reason=line.reason)
    is_contact = source.organization is None
    return replace(told, contact_id=line.contact_id) if is_contact else replace(told, lead_id=line.contact_id)


def ledger_of(jobs: JobStore) -> Callable[[Job], list[LedgerLine]]:
    """The lines of a job that imports contacts: one for each record of its batch, in their order."""
    return lambda job: [line for chunk in jobs.ledger(job) for line in chunk.lines]
