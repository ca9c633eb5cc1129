"""One claim of one job: the handle that a step works with."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.json import Json
from chalicelib.jobs.job import Job, JobState, ParkReason
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.store import JobStore

LONGEST_CALL = timedelta(seconds=25)  # one call to a provider
CALL_RESERVE = timedelta(seconds=5)  # what must be left after it to commit its result


class Run:
    """A worker's handle on the job it has claimed.

    Every write may raise `Fenced`: the job no longer belongs to this worker, and the step must end.
    """

    job: Job  #: as the last write left it
    until: datetime  #: when the invocation's time is up
    promoted: str | None  #: the id of another job of the owner that may run now, after `park`

    def __init__(
        self,
        store: JobStore,
        clock: Clock,
        job: Job,
        *,
        until: datetime,
        reserve: timedelta,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        """Start working on a claimed job.

        Args:
            reserve: how long before `until` the job is handed over.
            stopping: whether this process is shutting down; the job is then handed over before its time is up.
        """
        self._store, self._clock, self._stopping = store, clock, stopping
        self.job = job
        self.until, self._reserve = until, reserve
        self.promoted = None

    def time_left(self) -> timedelta:
        return self.until - self._clock.now()

    def out_of_time(self) -> bool:
        """Whether the step must stop where it is and return; another invocation continues the job."""
        return self._stopping() or self.time_left() < self._reserve

    def call_timeout(self) -> timedelta:
        """How long one call to a provider may take now."""
        return max(timedelta(seconds=1), min(LONGEST_CALL, self.time_left() - CALL_RESERVE))

    def commit(self, progress: Progress) -> None:
        """Commit a chunk; with `progress.state`, end the job. Raises as `JobStore.commit`."""
        self.job = self._store.commit(self.job, progress)

    def fail(self, error: str, code: str) -> None:
        """End the job as failed. Raises as `JobStore.commit`."""
        self.commit(Progress(self.job.cursor, state=JobState.FAILED, error=error, error_code=code))

    def restart(self, cursor: Json, details: Mapping[str, Json] | None = None) -> None:
        """List the source from the start, with counts from zero. Raises as `JobStore.restart`."""
        self.job = self._store.restart(self.job, cursor=cursor, details=details or {})

    def park(self, wait: timedelta, waiting: ParkReason, *, failed: bool = False, error: str | None = None) -> None:
        """End the claim and let the job wait. Raises as `JobStore.park`."""
        until = self._store.clock.now() + wait
        self.promoted = self._store.park(self.job, until=until, waiting=waiting, failed=failed, error=error)
        self.job = replace(self.job, state=JobState.QUEUED, rev=self.job.rev + 1, not_before=until, waiting=waiting)
