"""One claim of one job: what a step is given to work with."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.json import Json
from chalicelib.jobs.job import Job, JobState, ParkReason
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.store import JobStore

LONGEST_CALL = timedelta(seconds=25)  # one call to a provider
CALL_RESERVE = timedelta(seconds=5)  # what must be left after it to land what was done


class Run:
    """The holder's handle on its job.

    `job` is as the last write left it. Every write may raise `Fenced`: then the job is somebody else's and the step
    must simply end. `commit` may raise `Replan`: then read again what moved and plan the chunk again.

    Args:
        stopping: whether this process was told to stop, so that the job is handed over before its time is up.
    """

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
        self._store, self._clock, self._stopping = store, clock, stopping
        self.job = job
        self.until, self._reserve = until, reserve
        self.promoted: str | None = None  # another job of the owner that may run now

    def time_left(self) -> timedelta:
        return self.until - self._clock.now()

    def out_of_time(self) -> bool:
        """True when the step must stop where it is and return; the job goes on in another invocation."""
        return self._stopping() or self.time_left() < self._reserve

    def call_timeout(self) -> timedelta:
        """How long one call to a provider may take now."""
        return max(timedelta(seconds=1), min(LONGEST_CALL, self.time_left() - CALL_RESERVE))

    def commit(self, progress: Progress) -> None:
        """Land a chunk; with `progress.state` the job is finished."""
        self.job = self._store.commit(self.job, progress)

    def fail(self, error: str, code: str) -> None:
        self.commit(Progress(self.job.cursor, state=JobState.FAILED, error=error, error_code=code))

    def restart(self, cursor: Json, details: Mapping[str, Json] | None = None) -> None:
        """List the source from the start; what was counted so far counts no more."""
        self.job = self._store.restart(self.job, cursor=cursor, details=details or {})

    def park(self, wait: timedelta, waiting: ParkReason, *, failed: bool = False, error: str | None = None) -> None:
        until = self._store.clock.now() + wait
        self.promoted = self._store.park(self.job, until=until, waiting=waiting, failed=failed, error=error)
        self.job = replace(self.job, state=JobState.QUEUED, rev=self.job.rev + 1, not_before=until, waiting=waiting)
