"""The step of a job that imports what a source has sent into the leads of an organization.

It starts an import of leads, waits for it, and notes what became of each record. One import of a source runs at a time,
so that its records are applied in their order. The batch is deleted then: what an import keeps of a lead is in its own
results, which an erasure of the lead cleans.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.errors import CallerError
from chalicelib.foundation.ids import id_of
from chalicelib.ingest.applied_store import AppliedStore
from chalicelib.ingest.arrival_store import ArrivalStore, FailedRecord
from chalicelib.ingest.batch import Batch, Batches, BatchGone, StillGathering, batch_name
from chalicelib.ingest.chosen_fields import chosen_target
from chalicelib.ingest.combine_records import MOST_EVENTS, REPEATED, STALE, Applied, Received, Step, combine
from chalicelib.ingest.forget_sources import ForgetSources
from chalicelib.ingest.job_kinds import IngestDetails
from chalicelib.ingest.lead_imports import DUPLICATE, LeadImports, LeadLine
from chalicelib.ingest.record_cells import Cells
from chalicelib.ingest.record_reader import identity_of
from chalicelib.ingest.source import IngestSource, RecordRules
from chalicelib.ingest.source_store import SourceStore
from chalicelib.ingest.start_ingest import StartIngest
from chalicelib.jobs.job import JobState, LedgerLine, ParkReason
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.tables.keys import INGEST_FAILED

WAIT = timedelta(seconds=2)  # for the import, or for another one of the source
AT_ONCE = 40  # records of one commit; each has a note beside its line
MOST_UNKNOWN = 100  # names of fields that a job lists
IN_NEXT_JOB = "in_next_job"  # the reason of a record whose lead an earlier one of the batch has changed
NOT_IMPORTED = "not_imported"  # of one that the import says nothing about, since it failed or was canceled
NO_IDENTITY = "no_identity"
SKIPPED, FAILED = "skipped", "failed"


@dataclass(frozen=True)
class ImportLeads:
    """Runs such a job."""

    sources: SourceStore
    batches: Batches
    arrivals: ArrivalStore
    applied: AppliedStore
    imports: LeadImports
    start: StartIngest
    forget: ForgetSources
    clock: Clock

    def __call__(self, run: Run) -> None:
        source = self.sources.find(IngestDetails.of(run.job).source_id)
        if source is None or source.owner != run.job.owner or source.organization is None:
            self.forget.sent(run.job.owner, IngestDetails.of(run.job).source_id)
            run.commit(Progress(run.job.cursor, state=JobState.COMPLETED))
            return
        if not self._is_next(source, run):
            run.park(WAIT, ParkReason.LATER)
            return
        try:
            batch = self.batches.take(run, source)
        except StillGathering as gathering:
            self._let_go(source, run)
            run.park(gathering.wait, ParkReason.LATER)
            return
        except BatchGone:
            self._let_go(source, run)
            run.fail("What the source had sent is no longer stored. Send it again.", "batch_gone")
            return
        if batch is None:
            self._end(run, source, {})
        else:
            _LeadRun(self, run, source, source.organization, batch)()

    def _is_next(self, source: IngestSource, run: Run) -> bool:
        """Whether no other job of the source imports its records; from then on none does before this one ends."""
        gates, own_id = self.start.gates, run.job.job_id
        holder = gates.hold(source.source_id, own_id)
        other = None if holder == own_id else self.start.jobs.find(holder)
        if holder != own_id and (other is None or other.is_finished):
            gates.let_go(source.source_id, holder)
            holder = gates.hold(source.source_id, own_id)
        return holder == own_id

    def _end(self, run: Run, source: IngestSource, details: Mapping[str, Any]) -> None:
        self._let_go(source, run)
        gate = self.start.gates.get(source.source_id)
        if self.arrivals.is_waiting(source.source_id):
            self.start(source)
        elif gate.due is not None:
            self.start.gates.settle(gate)
        state = JobState.PARTIAL if run.job.counts.failed else JobState.COMPLETED
        run.commit(Progress(run.job.cursor, state=state, details=details))

    def _let_go(self, source: IngestSource, run: Run) -> None:
        self.start.gates.let_go(source.source_id, run.job.job_id)


class _LeadRun:
    """One claim of a job that has taken records."""

    def __init__(self, parts: ImportLeads, run: Run, source: IngestSource, organization: str, batch: Batch) -> None:
        self._parts, self._run, self._source, self._organization = parts, run, source, organization
        self._batch, self._rules = batch, batch.rules
        self._columns = lead_columns(parts.imports, [each.cells for each in batch.records], batch.rules)
        self._received = [self._read(each.cells, milliseconds(each.received_at)) for each in batch.records]
        self._known = parts.applied.find(source.source_id, [each.key for each in self._received])

    def __call__(self) -> None:
        run = self._run
        if "import_id" not in run.job.details and not self._start():
            return
        import_id = run.job.details["import_id"]
        lines = self._parts.imports.lines(self._organization, import_id) if import_id else {}
        if lines is None:
            run.park(WAIT, ParkReason.LATER)
            return
        self._note(lines)
        if run.job.is_finished or run.out_of_time():
            return
        self._parts.batches.delete(self._source.owner, self._source.source_id, batch_name(run.job))
        unknown = sorted(self._columns.unknown)[:MOST_UNKNOWN]
        self._parts._end(run, self._source, {"unknown_fields": unknown})

    def _start(self) -> bool:
        """Start the import; what is left out of it is noted, so that every claim counts the same rows."""
        steps = combine(self._received, self._known)
        left_out = {str(number): step.skipped for number, step in enumerate(steps) if step.skipped in (REPEATED, STALE)}
        rows = [step.cells for step in _settled(self._received, left_out) if not step.skipped]
        import_id = ""
        if rows and self._columns.has_identity:
            try:
                import_id = self._import(rows)
            except CallerError as refused:
                self._parts._let_go(self._source, self._run)
                self._run.fail(refused.detail, refused.slug)
                return False
        self._run.commit(Progress({"at": 0}, details={"import_id": import_id, "left_out": left_out}))
        return True

    def _import(self, rows: Sequence[Cells]) -> str:
        name = batch_name(self._run.job)
        wanted = {**lead_rules(self._rules), "on_existing": self._rules.on_existing, "tags": [self._batch.tag]}
        return self._parts.imports.start(self._organization, name, self._columns, rows, **wanted, dry_run=False)

    def _note(self, lines: Mapping[int, LeadLine]) -> None:
        """Note what became of the records, from the position of the job on."""
        run = self._run
        steps = _settled(self._received, run.job.details["left_out"])
        rows = [number for number, step in enumerate(steps) if not step.skipped]
        row_of = {number: row for row, number in enumerate(rows)}
        while (at := run.job.cursor["at"]) < len(steps) and not run.out_of_time():
            chunk = list(enumerate(steps))[at : at + AT_ONCE]
            noted = [self._line(number, step, lines.get(row_of.get(number, -1))) for number, step in chunk]
            writes = [self._write(number, step, line) for (number, step), line in zip(chunk, noted, strict=True)]
            run.commit(
                Progress(
                    {"at": at + len(chunk)},
                    lines=noted,
                    extra_writes=[each for each in writes if each is not None],
                    estimate=len(steps),
                )
            )

    def _line(self, number: int, step: Step, line: LeadLine | None) -> LedgerLine:
        if step.skipped:
            return LedgerLine(f"record#{number}", SKIPPED, None, step.skipped)
        if not self._columns.has_identity:
            return LedgerLine(step.key, FAILED, None, NO_IDENTITY)
        if line is None:
            return LedgerLine(step.key, FAILED, None, NOT_IMPORTED)
        reason = IN_NEXT_JOB if line.reason == DUPLICATE else line.reason or None
        return LedgerLine(step.key, line.outcome, next(iter(line.lead_ids), None), reason)

    def _write(self, number: int, step: Step, line: LedgerLine) -> Write | None:
        """What is noted beside a line: that a record was applied or has failed, or that it waits again."""
        parts, source_id, now = self._parts, self._source.source_id, self._parts.clock.now()
        if step.skipped:
            return None
        record = {"cells": step.cells, "received": step.received}
        if line.reason == IN_NEXT_JOB:
            arrival_id = id_of("next", self._run.job.job_id, str(number))
            return parts.arrivals.arrival_write(source_id, arrival_id, record, now)
        if line.outcome == FAILED:
            failed_id = f"{self._run.job.job_id}-{number}"
            key = INGEST_FAILED.key(source_id=source_id, at=milliseconds(now), failed_id=failed_id)
            reason = line.reason or NOT_IMPORTED
            failed = FailedRecord(key, now, self._run.job.job_id, step.key, reason, record)
            return parts.arrivals.failed_write(failed)
        before = self._known.get(step.key, Applied())
        events = tuple(dict.fromkeys((*before.events, *step.events)))[-MOST_EVENTS:]
        at = before.at if step.at is None else step.at
        return parts.applied.write(source_id, step.key, Applied(at, step.received, events))

    def _read(self, cells: Cells, received: int) -> Received:
        identity = identity_of(cells, self._rules)
        key = identity.record_id or self._parts.imports.key(
            self._organization, self._columns, cells, **lead_rules(self._rules)
        )
        return Received(key or id_of(repr(sorted(cells.items()))), cells, received, identity.event_id, identity.at)


def lead_columns(imports: LeadImports, records: Sequence[Cells], rules: RecordRules) -> Any:
    """What the fields of these records become."""
    said = [identity_of(cells, rules).fields for cells in records]
    chosen: dict[str, str | None] = {}
    for cells, own in zip(records, said, strict=True):
        for name in cells:
            target = chosen_target(name, rules.fields)
            chosen.setdefault(name, "" if target is None and name in own else target)
    return imports.columns(chosen, rules.channel)


def lead_rules(rules: RecordRules) -> dict[str, Any]:
    """How identities are read."""
    return {"channel": rules.channel, "scope": rules.scope or None, "region": rules.region or None}


def _settled(received: Sequence[Received], left_out: Mapping[str, str]) -> list[Step]:
    """The steps of a batch whose repeated and stale records are known."""
    open_records = [each for number, each in enumerate(received) if str(number) not in left_out]
    steps = iter(combine(open_records, {}))
    return [
        Step(each.key, left_out[str(number)]) if str(number) in left_out else next(steps)
        for number, each in enumerate(received)
    ]
