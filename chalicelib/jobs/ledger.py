"""Reading the ledger: what happened to each source contact, and whether the job's counts agree with it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chalicelib.jobs.counts import FAILED, Counts
from chalicelib.jobs.job import Job, LedgerLine
from chalicelib.jobs.reads import LedgerChunk
from chalicelib.jobs.store import JobStore

Position = tuple[int, int]  # chunk, and line within it
FEWEST_CHUNKS = 4  # read at a time; they usually hold more than a page of lines
MOST_CHUNKS = 12  # read at a time with all their lines; of more, the store looks for those with the outcome


@dataclass(frozen=True, slots=True)
class LedgerCheck:
    """The counts of a job, recomputed from its ledger."""

    counted: Counts  #: from the ledger
    recorded: Counts  #: in the job

    @property
    def consistent(self) -> bool:
        return self.counted == self.recorded

    def as_json(self) -> dict[str, object]:
        """The published form: `{consistent, counted: {created, …, removed}, recorded: {…}}`."""
        return {"consistent": self.consistent, "counted": dict(self.counted), "recorded": dict(self.recorded)}


def verify(jobs: JobStore, job: Job) -> LedgerCheck:
    """Count the ledger of `job` as it was when `job` was read; chunks committed since are left out."""
    counted = Counter[str]()
    for chunk in jobs.ledger(job):
        if chunk.chunk < job.chunk:
            counted.update(chunk.counted)
            counted.update(line.outcome for line in chunk.lines)
    return LedgerCheck(Counts.of(job.counts.outcomes, counted), job.counts)


def ledger_page(
    jobs: JobStore, job: Job, *, outcome: str | None, start: Position = (0, 0), limit: int = 100
) -> tuple[list[LedgerLine], Position | None]:
    """A page of ledger lines.

    Args:
        outcome: only lines of this outcome; None for all.

    Returns:
        At most `limit` lines from `start` on, and where the next page starts (None at the end).
    """
    lines: list[LedgerLine] = []
    total = None if outcome is None or start != (0, 0) else job.counts[outcome]
    if total == 0:
        return lines, None
    for position, line in _lines_from(_chunks_from(jobs, job, start[0], outcome, limit), start, outcome):
        if len(lines) == limit:
            return lines, position
        lines.append(line)
        if len(lines) == total:
            return lines, None  # the job counted no more of them, so there is no need to read on
    return lines, None


def _chunks_for(limit: int, job: Job, outcome: str | None) -> int:
    """How many chunks to read at a time: twice those that hold a page of lines if these are spread evenly."""
    lines = sum(job.counts.values()) if outcome is None else job.counts[outcome]
    return max(FEWEST_CHUNKS, min(2 * limit * job.chunk // max(lines, 1), job.chunk))


def _chunks_from(jobs: JobStore, job: Job, first: int, outcome: str | None, limit: int) -> Iterable[LedgerChunk]:
    """The chunks from the first one on that have a page of lines of this outcome, and perhaps more."""
    if outcome == FAILED and sum(job.failed_chunks.values()) == job.counts[FAILED]:
        return jobs.ledger_chunks(job, _failed_chunks_from(job, first, limit))
    most = _chunks_for(limit, job, outcome)
    if most > MOST_CHUNKS:
        return jobs.ledger(job, after=first - 1, outcome=outcome, page_size=most)
    return (chunk for start in range(first, job.chunk, most) for chunk in _chunks(jobs, job, start, most))


def _chunks(jobs: JobStore, job: Job, start: int, most: int) -> Sequence[LedgerChunk]:
    return jobs.ledger_chunks(job, range(start, min(start + most, job.chunk)))


def _failed_chunks_from(job: Job, first: int, limit: int) -> list[int]:
    """The chunks with the next failed lines, more than `limit` if there are; the page may begin within the first."""
    chunks, lines = list[int](), 0
    for chunk, failed in job.failed_chunks.items():
        if chunk >= first and lines <= limit:
            chunks.append(chunk)
            lines += failed if chunk > first else 0
    return chunks


def _lines_from(
    chunks: Iterable[LedgerChunk], start: Position, outcome: str | None
) -> Iterator[tuple[Position, LedgerLine]]:
    first_chunk, first_line = start
    for chunk in chunks:
        skipped = first_line if chunk.chunk == first_chunk else 0
        for index, line in enumerate(chunk.lines[skipped:], skipped):
            if outcome in (None, line.outcome):
                yield (chunk.chunk, index), line
