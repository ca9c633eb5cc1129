"""Reading the ledger: what became of each source contact, and whether the job's counts say the same."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.jobs.counts import Counts
from chalicelib.jobs.job import Job, LedgerLine
from chalicelib.jobs.store import JobStore

Position = tuple[int, int]  # chunk, and line within it
CHUNKS_A_PAGE = 4  # that hold a page of lines, and usually more


@dataclass(frozen=True, slots=True)
class LedgerCheck:
    """Counts recomputed from the ledger beside those the job records."""

    counted: Counts
    recorded: Counts

    @property
    def consistent(self) -> bool:
        return self.counted == self.recorded

    def shown(self) -> dict[str, object]:
        """The published form: `{consistent, counted: {created, …, removed}, recorded: {…}}`."""
        return {"consistent": self.consistent, "counted": dict(self.counted), "recorded": dict(self.recorded)}


def verify(jobs: JobStore, job: Job) -> LedgerCheck:
    """Count the ledger of `job` as it stood when `job` was read; a commit in between changes nothing."""
    lines = (line for chunk in jobs.ledger(job) if chunk.chunk < job.chunk for line in chunk.lines)
    counted = Counter(line.outcome for line in lines)
    return LedgerCheck(Counts.of(job.counts.outcomes, counted), job.counts)


def ledger_page(
    jobs: JobStore, job: Job, *, outcome: str | None, start: Position = (0, 0), limit: int = 100
) -> tuple[list[LedgerLine], Position | None]:
    """Lines from `start` on, all or those of one outcome, and where the next page starts (None at the end)."""
    lines: list[LedgerLine] = []
    there = None if outcome is None or start != (0, 0) else job.counts[outcome]
    if there == 0:
        return lines, None
    for position, line in _from(jobs, job, start, at_once=CHUNKS_A_PAGE if outcome is None else None):
        if outcome is not None and line.outcome != outcome:
            continue
        if len(lines) == limit:
            return lines, position
        lines.append(line)
        if len(lines) == there:
            return lines, None  # the job counted no more of them: there is no need to read on
    return lines, None


def _from(jobs: JobStore, job: Job, start: Position, *, at_once: int | None) -> Iterator[tuple[Position, LedgerLine]]:
    first_chunk, first_line = start
    for chunk in jobs.ledger(job, after=first_chunk - 1, at_once=at_once):
        skipped = first_line if chunk.chunk == first_chunk else 0
        for index, line in enumerate(chunk.lines[skipped:], skipped):
            yield (chunk.chunk, index), line
