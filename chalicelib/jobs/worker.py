"""The worker: claims one job, runs its step, and ends or parks the job whatever happens."""

import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from chalicelib.foundation.acting_client import acting_for
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.dynamo import ResponseLost
from chalicelib.foundation.errors import ProviderBusy, ServiceError
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.log import error_origin
from chalicelib.foundation.request_id import working_for
from chalicelib.jobs.job import Job, JobState, ParkReason
from chalicelib.jobs.measures import end_measures, measured_kind, start_measures
from chalicelib.jobs.refusals import Fenced, StoreBusy
from chalicelib.jobs.retry import LONGEST_LIFE, LONGEST_WAIT, MOST_CRASHES, MOST_FAILURES, wait_before_retry
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore

log = logging.getLogger(__name__)

Step = Callable[[Run], None]
STORE_WAIT = timedelta(seconds=5)  # at least, if the store is busy or silent
DEFAULT_PROVIDER_WAIT = timedelta(seconds=30)  # if a busy provider names no time


class WorkQueue(Protocol):
    """Starts jobs at once. A lost message does no harm: the schedule finds every due job."""

    def send(self, job_id: str, *, after: timedelta = timedelta()) -> None: ...


class RunOutcome(StrEnum):
    """The result of one run of a job."""

    FINISHED = "finished"  # completed or partial
    FAILED = "failed"  # for good
    HANDED_OVER = "handed_over"  # the time was up; another invocation continues
    PARKED = "parked"  # waits for a provider, a retry, or a later time
    LOST = "lost"  # canceled meanwhile, or claimed by another worker


@dataclass(frozen=True)
class Worker:
    """Claims jobs and runs their steps; decides about retries."""

    jobs: JobStore
    steps: Mapping[str, Step]  #: the step of each kind of job
    work_queue: WorkQueue
    clock: Clock  #: this process's own, for its time limit; leases and due times use the clock of `jobs`
    chance: random.Random
    stopping: Callable[[], bool] = lambda: False  #: whether this process is shutting down; never true in Lambda
    on_finished: Callable[[Job], None] = lambda _: None  #: called after a job has ended, if time is left

    def claim(self, job_id: str) -> Job | None:
        """Claim the job; None if it is not due, finished, or leased to another worker. Raises as `JobStore.claim`."""
        return self.jobs.claim(job_id, fresh_id(), self.jobs.clock.now())

    def run(self, job: Job, *, until: datetime, reserve: timedelta) -> RunOutcome:
        """Work on a claimed job until it ends, waits, or little more than `reserve` is left before `until`."""
        run = Run(self.jobs, self.clock, job, until=until, reserve=reserve, stopping=self.stopping)
        with working_for(job.request_id or ""), acting_for(job.client or ""):
            return self._run(run)

    def _run(self, run: Run) -> RunOutcome:
        job = run.job
        if job.attempts == 1:
            log.info("job_started", extra=start_measures(job))
        try:
            outcome = self._run_step(run)
            self._start_next(run, outcome)
        except (Fenced, ResponseLost) as error:
            log.info("job_lost", extra={"job_id": job.job_id, "why": type(error).__name__})
            return RunOutcome.LOST
        self._call_on_finished(run)
        log.info("job_ran", extra={"job_id": job.job_id, "kind": job.kind, "ran": outcome.value, "rev": run.job.rev})
        if run.job.is_finished:
            log.info("job_finished", extra=end_measures(run.job))
        return outcome

    def _run_step(self, run: Run) -> RunOutcome:
        try:
            if not self._fail_if_over_limits(run):
                self.steps[run.job.kind](run)
        except ProviderBusy as busy:
            return self._wait_for_provider(run, busy)
        except (ResponseLost, StoreBusy):
            return self._wait_for_store(run)
        except (Fenced, MemoryError):
            raise
        except ServiceError as error:
            return self._retry(run, error) if error.retryable else self._fail(run, error.detail, error.slug)
        except Exception as error:  # whatever it is, the step is retried a limited number of times
            return self._retry(run, error)
        if run.job.state is JobState.QUEUED:
            return RunOutcome.PARKED
        if not run.job.is_finished:
            run.park(timedelta(), ParkReason.HAND_OVER)
            return RunOutcome.HANDED_OVER
        return RunOutcome.FAILED if run.job.state is JobState.FAILED else RunOutcome.FINISHED

    def _fail_if_over_limits(self, run: Run) -> bool:
        """Fail a job that is too old or has crashed too often; True if so."""
        if self.jobs.clock.now() - run.job.created_at > LONGEST_LIFE:
            self._fail(run, "This job did not finish within 48 hours, so we stopped it. Try again.", "gave_up")
        elif run.job.crashes > MOST_CRASHES:
            self._fail(run, "This job crashed our workers repeatedly, so we stopped it.", "crashed")
        return run.job.is_finished

    def _wait_for_provider(self, run: Run, busy: ProviderBusy) -> RunOutcome:
        log.info("provider_busy", extra=measured_kind(run.job))
        wait = busy.retry_after or DEFAULT_PROVIDER_WAIT
        run.park(wait + wait * 0.1 * self.chance.random(), ParkReason.PROVIDER, error=busy.detail)
        return RunOutcome.PARKED

    def _wait_for_store(self, run: Run) -> RunOutcome:
        """A store that is busy or silent is not a failure of the job."""
        wait = STORE_WAIT + STORE_WAIT * self.chance.random()
        run.park(wait, ParkReason.RETRY, error="The database is busy. We will retry.")
        return RunOutcome.PARKED

    def _retry(self, run: Run, error: Exception) -> RunOutcome:
        failures = run.job.failures + 1
        message = error.detail if isinstance(error, ServiceError) else "Something went wrong on our side."
        code = error.slug if isinstance(error, ServiceError) else "internal"
        log.warning("job_failed_once", extra=_log_fields(run.job, error))
        if failures >= MOST_FAILURES:
            return self._fail(run, f"{message} We tried {failures} times.", code)
        wait = wait_before_retry(failures, jitter=self.chance)
        run.park(min(wait, LONGEST_WAIT), ParkReason.RETRY, failed=True, error=message)
        return RunOutcome.PARKED

    def _fail(self, run: Run, error: str, code: str) -> RunOutcome:
        run.fail(error, code)
        if run.job.has_failed_by_us:
            log.error("job_failed_by_us", extra={"job_id": run.job.job_id, "kind": run.job.kind, "code": code})
        return RunOutcome.FAILED

    def _start_next(self, run: Run, outcome: RunOutcome) -> None:
        """Send the jobs that may run now to the work queue, and this one for the end of its wait."""
        job = run.job
        if outcome is RunOutcome.HANDED_OVER:
            self.work_queue.send(job.job_id)
        elif outcome is RunOutcome.PARKED:
            if run.promoted is not None:
                self.work_queue.send(run.promoted)
            if job.not_before is not None:
                self.work_queue.send(job.job_id, after=job.not_before - self.jobs.clock.now())
        elif job.is_finished:
            for next_id in self.jobs.queue(job.owner, job.lane).jobs[:1]:
                self.work_queue.send(next_id)

    def _call_on_finished(self, run: Run) -> None:
        if not run.job.is_finished or run.out_of_time():
            return
        try:
            self.on_finished(run.job)
        except Exception as error:  # the job has ended, whatever comes of this
            log.warning("after_job_failed", extra=_log_fields(run.job, error))


def _log_fields(job: Job, error: Exception) -> dict[str, str | int]:
    """The loggable fields of an error: its type and place, but not its message, which may hold personal data."""
    return {"job_id": job.job_id, **error_origin(error), "failures": job.failures + 1}
