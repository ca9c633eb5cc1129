"""The step of a job that imports what a source has sent into its owner's address book."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from chalicelib.books.change_book import BookChange, ChangeBook
from chalicelib.books.changes import POISON, Ending, PlannedChunk, ledger_lines
from chalicelib.books.chunk import Chunk, Limits, Result
from chalicelib.contacts.source_record import Incoming, LeftOut, Unreadable
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.memory import tune_memory
from chalicelib.foundation.outcomes import Outcome
from chalicelib.ingest.applied_store import AppliedStore
from chalicelib.ingest.arrival_store import ArrivalStore, FailedRecord
from chalicelib.ingest.batch import Batch, Batches, BatchGone, StillGathering
from chalicelib.ingest.combine_records import Applied, Step, combine
from chalicelib.ingest.contact_mapper import ContactMapper
from chalicelib.ingest.forget_sources import ForgetSources
from chalicelib.ingest.ingest_intake import IngestIntake
from chalicelib.ingest.job_kinds import IngestDetails
from chalicelib.ingest.received_records import received_records
from chalicelib.ingest.source import IngestSource, RecordRules
from chalicelib.ingest.source_store import SourceStore
from chalicelib.ingest.start_ingest import StartIngest
from chalicelib.jobs.chunk_cursor import ChunkCursor
from chalicelib.jobs.job import Job, JobState, ParkReason
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.tables.keys import INGEST_FAILED

MOST_UNKNOWN = 100  # names of fields that a job lists
_WRITTEN = (Outcome.CREATED, Outcome.UPDATED)


@dataclass(frozen=True)
class ImportRecords:
    """Runs such a job."""

    sources: SourceStore
    batches: Batches
    arrivals: ArrivalStore
    applied: AppliedStore
    #: makes the intake of a job
    intake: Callable[[IngestSource, RecordRules, str, Job | None, ContactMapper], IngestIntake]
    change_book: ChangeBook
    start: StartIngest
    forget: ForgetSources
    clock: Clock
    #: the country of phone numbers without a country code, if the source has none
    region: str

    def __call__(self, run: Run) -> None:
        tune_memory()
        source = self.sources.find(IngestDetails.of(run.job).source_id)
        if source is None or source.owner != run.job.owner:  # deleted meanwhile, perhaps while something arrived
            self.forget.sent(run.job.owner, IngestDetails.of(run.job).source_id)
            run.commit(Progress(run.job.cursor, state=JobState.COMPLETED))
            return
        try:
            batch = self.batches.take(run, source)
        except StillGathering as gathering:
            run.park(gathering.wait, ParkReason.LATER)
            return
        except BatchGone:
            run.fail("What the source had sent is no longer stored. Send it again.", "batch_gone")
            return
        if batch is None:
            self._settle(source)
            run.commit(Progress(run.job.cursor, state=JobState.COMPLETED))
            return
        self._import(run, source, batch)

    def _import(self, run: Run, source: IngestSource, batch: Batch) -> None:
        mapper = ContactMapper(batch.rules.fields, batch.rules.region or self.region)
        received = received_records(
            [(each.cells, milliseconds(each.received_at)) for each in batch.records], batch.rules, mapper
        )
        known = self.applied.find(source.source_id, [each.key for each in received])
        intake = self.intake(source, batch.rules, batch.tag, run.job, mapper)
        changes = _RecordChanges(self, run, source, intake, combine(received, known, **batch.rules.clears), known)
        changing: BookChange = self.change_book.begin(run, intake)
        end = changing.apply(changes, ChunkCursor.of(run.job.cursor))
        if end is None:
            return
        self._settle(source)
        unknown = {"unknown_fields": sorted(mapper.unknown)[:MOST_UNKNOWN]}
        state = JobState.PARTIAL if run.job.counts.failed else JobState.COMPLETED
        changing.end(Ending(state, end.cursor(), details=unknown))

    def _settle(self, source: IngestSource) -> None:
        """See that a job takes what has come meanwhile, or note that nothing waits."""
        gate = self.start.gates.get(source.source_id)
        if self.arrivals.is_waiting(source.source_id):
            self.start(source)
        elif gate.due is not None:
            self.start.gates.settle(gate)


@dataclass
class _RecordChanges:
    """The records of the batch as changes to the book."""

    parts: ImportRecords
    run: Run
    source: IngestSource
    intake: IngestIntake
    steps: Sequence[Step]
    #: what was applied before, by key
    known: Mapping[str, Applied]

    def plan(self, at: ChunkCursor, limits: Limits) -> PlannedChunk[ChunkCursor] | None:
        most = max(1, limits.contacts // 2)  # each record is noted beside its contact
        lines = min(limits.lines, most)
        steps = self.steps[at.at : at.at + lines]
        incoming = [self._incoming(at.at + number, step) for number, step in enumerate(steps)]
        return self._planned(at, incoming, replace(limits, contacts=most, lines=lines))

    def skip_poisoned(self, at: ChunkCursor) -> PlannedChunk[ChunkCursor] | None:
        poison = [Unreadable(step.key, POISON) for step in islice(self.steps, at.at, at.at + 1)]
        return self._planned(at, poison, Limits(lines=1))

    def _planned(
        self, at: ChunkCursor, incoming: Sequence[Incoming], limits: Limits
    ) -> PlannedChunk[ChunkCursor] | None:
        if not incoming:
            return None
        chunk = self.intake.plan(incoming, limits)
        return PlannedChunk(
            chunk,
            at.after(chunk.consumed),
            ledger_lines(chunk),
            extra_writes=self._beside(at.at, chunk),
            without_extra_writes=at,
            estimate=len(self.steps),
        )

    def _incoming(self, number: int, step: Step) -> Incoming:
        if step.skipped:
            return LeftOut(f"record#{number}", step.skipped)
        return self.intake.incoming(step, self.known.get(step.key, Applied()))

    def _beside(self, start: int, chunk: Chunk) -> list[Write]:
        """What is noted of each record of a chunk: that it was applied, or that it failed."""
        writes = []
        for number, result in enumerate(chunk.results, start):
            step = self.steps[number]
            if result.outcome is Outcome.FAILED:
                writes.append(self._failed(number, step, result))
            elif not step.skipped:
                writes.append(self.parts.applied.write(self.source.source_id, step.key, self._applied(step, result)))
        return writes

    def _applied(self, step: Step, result: Result) -> Applied:
        cells = self.intake.whole_cells.get(step.key)
        if cells is None or result.contact_id is None:
            return Applied(step.at, step.received, step.events)
        record_job = self.run.job.job_id if result.outcome in _WRITTEN else self.intake.job_of(step.key)
        return Applied(step.at, step.received, step.events, cells, record_job)

    def _failed(self, number: int, step: Step, result: Result) -> Write:
        now = self.parts.clock.now()
        failed_id = f"{self.run.job.job_id}-{number}"
        key = INGEST_FAILED.key(source_id=self.source.source_id, at=milliseconds(now), failed_id=failed_id)
        record: dict[str, Any] = {"cells": step.cells, "received": step.received}
        reason = result.reason or "unreadable"
        failed = FailedRecord(key, now, self.run.job.job_id, step.key, reason, record)
        return self.parts.arrivals.failed_write(failed)
