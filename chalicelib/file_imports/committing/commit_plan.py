"""The step that commits a plan: it does with each row what the plan says, and counts what was done.

A row whose contact was changed since the plan is judged again; its line in the ledger says so. Nothing is done with a
row that the plan takes for a conflict, skips or refuses.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

from chalicelib.books.change_book import BookChange, ChangeBook
from chalicelib.books.changes import POISON, Ending, PlannedChunk
from chalicelib.books.chunk import Limits, Result
from chalicelib.collections.added_members import AddedMembers
from chalicelib.collections.collection_store import CollectionStore
from chalicelib.contacts.source_record import Incoming, LeftOut, Unreadable
from chalicelib.file_imports.committing.commit_results import CommitResults, ResultKeeper
from chalicelib.file_imports.committing.file_cursor import FileCursor
from chalicelib.file_imports.job_kinds import FileOutcome
from chalicelib.file_imports.planning.file_intake import CONFLICT, FileIntake
from chalicelib.file_imports.planning.import_rows_reader import ImportRowReader
from chalicelib.file_imports.planning.intakes import FileIntakes
from chalicelib.file_imports.planning.kept_beside import KEPT_BESIDE
from chalicelib.file_imports.planning.plan_rows import TAKEN, FileRow, PlannedRow, RowOutcome
from chalicelib.file_imports.planning.repeated_rows import with_key
from chalicelib.file_imports.planning.rows_by_key import keep_rows_by_key
from chalicelib.file_imports.storing.file_import import FileImport, FileImportState
from chalicelib.file_imports.storing.import_files import BLOCK_ROWS, ImportFiles, gone_name, plan_name
from chalicelib.file_imports.storing.import_store import FileImportStore
from chalicelib.foundation.executor import Task
from chalicelib.foundation.memory import tune_memory
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import JobState, LedgerLine
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore

NOT_ADDED = (
    "not_added_to_collection"  # the reason of a contact that was stored only, since the permission was withdrawn
)
CHANGED_SINCE = "changed_since_plan"  # the reason of a row that was judged again, and differently
_OUTCOMES = {
    RowOutcome.NEW: FileOutcome.CREATED,
    RowOutcome.UPDATE: FileOutcome.UPDATED,
    RowOutcome.UNCHANGED: FileOutcome.UNCHANGED,
    RowOutcome.CONFLICT: FileOutcome.CONFLICT,
    RowOutcome.SKIPPED: FileOutcome.SKIPPED,
    RowOutcome.INVALID: FileOutcome.FAILED,
}
_KEPT = frozenset((FileOutcome.CREATED, FileOutcome.UPDATED, FileOutcome.UNCHANGED))
_DONE: Mapping[Outcome, FileOutcome] = {each: FileOutcome(each.value) for each in Outcome}


@dataclass(frozen=True)
class CommitPlan:
    """Runs the jobs that commit plans."""

    imports: FileImportStore
    files: ImportFiles
    jobs: JobStore
    change_book: ChangeBook
    results: CommitResults
    collections: CollectionStore
    intakes: FileIntakes
    #: The default country of phone numbers without a country code.
    region: str

    def __call__(self, run: Run) -> None:
        tune_memory()
        found = self.imports.get(run.job.owner, str(run.job.details["import_id"]))
        plan_id = str(run.job.details["plan_id"])
        if not run.job.chunk:
            keep_rows_by_key(self.files, found, plan_id)
        reader = ImportRowReader(self.files, found, self.region)
        intake = self.intakes.of(run.job, found, reader.mapping)
        done = [line for chunk in self.jobs.ledger(run.job) for line in chunk.lines] if run.job.chunk else []
        if done:
            intake.resume([line.source_id for line in done])
        changing = self.change_book.begin(run, intake)
        rows = _PlannedRows(self.files, found, reader, plan_id)
        gone, added = self._gone(found, plan_id), self._added_members(found)
        results = self.results.keeper(found, run.job)
        changes = _RowChanges(intake, rows, found, gone, added, results, set(_in_conflict(done)))
        try:
            results.add(done)
            self._commit(run, found, changing, changes)
        finally:
            results.stop()

    def _commit(self, run: Run, found: FileImport, changing: BookChange, changes: "_RowChanges") -> None:
        end = changing.apply(changes, FileCursor.of(run.job.cursor))
        if end is not None:
            counts = run.job.counts
            state = JobState.PARTIAL if counts.failed or counts.conflict else JobState.COMPLETED
            changes.results.end()
            committed = found.changed(state=FileImportState.COMMITTED)
            changing.end(Ending(state, end.cursor(), extra_writes=[self.imports.write(committed)]))

    def _gone(self, found: FileImport, plan_id: str) -> Mapping[str, str]:
        """The contacts of the rows that are taken away, by the keys of the rows."""
        if not found.removes_gone:
            return {}
        stored = self.files.get(found, gone_name(plan_name(plan_id)))
        return stored if isinstance(stored, dict) else dict.fromkeys(stored, "")  # plans of old have the keys alone

    def _added_members(self, found: FileImport) -> AddedMembers | None:
        if found.collection_id is None:
            return None
        known = set(self.collections.member_ids(found.collection_id))
        return AddedMembers(self.collections, found.collection_id, found.owner, known)


class _Rows(NamedTuple):
    """Consecutive rows of one block."""

    planned: Sequence[PlannedRow]
    incoming: Sequence[Incoming]  #: as the book takes them; those that the plan does not take are left out
    new_ids: Mapping[str, str]  #: of the contacts that the plan makes of rows of the block, by the keys of the rows
    block_keys: Collection[str]  #: of all rows of the block

    def part(self, start: int, end: int) -> "_Rows":
        return self._replace(planned=self.planned[start:end], incoming=self.incoming[start:end])


@dataclass
class _PlannedRows:
    """The rows of an import with their plan, block by block; the next block is read while one is committed."""

    files: ImportFiles
    found: FileImport
    reader: ImportRowReader
    plan_id: str
    _blocks: dict[int, Task[_Rows]] = field(default_factory=dict)  # the latest one, and the one after it

    def at(self, start: int, most: int) -> _Rows | None:
        """Rows from this position on: at least one if there is one, at most `most`, all of one block."""
        if start >= (self.found.rows or 0):
            return None
        number, first = divmod(start, BLOCK_ROWS)
        return self._block(number).part(first, first + most)

    def _block(self, number: int) -> _Rows:
        for other in self._blocks.keys() - {number, number + 1}:
            del self._blocks[other]
        rows = self._started(number).result()
        if (number + 1) * BLOCK_ROWS < (self.found.rows or 0):
            self._started(number + 1)
        return rows

    def _started(self, number: int) -> Task[_Rows]:
        """The reading of a block."""
        if number not in self._blocks:
            self._blocks[number] = self.files.executor.start(partial(self._read, number))
        return self._blocks[number]

    def _read(self, number: int) -> _Rows:
        planned = [PlannedRow.of(each) for each in self.files.block(self.found, plan_name(self.plan_id), number)]
        rows = self.reader.block(number, [each.key for each in planned])
        incoming = [_incoming(each, read.row) for each, read in zip(planned, rows, strict=True)]
        new = (each for each in planned if each.outcome is RowOutcome.NEW)
        new_ids = {each.key: each.contact_id for each in new if each.contact_id}
        return _Rows(planned, incoming, new_ids, frozenset(each.key for each in planned))


def _incoming(planned: PlannedRow, row: FileRow) -> Incoming:
    """The row under the key that the plan gave it."""
    if planned.outcome in TAKEN:
        return with_key(row.incoming, planned.key)
    return LeftOut(planned.key, planned.reason or planned.outcome.value)


@dataclass(frozen=True)
class _RowChanges:
    """The rows as changes to the book."""

    intake: FileIntake
    rows: _PlannedRows
    found: FileImport
    #: The contacts of the rows that the plan takes away, by their keys; another version that came since may have more.
    gone: Mapping[str, str]
    #: The collection that the contacts are added to; None if there is none.
    added: AddedMembers | None
    results: ResultKeeper
    #: The contacts of rows that wait for a person. They are not taken away.
    in_conflict: set[str]

    def plan(self, at: FileCursor, limits: Limits) -> PlannedChunk[FileCursor] | None:
        rows = self.rows.at(at.at, limits.lines)
        return self._plan_removals(at, limits) if rows is None else self._plan_chunk(at, rows, limits)

    def skip_poisoned(self, at: FileCursor) -> PlannedChunk[FileCursor] | None:
        rows = self.rows.at(at.at, 1)
        if rows is None:
            return self._plan_removals(at, Limits(lines=1))  # it reads nothing of the file that could crash a worker
        (planned,) = rows.planned
        poisoned = [Unreadable(planned.key, POISON)] if planned.outcome in TAKEN else rows.incoming
        return self._plan_chunk(at, rows._replace(incoming=poisoned), Limits(lines=1))

    def _plan_chunk(self, at: FileCursor, rows: _Rows, limits: Limits) -> PlannedChunk[FileCursor]:
        self.intake.new_ids, self.intake.block_keys = rows.new_ids, rows.block_keys
        chunk = self.intake.plan(rows.incoming, limits)
        lines = list(map(self._line, rows.planned, chunk.results))
        self.in_conflict.update(_in_conflict(lines))
        after, kept = at.after(rows=chunk.consumed), filter(_is_kept, lines)
        contact_ids = [each.contact_id for each in kept if each.contact_id]
        added = None if at.withdrawn else self.added
        if self.added and not added:
            lines = [line._replace(reason=NOT_ADDED) if _is_kept(line) else line for line in lines]
        return PlannedChunk(
            chunk,
            after,
            lines,
            extra_writes=added.writes(contact_ids) if added else (),
            without_extra_writes=replace(at, withdrawn=True),  # this person may no longer edit the collection
            estimate=self.found.rows,
            on_commit=partial(self._note_committed, lines, added, contact_ids),
        )

    def _note_committed(
        self, lines: Sequence[LedgerLine], added: AddedMembers | None = None, contact_ids: Sequence[str] = ()
    ) -> None:
        self.results.add(lines)
        if added:
            added.known.update(contact_ids)

    def _plan_removals(self, at: FileCursor, limits: Limits) -> PlannedChunk[FileCursor] | None:
        """Takes away the records of rows that the file no longer has."""
        known, read = self.intake.known_ids(), self.intake.read_keys
        missing = ((key, contact_id) for key, contact_id in self.gone.items() if key in known and key not in read)
        gone = sorted(key for key, contact_id in missing if contact_id not in self.in_conflict)
        if not gone:
            return None
        chunk = self.intake.plan_removals(gone[: limits.lines], limits)
        lines = [
            LedgerLine(result.source_id, FileOutcome.REMOVED, result.contact_id, result.reason, result.name)
            for result in chunk.results
        ]
        after = at.after(gone=chunk.consumed)
        return PlannedChunk(chunk, after, lines, on_commit=partial(self._note_committed, lines))

    def _line(self, planned: PlannedRow, result: Result) -> LedgerLine:
        if planned.outcome not in TAKEN:
            return LedgerLine(planned.key, _OUTCOMES[planned.outcome], planned.contact_id, planned.reason, result.name)
        if self._was_created_before(planned, result):
            return LedgerLine(result.source_id, FileOutcome.CREATED, result.contact_id)
        outcome, reason = _DONE[result.outcome], result.reason
        if reason and reason.startswith(CONFLICT):
            outcome, reason = FileOutcome.CONFLICT, reason.removeprefix(CONFLICT)
        elif reason in (None, KEPT_BESIDE) and not self._is_as_planned(planned, outcome, result.contact_id):
            reason = CHANGED_SINCE
        return LedgerLine(result.source_id, outcome, result.contact_id, reason, result.name)

    def _was_created_before(self, planned: PlannedRow, result: Result) -> bool:
        """Whether an earlier commit of this plan, which was canceled or failed, has created the row's contact."""
        is_new = planned.outcome is RowOutcome.NEW and result.outcome is Outcome.UNCHANGED
        return is_new and result.contact_id == planned.contact_id and not result.reason

    def _is_as_planned(self, planned: PlannedRow, outcome: FileOutcome, contact_id: str | None) -> bool:
        if outcome is not _OUTCOMES[planned.outcome] or contact_id != planned.contact_id:
            return False
        return outcome is not FileOutcome.UPDATED or self.intake.changes.get(planned.key, {}) == planned.changes


def _in_conflict(lines: Iterable[LedgerLine]) -> Iterator[str]:
    """The contacts that these rows are in conflict with."""
    conflict = FileOutcome.CONFLICT
    return (line.contact_id for line in lines if line.outcome is conflict and line.contact_id)


def _is_kept(line: LedgerLine) -> bool:
    """Whether the row is a contact of the book now."""
    return line.outcome in _KEPT
