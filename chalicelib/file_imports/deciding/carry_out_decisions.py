"""The step that carries out decisions about rows in conflict: each row becomes what the person chose, and is counted.

The ledger of the job names the import and the row. The same transaction settles the decision and adds it to the numbers
of the import; the ledger and the results of the import's own commit stay as they are.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from chalicelib.books import pairs
from chalicelib.books.change_book import ChangeBook
from chalicelib.books.changes import POISON, Ending, PlannedChunk
from chalicelib.books.chunk import Limits, Result
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.pair_store import PairStore
from chalicelib.books.pairs import Pair, Side
from chalicelib.books.prepared_contact import prepare
from chalicelib.collections.added_members import AddedMembers
from chalicelib.collections.collection_store import CollectionStore
from chalicelib.contacts.decision import CreateNew, MergeInto
from chalicelib.contacts.source_record import Incoming, LeftOut, SourceContact, SourceRecord, Stamp, Unreadable
from chalicelib.file_imports.committing.file_cursor import FileCursor
from chalicelib.file_imports.deciding.waiting_rows import WaitingRows
from chalicelib.file_imports.job_kinds import FileOutcome
from chalicelib.file_imports.planning.file_intake import FileIntake
from chalicelib.file_imports.planning.import_rows_reader import ImportRowReader
from chalicelib.file_imports.planning.intakes import FileIntakes
from chalicelib.file_imports.planning.repeated_rows import with_key
from chalicelib.file_imports.storing.decision_list import ListedDecision, from_json
from chalicelib.file_imports.storing.decision_store import Decisions, DecisionStore
from chalicelib.file_imports.storing.file_import import FileImport
from chalicelib.file_imports.storing.import_files import BLOCK_ROWS, ImportFiles
from chalicelib.file_imports.storing.import_store import FileImportStore
from chalicelib.file_imports.storing.row_decision import REASONS, StoredDecision, Verdict, row_id
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.errors import NotAllowed, NotFound
from chalicelib.foundation.memory import tune_memory
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import Job, JobState, LedgerLine
from chalicelib.jobs.run import Run

_PAIRS = {Verdict.SAME: pairs.Verdict.SAME, Verdict.NEW: pairs.Verdict.DIFFERENT}
_NO_STAMP = Stamp("", 0, Outcome.CREATED)
DECIDED_BEFORE = "decided_before"  # the reason of a row that was decided otherwise meanwhile
_MOST_ROWS = 30  # of one transaction, which writes a contact, a decision and a pair for each


@dataclass(frozen=True)
class CarryOutDecisions:
    """Runs the jobs that decide."""

    imports: FileImportStore
    files: ImportFiles
    decisions: DecisionStore
    waiting: WaitingRows
    change_book: ChangeBook
    collections: CollectionStore
    intakes: FileIntakes
    contacts: ContactStore
    pairs: PairStore
    clock: Clock
    #: The default country of phone numbers without a country code.
    region: str

    def __call__(self, run: Run) -> None:
        tune_memory()
        found = self.imports.get(run.job.owner, str(run.job.details["import_id"]))
        decided = from_json(self.files.get(found, str(run.job.details["decisions"])))
        reader = ImportRowReader(self.files, found, self.region)
        intake = self.intakes.of(run.job, found, reader.mapping)
        intake.chosen = {each.key: each.decided.choices for each in decided if each.decided.choices}
        intake.different = {
            each.key: each.other_id for each in decided if each.decided.verdict is Verdict.NEW and each.other_id
        }
        changing = self.change_book.begin(run, intake)
        changes = _Decisions(self, run.job, found, decided, reader, intake, self.added_members(found))
        end = changing.apply(changes, FileCursor.of(run.job.cursor))
        if end is not None:
            state = JobState.PARTIAL if run.job.counts.failed else JobState.COMPLETED
            changing.end(Ending(state, end.cursor()))

    def added_members(self, found: FileImport) -> AddedMembers | None:
        """The collection that the contacts are added to; None for none."""
        if found.collection_id is None:
            return None
        known = set(self.collections.member_ids(found.collection_id))
        return AddedMembers(self.collections, found.collection_id, found.owner, known)

    def may_add_members(self, found: FileImport) -> bool:
        """Whether the person may still edit that collection."""
        try:
            self.collections.for_editor(found.owner, str(found.collection_id))
        except (NotFound, NotAllowed):
            return False
        return True


class _Row(NamedTuple):
    """A row of a chunk."""

    listed: ListedDecision
    seen: StoredDecision | None  #: the claim that is settled; None for none
    is_open: bool  #: False if the row was decided otherwise
    incoming: Incoming

    @property
    def other_id(self) -> str | None:
        """The contact that the row is, or is not; None if nothing is said of one."""
        decided = self.listed.decided
        return decided.contact_id or (self.listed.other_id if decided.verdict is Verdict.NEW else None)

    def line(self, result: Result, import_id: str) -> LedgerLine:
        outcome, reason = FileOutcome(result.outcome.value), result.reason
        if self.is_open and outcome is not FileOutcome.FAILED:
            reason = REASONS[self.listed.decided.verdict]
        row = row_id(import_id, self.listed.decided.row)
        return LedgerLine(row, outcome, result.contact_id, reason, result.name)


@dataclass
class _Decisions:
    """The decisions as changes to the book."""

    parts: CarryOutDecisions
    job: Job
    found: FileImport
    decided: Sequence[ListedDecision]
    reader: ImportRowReader
    intake: FileIntake
    added: AddedMembers | None
    _block: tuple[int, Sequence[Incoming]] = field(default=(-1, ()))  # the number of a block, and its rows

    def plan(self, at: FileCursor, limits: Limits) -> PlannedChunk[FileCursor] | None:
        most = min(limits.lines, _MOST_ROWS)
        rows = list(self._rows(self.decided[at.at : at.at + most]))
        return self._plan_chunk(at, rows, limits) if rows else None

    def skip_poisoned(self, at: FileCursor) -> PlannedChunk[FileCursor] | None:
        rows = [
            row._replace(incoming=Unreadable(row.listed.key, POISON))
            for row in self._rows(self.decided[at.at : at.at + 1])
        ]
        return self._plan_chunk(at, rows, Limits(lines=1)) if rows else None

    def _rows(self, listed: Sequence[ListedDecision]) -> Iterator[_Row]:
        owner, import_id = self.found.owner, self.found.import_id
        stored = self.parts.decisions.find(owner, import_id, [each.position for each in listed])
        done = self._of_others(stored)
        for each in listed:
            is_open = each.position not in done
            incoming = self._incoming(each) if is_open else LeftOut(each.key, DECIDED_BEFORE)
            yield _Row(each, stored.get(each.position), is_open, incoming)

    def _of_others(self, stored: Decisions) -> Decisions:
        """The decisions that other jobs have carried out, or will."""
        others = {place: each for place, each in stored.items() if each.outcome or each.job_id != self.job.job_id}
        return self.parts.waiting.without_void(others)

    def _incoming(self, listed: ListedDecision) -> Incoming:
        number, place = divmod(listed.position, BLOCK_ROWS)
        if self._block[0] != number:
            self._block = (number, [read.row.incoming for read in self.reader.block(number)])
        incoming, decided = self._block[1][place], listed.decided
        if decided.verdict is Verdict.LEAVE_OUT:
            return LeftOut(listed.key, REASONS[Verdict.LEAVE_OUT], getattr(incoming, "name", ""))
        if not isinstance(incoming, SourceContact):
            return with_key(incoming, listed.key)
        return replace(
            with_key(incoming, listed.key),
            decision=MergeInto(decided.contact_id) if decided.contact_id else CreateNew(),
        )

    def _plan_chunk(self, at: FileCursor, rows: Sequence[_Row], limits: Limits) -> PlannedChunk[FileCursor]:
        limits = replace(limits, contacts=min(limits.contacts, _MOST_ROWS), lines=len(rows))
        chunk = self.intake.plan([row.incoming for row in rows], limits)
        lines = [row.line(result, self.found.import_id) for row, result in zip(rows, chunk.results, strict=False)]
        settled = [
            (row, line)
            for row, line in zip(rows, lines, strict=False)
            if row.is_open and line.outcome != FileOutcome.FAILED
        ]
        kept = [line.contact_id for _, line in settled if line.contact_id is not None]
        added = self.added if kept and self.added and self.parts.may_add_members(self.found) else None
        return PlannedChunk(
            chunk,
            at.after(rows=chunk.consumed),
            lines,
            extra_writes=[
                *self._settle(settled),
                *(added.writes(kept) if added else ()),
            ],
            without_extra_writes=at,  # a row was decided, or the collection withdrawn, since these rows were read
            estimate=len(self.decided),
            on_commit=lambda: added.known.update(kept) if added else None,
        )

    def _settle(self, settled: Sequence[tuple[_Row, LedgerLine]]) -> Iterator[Write]:
        """The writes that settle these decisions, count them for the import, and remember them as pairs."""
        owner, import_id, now = self.found.owner, self.found.import_id, self.parts.clock.now()
        remembered = self._pairs([row for row, _ in settled])
        for row, line in settled:
            listed, pair = row.listed, remembered.get(row.listed.position)
            outcome, pair_id = FileOutcome(line.outcome), pair.pair_id if pair else ""
            done = StoredDecision(
                listed.position, listed.decided, self.job.job_id, now, outcome, line.contact_id, pair_id
            )
            yield self.parts.decisions.write(owner, import_id, done, row.seen)
            if pair is not None:
                yield self.parts.pairs.put_write(owner, pair)
        counts: Mapping[str, int] = Counter(str(line.outcome) for _, line in settled)
        if counts:
            yield self.parts.imports.count_decided(owner, import_id, counts)

    def _pairs(self, rows: Sequence[_Row]) -> Mapping[int, Pair]:
        """What is remembered of rows and the contacts that they were in conflict with, by the position of the row."""
        others = {row.other_id for row in rows if row.other_id}
        contacts = self.parts.contacts.get_many(self.found.owner, sorted(others)) if others else {}
        moment, owner = milliseconds(self.parts.clock.now()), self.found.owner
        found = dict[int, Pair]()
        for row in rows:
            other, record = contacts.get(row.other_id or ""), self._record(row)
            if other is not None and record is not None:
                verdict = _PAIRS[row.listed.decided.verdict]
                found[row.listed.position] = Pair(verdict, Side.of_records([record]), Side.of(other), moment, owner)
        return found

    def _record(self, row: _Row) -> SourceRecord | None:
        """The record that the row becomes, as far as pairs compare it."""
        if not isinstance(row.incoming, SourceContact):
            return None
        fields = prepare(row.incoming).in_region(self.intake.region)
        return SourceRecord(self.found.source.key, row.listed.key, fields, "", _NO_STAMP, 0, 0)
