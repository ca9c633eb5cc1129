"""The jobs of the books that got findings of a run, and how long to wait before looking at such jobs again."""

from collections.abc import Sequence
from datetime import timedelta

from chalicelib.enrichment.job_kinds import HANDED_OVER
from chalicelib.jobs.job import Job
from chalicelib.jobs.store import JobStore

FULL_BOOK_WAIT = timedelta(seconds=30)  # if the owner of a book has too many unfinished jobs
_FIRST_LOOK, _LOOK_PER_JOB = timedelta(seconds=1), timedelta(milliseconds=20)
_LONGEST_LOOK = timedelta(minutes=1)


def jobs_of_books(jobs: JobStore, run: Job) -> Sequence[Job]:
    """The jobs that wrote, or will write, what a run found out. Those of people who were erased are gone."""
    lines = (line for chunk in jobs.ledger(run) for line in chunk.lines)
    return list(jobs.get_many([line.source_id for line in lines if line.outcome == HANDED_OVER]).values())


def wait_for(unfinished: int) -> timedelta:
    """How long to wait for so many jobs before looking at them again."""
    return min(_FIRST_LOOK + unfinished * _LOOK_PER_JOB, _LONGEST_LOOK)
