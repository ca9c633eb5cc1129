"""The step of a lane: reads the rows of its range in chunks, and stores what they change.

While one chunk is stored, the next one is read and looked up, and the one before it is committed. A chunk is committed
after its leads are stored; one that is repeated after a crash recognizes them.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.executor import Task
from chalicelib.foundation.ids import id_of
from chalicelib.foundation.memory import tune_memory
from chalicelib.foundation.pinned_object import ObjectChanged
from chalicelib.foundation.safe_csv import unescape_cell
from chalicelib.jobs.job import JobState
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.leads.importing.blocks import DamagedArchive, UnpackedTooLarge, blocks, unpacked
from chalicelib.leads.importing.columns import is_escaped
from chalicelib.leads.importing.cutting import RowTooLong
from chalicelib.leads.importing.final_lines import Line
from chalicelib.leads.importing.import_details import ImportDetails, LaneDetails
from chalicelib.leads.importing.import_parts import ImportParts, ImportStopped
from chalicelib.leads.importing.judging import Judge, Known, Outcome, Row, Verdict
from chalicelib.leads.importing.result_blobs import SUPERSEDES, ChunkResult
from chalicelib.leads.importing.row_parser import is_empty
from chalicelib.leads.importing.row_reader import RowChunk, RowReader
from chalicelib.leads.importing.settling import settle
from chalicelib.leads.importing.stored_leads import Compared, StoredLeads

SLICE = timedelta(seconds=20)  # of work, before other jobs get their turn
STORED_AHEAD = 2  # chunks whose leads may be stored when a worker dies: one is committed while the next one is stored
MOST_CELLS = 50_000  # of a chunk, which short ones make large: at most four chunks are in memory at the same time
LOOK_EVERY = timedelta(seconds=2)  # whether the import is to stop


class Prepared(NamedTuple):
    """A chunk whose identities are looked up."""

    chunk: RowChunk
    parsed: Sequence[Row | Line]
    cells: Sequence[Sequence[str]]  #: of the parsed rows
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
        working = LaneRun(self.parts, run, lane, details, accepted_at=milliseconds(leader.created_at))
        try:
            working()
        except ImportStopped as stopped:
            self.parts.stop(details, lane.import_id, stopped.code)
            run.fail(stopped.words, stopped.code)


class LaneRun:
    """One claim of the job of a lane."""

    def __init__(
        self, parts: ImportParts, run: Run, lane: LaneDetails, details: ImportDetails, *, accepted_at: int
    ) -> None:
        self._parts, self._run, self._lane, self._details = parts, run, lane, details
        self._accepted_at = accepted_at
        self._results = parts.results(details, lane.import_id)
        self._parser = parts.parser(details)
        self._is_escaped = is_escaped(details.columns.headers)
        self._leads = _leads(parts, lane.import_id, details)
        self._began = parts.clock.now()
        self._looked_at, self._is_stopped = self._began - LOOK_EVERY, False
        cursor: dict[str, int] = run.job.cursor or {"offset": lane.start, "row": lane.row}
        self._chunks = iter(self._reader(cursor["offset"], cursor["row"]))
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
        elif self._is_to_stop():
            self._run.commit(Progress(self._run.job.cursor, state=JobState.CANCELED))

    def _work(self) -> bool:
        """Whether all rows are read."""
        job = self._run.job
        to_repeat = STORED_AHEAD if job.crashes or job.failures else 0  # or leads would stay that no result names
        if not to_repeat and self._is_to_stop():
            return False
        start, ahead = self._parts.executor.start, not self._details.has_several
        preparing = start(self._prepare)
        while (prepared := preparing.result()) is not None:
            if to_repeat <= 0 and self._is_to_stop():
                return False
            is_last = to_repeat <= 1 and self._is_to_pause()  # then no more is prepared: it would be looked up again
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

    def _reader(self, offset: int, row: int) -> RowReader:
        details, limits = self._details, self._parts.limits
        read = partial(self._parts.blobs().read_range, details.source)
        size, executor = limits.block, self._parts.reading
        most_rows = min(limits.chunk_rows, MOST_CELLS // len(details.columns.headers))
        if not details.is_packed:
            end = details.source.size if self._lane.end is None else self._lane.end
            content = blocks(read, offset, end, executor, size=size)
            return RowReader(content, details.delimiter, offset, row, most_rows)
        packed = blocks(read, 0, details.source.size, executor, size=size)
        content = unpacked(packed, skipped=offset, largest=limits.size, size=size)
        return RowReader(content, details.delimiter, offset, row, most_rows)

    def _prepare(self) -> Prepared | None:
        """The next chunk, whose lookups have begun; None at the end of the range."""
        chunk = _stopping(self._next_chunk)
        if chunk is None:
            return None
        if chunk.next > self._parts.limits.rows + 2:
            raise ImportStopped("too_many_rows", f"The file has more than {self._parts.limits.rows:,} rows. Split it.")
        parse = self._parser
        rows = map(_unescaped, chunk.rows) if self._is_escaped else chunk.rows
        numbered = [(number, cells) for number, cells in enumerate(rows, chunk.first) if not is_empty(cells)]
        parsed = [parse(number, cells) for number, cells in numbered]
        comparing = self._parts.executor.start(partial(self._compare, [row for row in parsed if isinstance(row, Row)]))
        return Prepared(chunk, parsed, [cells for _, cells in numbered], comparing)

    def _compare(self, rows: Sequence[Row]) -> Compared:
        if not self._details.has_several:
            return self._leads.compare(rows)
        keys = dict.fromkeys(key for row in rows for key in row.keys)
        return Compared(set(), self._leads.find(keys, consistent=True))

    def _next_chunk(self) -> RowChunk | None:
        return next(self._chunks, None)

    # ── storing

    def _settle(self, prepared: Prepared) -> ChunkResult:
        equal, known = prepared.comparing.result()
        rows = [row for row in prepared.parsed if isinstance(row, Row) and row.number not in equal]
        verdicts = settle(rows, known, self._leads, self._judge) if rows else []
        lines = list(_lines(prepared.parsed, equal, verdicts))
        superseded = [(verdict.row, lost) for verdict in verdicts for lost in verdict.superseded]
        return ChunkResult(lines, prepared.cells, superseded)

    def _judge(self, known: Mapping[str, Known]) -> Judge:
        details = self._details
        return Judge(self._lane.import_id, self._accepted_at, details.policies, known, details.has_several)

    def _commit(self, chunk: RowChunk, result: ChunkResult) -> None:
        job, name = self._run.job, None
        if result.lines:
            name = f"{self._lane.number}-{job.generation}-{job.chunk:06}-{id_of(job.holder or '')[:8]}"
            name += SUPERSEDES if result.superseded else ""
            self._results.put(name, result)
        counts = Counter(map(attrgetter("outcome"), result.lines))
        self._run.commit(Progress({"offset": chunk.end, "row": chunk.next}, counted=counts, blob=name))

    def _wait_for_commit(self) -> None:
        committing, self._committing = self._committing, None
        if committing is not None:
            committing.result()

    # ── when to end

    def _is_to_pause(self) -> bool:
        return self._run.out_of_time() or self._parts.clock.now() - self._began >= SLICE

    def _is_to_stop(self) -> bool:
        now = self._parts.clock.now()
        if not self._is_stopped and now - self._looked_at >= LOOK_EVERY:
            self._looked_at = now
            self._is_stopped = self._parts.is_stopped(self._details, self._lane.import_id)
        return self._is_stopped


def _unescaped(cells: Iterable[str]) -> list[str]:
    return [unescape_cell(cell) for cell in cells]


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


@dataclass(frozen=True)
class DryLeads:
    """Leads that a dry run reads and does not change."""

    stored: StoredLeads

    def find(self, keys: Iterable[str], *, consistent: bool = False) -> dict[str, Known]:
        return self.stored.find(keys, consistent=consistent)

    def compare(self, rows: Sequence[Row]) -> Compared:
        return self.stored.compare(rows)

    def write(self, changes: object) -> set[str]:  # noqa: ARG002 # as `ImportedLeads` has it
        return set()


def _stopping(read: Callable[[], RowChunk | None]) -> RowChunk | None:
    """What `read` returns; what makes the file unreadable ends the import."""
    try:
        return read()
    except ObjectChanged:
        raise ImportStopped("file_changed", "The file was changed or deleted while it was imported.") from None
    except RowTooLong as error:
        words = f"Row {error.row} is too long to be one row. A quotation mark may be missing there."
        raise ImportStopped("row_too_long", words) from None
    except DamagedArchive:
        raise ImportStopped("damaged_archive", "The gzip file is damaged or not whole.") from None
    except UnpackedTooLarge:
        raise ImportStopped("too_large", "The unpacked file is larger than the limit. Split it.") from None
