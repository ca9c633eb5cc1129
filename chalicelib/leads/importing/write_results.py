"""Writes the result files of an import when its lanes have ended: one for each outcome, with the original columns.

A lane does not know which of its rows another lane has superseded later. So these pairs are collected first.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

from chalicelib.foundation.executor import Task
from chalicelib.foundation.safe_csv import BYTE_ORDER_MARK, csv_rows
from chalicelib.jobs.job import Job
from chalicelib.leads.importing.final_lines import Line, final_line
from chalicelib.leads.importing.import_details import ImportDetails, LaneDetails, Work
from chalicelib.leads.importing.import_parts import ImportParts
from chalicelib.leads.importing.outcome import DEFERRED, Outcome
from chalicelib.leads.importing.reason_words import reason_words
from chalicelib.leads.importing.result_blobs import SUPERSEDES, ChunkResult, ResultsExpired, from_text
from chalicelib.leads.importing.superseding import Superseded
from chalicelib.leads.own_files import RESULT_COLUMNS

READ_AHEAD = 4  # blobs
DRY_RUN_LINES = 100  # of each outcome
LEADS_AT_ONCE = 300_000  # whose first rows a dry run keeps in memory


RESULTS = "results/"  # begins the names of the files


def file_name(outcome: str) -> str:
    return f"{RESULTS}{outcome}.csv"


@dataclass(frozen=True)
class WriteResults:
    """Writes the files of one import.

    Args:
        keep: called after each blob, to keep the lease.
    """

    parts: ImportParts
    details: ImportDetails
    import_id: str
    keep: Callable[[], None] = lambda: None

    def __call__(self, lanes: Sequence[Job]) -> Counter[str]:
        """Write the files; returns how many rows had which outcome."""
        superseded = self.superseded(lanes)
        results = self.parts.results(self.details, self.import_id)
        writers = {outcome: self.parts.blobs().writer(results.key(file_name(outcome))) for outcome in Outcome}
        headers = [*RESULT_COLUMNS, *self.details.columns.headers]
        for writer in writers.values():
            writer.write((BYTE_ORDER_MARK + csv_rows([headers])).encode())
        counts: Counter[str] = Counter()
        for result in self._in_order(lanes):
            for outcome, rows in self._by_outcome(result, superseded, counts).items():
                writers[Outcome(outcome)].write(csv_rows(rows).encode())
            self.keep()
        for writer in writers.values():
            writer.close()
        return counts

    def superseded(self, lanes: Sequence[Job]) -> Superseded:
        """The rows that lost their place to an earlier one."""
        if self.details.dry_run:
            return Superseded() if self.details.has_several else self._repeated(lanes)
        with_pairs = (name for name in self._blob_names(lanes) if name.endswith(SUPERSEDES))
        return Superseded(pair for result in self._results(with_pairs) for pair in result.superseded)

    def _repeated(self, lanes: Sequence[Job]) -> Superseded:
        """The later rows of leads that a dry run meets several times: nothing was stored by which to recognize them."""
        rounds = sum(job.counts.read for job in lanes) // LEADS_AT_ONCE + 1
        return Superseded(chain.from_iterable(self._repeated_in(lanes, each, rounds) for each in range(rounds)))

    def _repeated_in(self, lanes: Sequence[Job], number: int, rounds: int) -> Iterator[tuple[int, int]]:
        first: dict[str, int] = {}
        for line in self.lines(lanes):
            if line.outcome in (Outcome.CREATED, Outcome.UPDATED) and hash(line.lead_ids) % rounds == number:
                winner = first.setdefault(line.lead_ids[0], line.row)
                if winner != line.row:
                    yield winner, line.row

    def lines(self, lanes: Sequence[Job]) -> Iterator[Line]:
        """All lines as the lanes wrote them, in the order of the rows."""
        for result in self._in_order(lanes):
            yield from result.lines
            self.keep()

    def _by_outcome(
        self, result: ChunkResult, superseded: Superseded, counts: Counter[str]
    ) -> dict[str, list[Sequence[str]]]:
        """The rows of the files by outcome; counts them too."""
        lines = [final_line(line, superseded) for line in result.lines] if superseded else result.lines
        rows: dict[str, list[Sequence[str]]] = {}
        for line, cells in zip(lines, result.cells, strict=True):
            row, outcome, lead_ids, reason, detail, winner = line
            words = reason_words(reason) if reason else ""
            values = [str(row), " ".join(lead_ids), reason, words, detail, str(winner) if winner else "", *cells]
            rows.setdefault(outcome, []).append(values)
        for outcome, found in rows.items():
            if self.details.dry_run:
                rows[outcome] = found[: max(0, DRY_RUN_LINES - counts[str(outcome)])]
            counts[str(outcome)] += len(found)
        return rows

    # ── reading blobs

    def _in_order(self, lanes: Sequence[Job]) -> Iterator[ChunkResult]:
        """All results in the order of the rows: deferred rows have the lines of the lane that imported them."""
        works = [LaneDetails.of(job).work for job in lanes]
        last = [job for job, work in zip(lanes, works, strict=True) if work is Work.DEFERRED]
        others = [job for job, work in zip(lanes, works, strict=True) if work is not Work.DEFERRED]
        lines = chain.from_iterable(result.lines for result in self._results(self._blob_names(last)))
        for result in self._results(self._blob_names(others)):
            yield _with_deferred(result, lines)

    def _blob_names(self, lanes: Iterable[Job]) -> Iterator[str]:
        for job in lanes:
            for chunk in self.parts.jobs.ledger(job):
                if chunk.blob is not None:
                    yield chunk.blob

    def _results(self, names: Iterator[str]) -> Iterator[ChunkResult]:
        """The results of these blobs; the next ones are fetched while one is used."""
        find = self.parts.results(self.details, self.import_id).find
        under_way: deque[Task[bytes | None]] = deque()
        for name in names:
            under_way.append(self.parts.executor.start(partial(find, name)))
            if len(under_way) > READ_AHEAD:
                yield _read(under_way.popleft().result())
        for task in under_way:
            yield _read(task.result())


def _read(content: bytes | None) -> ChunkResult:
    if content is None:
        raise ResultsExpired
    return from_text(content)


def _with_deferred(result: ChunkResult, lines: Iterator[Line]) -> ChunkResult:
    """The result with the next of these lines for each row that was deferred; rows that have none are left out."""
    if all(line.outcome != DEFERRED for line in result.lines):
        return result
    found = [next(lines, None) if line.outcome == DEFERRED else line for line in result.lines]
    kept = [(line, cells) for line, cells in zip(found, result.cells, strict=True) if line is not None]
    return replace(result, lines=[line for line, _ in kept], cells=[cells for _, cells in kept])
