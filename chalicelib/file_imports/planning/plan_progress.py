"""Commits how far the reading or the planning of a file has come."""

from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run


class OutOfTime(Exception):
    """The time of the invocation is up; the job is handed over."""


def commit_progress(run: Run, name: str, count: int, *, estimate: int | None = None) -> None:
    """Commit the number of rows under this name in the job's details.

    Raises:
        OutOfTime: the step must return.
    """
    if run.out_of_time():
        raise OutOfTime
    run.commit(Progress(run.job.cursor, details={name: count}, estimate=estimate))
