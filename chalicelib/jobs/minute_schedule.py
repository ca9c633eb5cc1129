"""One run of the minute schedule: start what is due by a schedule of its own, claim due jobs, the oldest
first, and work on them in parallel."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.executor import Executor
from chalicelib.foundation.log import error_origin
from chalicelib.jobs.job import Job
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import RunOutcome, Worker, WorkQueue

log = logging.getLogger(__name__)

MOST_DUE = 50  # due jobs that one run looks at; the work queue may have started some of them already


@dataclass(frozen=True, slots=True)
class ScheduleRun:
    """The jobs of one run, by id."""

    processed: Sequence[str] = field(default_factory=tuple)  #: finished, parked or handed over
    failed: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True)
class RunSchedule:
    """Finds every due job, even one whose message was lost, whose worker crashed or whose wait has ended."""

    jobs: JobStore
    worker: Worker
    work_queue: WorkQueue  #: starts the due jobs beyond `claim_limit`
    clock: Clock
    executor: Executor  #: runs the claimed jobs; not the one of the steps, which would starve them
    claim_limit: int = 2  #: how many jobs one run works on itself
    #: each creates jobs that are due by a schedule of their own, or does what needs no job, such as sending e-mails
    starters: Sequence[Callable[[], object]] = ()

    def __call__(self, *, until: datetime, reserve: timedelta) -> ScheduleRun:
        """Work until `until`; a job that is not finished `reserve` before that is handed over."""
        now = self.clock.now()
        self.jobs.record_schedule_run(now)
        self._start_due()
        since = self.jobs.due_since(now, limit=MOST_DUE)
        due = [job_id for job_id, _ in since]
        oldest = round((now - since[0][1]).total_seconds()) if since else 0
        claimed, rest = self._claim(due)
        for job_id in rest:
            self.work_queue.send(job_id)
        outcomes = self.executor.all([partial(self.worker.run, job, until=until, reserve=reserve) for job in claimed])
        failed = tuple(
            job.job_id for job, outcome in zip(claimed, outcomes, strict=True) if outcome is RunOutcome.FAILED
        )
        processed = tuple(job.job_id for job in claimed if job.job_id not in failed)
        log.info(
            "schedule_ran",
            extra={"due": len(due), "oldest_seconds": oldest, "processed": len(processed), "failed": len(failed)},
        )
        return ScheduleRun(processed, failed)

    def _start_due(self) -> None:
        for start in self.starters:
            try:
                start()
            except Exception as error:  # jobs that exist are not to wait for it; the next minute tries again
                log.error("due_jobs_not_created", extra=error_origin(error))

    def _claim(self, due: Sequence[str]) -> tuple[list[Job], Sequence[str]]:
        """Claim as many jobs as this run works on. Returns them, and the ids of those not tried."""
        claimed: list[Job] = []
        for tried, job_id in enumerate(due):
            if len(claimed) == self.claim_limit:
                return claimed, due[tried:]
            job = self.worker.claim(job_id)
            if job is not None:
                claimed.append(job)
        return claimed, ()
