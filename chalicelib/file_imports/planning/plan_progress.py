"""Commits how far the reading or the planning of a file has come."""

from dataclasses import dataclass, field
from datetime import timedelta

from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run

COMMIT_EVERY = timedelta(seconds=1)


class OutOfTime(Exception):
    """The time of the invocation is up; the job is handed over."""


@dataclass
class RowProgress:
    """The progress of one run."""

    run: Run
    name: str  #: of the number of rows, in the job's details
    estimate: int | None = None
    _committed_at: timedelta = field(init=False)  # as the time that was left then

    def __post_init__(self) -> None:
        self._committed_at = self.run.time_left()

    def __call__(self, count: int) -> None:
        """Commit the number of rows, at most once a second.

        Raises:
            OutOfTime: the step must return.
        """
        if self.run.out_of_time():
            raise OutOfTime
        time_left = self.run.time_left()
        if self._committed_at - time_left >= COMMIT_EVERY:
            self._committed_at = time_left
            self.run.commit(Progress(self.run.job.cursor, details={self.name: count}, estimate=self.estimate))
