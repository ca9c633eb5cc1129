"""One run of the minute schedule: claim what is due, oldest first, and work on it side by side."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.executor import Executor
from chalicelib.jobs.job import Job
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import RunOutcome, Worker, WorkQueue

log = logging.getLogger(__name__)

LOOKED_AT = 50  # due jobs one run looks at: claims fail where a queue message was faster


@dataclass(frozen=True, slots=True)
class ScheduleRun:
    """Ids of what ran without failing (finished or handed over), and of what failed."""

    processed: Sequence[str] = field(default_factory=tuple)
    failed: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True)
class RunSchedule:
    """The guarantee: whatever the queue lost, a crash left or a wait ended is found here.

    Args:
        claim_limit: how many jobs one run works on itself; the others are kicked, so that the queue starts them.
        beside: runs that many jobs side by side; not shared with what the steps use, which would starve them.
    """

    jobs: JobStore
    worker: Worker
    work_queue: WorkQueue
    clock: Clock
    executor: Executor
    claim_limit: int = 2

    def __call__(self, *, until: datetime, reserve: timedelta) -> ScheduleRun:
        """Work until `until`; a job that is not finished `reserve` before that is handed over."""
        now = self.clock.now()
        self.jobs.record_schedule_run(now)
        since = self.jobs.due_since(now, limit=LOOKED_AT)
        due = [job_id for job_id, _ in since]
        oldest = round((now - since[0][1]).total_seconds()) if since else 0
        claimed, rest = self._claimed(due)
        for job_id in rest:
            self.work_queue.send(job_id)
        ran = self.executor.all([self._running(job, until, reserve) for job in claimed])
        failed = tuple(job.job_id for job, how in zip(claimed, ran, strict=True) if how is RunOutcome.FAILED)
        processed = tuple(job.job_id for job in claimed if job.job_id not in failed)
        log.info(
            "schedule_ran",
            extra={"due": len(due), "oldest_seconds": oldest, "processed": len(processed), "failed": len(failed)},
        )
        return ScheduleRun(processed, failed)

    def _claimed(self, due: Sequence[str]) -> tuple[list[Job], Sequence[str]]:
        claimed: list[Job] = []
        for looked_at, job_id in enumerate(due):
            if len(claimed) == self.claim_limit:
                return claimed, due[looked_at:]
            job = self.worker.claim(job_id)
            if job is not None:
                claimed.append(job)
        return claimed, ()

    def _running(self, job: Job, until: datetime, reserve: timedelta) -> Callable[[], RunOutcome]:
        return lambda: self.worker.run(job, until=until, reserve=reserve)
