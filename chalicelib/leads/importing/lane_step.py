"""The step of a lane: reads the rows of its range in chunks, and stores what they change.

While one chunk is stored, the next one is read and looked up, and the one before it is committed. A chunk is committed
after its leads are stored; one that is repeated after a crash recognizes them.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.executor import Task
from chalicelib.foundation.ids import id_of
from chalicelib.foundation.memory import tune_memory
from chalicelib.jobs.job import JobState
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.leads.importing.dry_runs import DryLeads, earlier_rows
from chalicelib.leads.importing.final_lines import Line
from chalicelib.leads.importing.import_details import ImportDetails, LaneDetails, Work
from chalicelib.leads.importing.import_parts import ImportParts, ImportStopped
from chalicelib.leads.importing.job_kinds import lane_id
from chalicelib.leads.importing.judging import Earlier, Judge, Known, Row, Verdict
from chalicelib.leads.importing.key_hashes import SharedRows, WriteKeyHashes, bits_of
from chalicelib.leads.importing.lane_chunks import LaneChunk, chunks_of_range, deferred_chunks
from chalicelib.leads.importing.outcome import DEFERRED, Outcome
from chalicelib.leads.importing.result_blobs import SUPERSEDES, ChunkResult, ResultsExpired
from chalicelib.leads.importing.settling import settle
from chalicelib.leads.importing.shared_rows import RowSet
from chalicelib.leads.importing.stored_leads import Compared, StoredLeads
from chalicelib.leads.importing.turns import let_next_go_first
from chalicelib.leads.importing.when_to_end import WhenToEnd

STORED_AHEAD = 2  # chunks whose leads may be stored when a worker dies: one is committed while the next one is stored


class Prepared(NamedTuple):
    """A chunk whose identities are looked up."""

    chunk: LaneChunk
    parsed: Sequence[Row | Line]
    comparing: Task[Compared]


@dataclass(frozen=True)
class LaneStep:
    """Runs the job of a lane."""

    parts: ImportParts

    def __call__(self, run: Run) -> None:
        tune_memory()
        lane = LaneDetails.of(run.job)
        leader = self.parts.jobs.get(lane.import_id)
        details = ImportDetails.of(leader)
        try:
            if lane.work is Work.KEYS:
                WriteKeyHashes(self.parts, run, lane, details, bits_of(leader))()
            else:
                LaneRun(self.parts, run, lane, details, accepted_at=milliseconds(leader.created_at))()
        except ResultsExpired:
            self._stop(run, details, "expired", "A part of what the import wrote has expired. Start it again.")
        except ImportStopped as stopped:
            self._stop(run, details, stopped.code, stopped.words)

    def _stop(self, run: Run, details: ImportDetails, code: str, words: str) -> None:
        self.parts.stop(details, LaneDetails.of(run.job).import_id, code)
        run.fail(words, code)


class LaneRun:
    """One claim of the job of a lane."""

    def __init__(
        self, parts: ImportParts, run: Run, lane: LaneDetails, details: ImportDetails, *, accepted_at: int
    ) -> None:
        self._parts, self._run, self._lane, self._details = parts, run, lane, details
        self._accepted_at = accepted_at
        self._results = parts.results(details, lane.import_id)
        self._parser = parts.parser(details)
        self._leads = _leads(parts, lane.import_id, details)
        self._ending = WhenToEnd(parts, run, details, lane.import_id)
        is_apart = lane.work is Work.APART
        self._in_order = details.has_several and not is_apart
        self._shared = SharedRows(parts, details, lane.import_id).get() if is_apart else RowSet()
        self._chunks = self._all_chunks()
        self._earlier = self._earlier_rows() if details.dry_run and self._in_order else None
        self._committing: Task[None] | None = None

    def __call__(self) -> None:
        """Work until the range is read, the time is up, or the import is to stop.

        Raises:
            ImportStopped: the file cannot be read any more.
        """
        try:
            is_read = self._work()
        finally:
            self._wait_for_commit()
        if is_read:
            self._run.commit(Progress(self._run.job.cursor, state=JobState.COMPLETED))
        elif self._ending.is_to_stop():
            self._run.commit(Progress(self._run.job.cursor, state=JobState.CANCELED))
        else:
            let_next_go_first(self._run, self._parts.jobs)

    def _work(self) -> bool:
        """Whether all rows are read."""
        job = self._run.job
        to_repeat = STORED_AHEAD if job.crashes or job.failures else 0  # or leads would stay that no result names
        if not to_repeat and self._ending.is_to_stop():
            return False
        start, ahead = self._parts.executor.start, not self._in_order
        preparing = start(self._prepare)
        while (prepared := preparing.result()) is not None:
            if to_repeat <= 0 and self._ending.is_to_stop():
                return False
            # Behind the last chunk of this claim, none is prepared: it would be looked up again.
            is_last = to_repeat <= 1 and self._ending.is_to_pause()
            if ahead and not is_last:
                preparing = start(self._prepare)
            result = self._settle(prepared)
            self._wait_for_commit()
            self._committing = start(partial(self._commit, prepared.chunk, result))
            to_repeat -= 1
            if is_last:
                return False
            if not ahead:
                preparing = start(self._prepare)
        return True

    # ── reading

    def _earlier_rows(self) -> Earlier:
        return earlier_rows(self._run.job, self._parts.jobs, self._results, self._parser)

    def _all_chunks(self) -> Iterator[LaneChunk]:
        """The chunks that are left."""
        parts, lane, cursor = self._parts, self._lane, self._run.job.cursor
        if lane.work is not Work.DEFERRED:
            return chunks_of_range(parts, self._details, lane, cursor)
        numbers = range(lane.number)
        jobs = parts.jobs.get_many([lane_id(lane.import_id, number) for number in numbers])
        ranges = [jobs[lane_id(lane.import_id, number)] for number in numbers]
        return deferred_chunks(parts, self._details, lane.import_id, ranges, cursor)

    def _prepare(self) -> Prepared | None:
        """The next chunk, whose lookups have begun; None at the end of the range."""
        chunk = next(self._chunks, None)
        if chunk is None:
            return None
        parsed = [self._parsed(number, cells) for number, cells in chunk.rows]
        comparing = self._parts.executor.start(partial(self._compare, [row for row in parsed if isinstance(row, Row)]))
        return Prepared(chunk, parsed, comparing)

    def _parsed(self, number: int, cells: Sequence[str]) -> Row | Line:
        return Line(number, DEFERRED) if number in self._shared else self._parser(number, cells)

    def _compare(self, rows: Sequence[Row]) -> Compared:
        if not self._details.has_several:
            return self._leads.compare(rows)
        keys = dict.fromkeys(key for row in rows for key in row.keys)
        if self._earlier is not None:
            keys |= dict.fromkeys(owner for key in keys if (owner := self._earlier.owners.get(key)))
        return Compared(set(), self._leads.find(keys, consistent=True))

    # ── storing

    def _settle(self, prepared: Prepared) -> ChunkResult:
        equal, known = prepared.comparing.result()
        rows = [row for row in prepared.parsed if isinstance(row, Row) and row.number not in equal]
        verdicts = settle(rows, known, self._leads, self._judge) if rows else []
        lines = list(_lines(prepared.parsed, equal, verdicts))
        superseded = [(verdict.row, lost) for verdict in verdicts for lost in verdict.superseded]
        return ChunkResult(lines, [cells for _, cells in prepared.chunk.rows], superseded)

    def _judge(self, known: Mapping[str, Known]) -> Judge:
        details, earlier = self._details, Earlier() if self._earlier is None else self._earlier
        defers = self._lane.work is Work.APART
        return Judge(
            self._lane.import_id, self._accepted_at, details.policies, known, details.has_several, defers, earlier
        )

    def _commit(self, chunk: LaneChunk, result: ChunkResult) -> None:
        job, name = self._run.job, None
        if result.lines:
            name = f"{self._lane.number}-{job.generation}-{job.chunk:06}-{id_of(job.holder or '')[:8]}"
            name += SUPERSEDES if result.superseded else ""
            self._results.put(name, result)
        counts = Counter(map(attrgetter("outcome"), result.lines))
        self._run.commit(Progress(dict(chunk.after), counted=counts, blob=name))

    def _wait_for_commit(self) -> None:
        committing, self._committing = self._committing, None
        if committing is not None:
            committing.result()


def _lines(parsed: Iterable[Row | Line], equal: Container[int], verdicts: Iterable[Verdict]) -> Iterator[Line]:
    """The lines of all rows in their order. `verdicts` has those of the rows that are not equal to what is stored."""
    others = iter(verdicts)
    for each in parsed:
        if isinstance(each, Line):
            yield each
        elif each.number in equal:
            yield Line(each.number, Outcome.UNCHANGED, each.keys)
        else:
            yield Line.of(next(others))


def _leads(parts: ImportParts, import_id: str, details: ImportDetails) -> "StoredLeads | DryLeads":
    stored = StoredLeads(parts.leads, details.organization, import_id, parts.clock, parts.executor)
    return DryLeads(stored) if details.dry_run else stored
