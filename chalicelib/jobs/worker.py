"""The worker: claims one job, lets its step work, and puts it back whatever happened."""

import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.dynamo import ResponseLost
from chalicelib.foundation.errors import ProviderBusy, ServiceError
from chalicelib.foundation.ids import fresh_id
from chalicelib.jobs.job import Job, JobState, ParkReason
from chalicelib.jobs.refusals import Fenced, StoreBusy
from chalicelib.jobs.retry import LONGEST_LIFE, LONGEST_WAIT, MOST_CRASHES, MOST_FAILURES, wait_before_retry
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore

log = logging.getLogger(__name__)

Step = Callable[[Run], None]
STORE_WAIT = timedelta(seconds=5)  # at least, where the store gave no answer
UNASKED_WAIT = timedelta(seconds=30)  # where a provider is busy and does not say for how long


class WorkQueue(Protocol):
    """The work queue: starts a job at once. Losing a message harms nothing."""

    def send(self, job_id: str, *, after: timedelta = timedelta()) -> None: ...


class RunOutcome(StrEnum):
    """How one run of a job ended."""

    FINISHED = "finished"  # completed or partial
    FAILED = "failed"  # for good
    HANDED_OVER = "handed_over"  # the time was up; somebody goes on
    PARKED = "parked"  # waits for a provider, or to be tried again
    LOST = "lost"  # canceled meanwhile, or somebody else's


@dataclass(frozen=True)
class Worker:
    """Args:
    steps: what one invocation does for a job of each kind.
    clock: this process's own, for how long it may work; leases and due times use the clock of `jobs`.
    stopping: whether this process was told to stop; running jobs are then handed over. Lambda never tells.
    finished: what is done after a job has ended, where there is time; the job does not wait for it, nor does the next.
    """

    jobs: JobStore
    steps: Mapping[str, Step]
    work_queue: WorkQueue
    clock: Clock
    chance: random.Random
    stopping: Callable[[], bool] = lambda: False
    finished: Callable[[Job], None] = lambda _: None

    def claim(self, job_id: str) -> Job | None:
        """Take the job, or None when it is not due, finished, or somebody else's."""
        return self.jobs.claim(job_id, fresh_id(), self.jobs.clock.now())

    def run(self, job: Job, *, until: datetime, reserve: timedelta) -> RunOutcome:
        """Work on a claimed job until it is finished or little more than `reserve` is left before `until`."""
        run = Run(self.jobs, self.clock, job, until=until, reserve=reserve, stopping=self.stopping)
        try:
            ran = self._worked(run)
            self._kick(run, ran)
        except (Fenced, ResponseLost) as gone:
            log.info("job_lost", extra={"job_id": job.job_id, "why": type(gone).__name__})
            return RunOutcome.LOST
        self._after(run)
        log.info("job_ran", extra={"job_id": job.job_id, "kind": job.kind, "ran": ran.value, "rev": run.job.rev})
        return ran

    def _worked(self, run: Run) -> RunOutcome:
        try:
            if not self._is_given_up(run):
                self.steps[run.job.kind](run)
        except ProviderBusy as busy:
            return self._wait_for_provider(run, busy)
        except (ResponseLost, StoreBusy):
            return self._wait_for_store(run)
        except (Fenced, MemoryError):
            raise
        except ServiceError as told:
            return self._try_again(run, told) if told.retryable else self._failed(run, told.detail, told.slug)
        except Exception as error:  # whatever it is, the job is tried again a bounded number of times
            return self._try_again(run, error)
        if run.job.state is JobState.QUEUED:
            return RunOutcome.PARKED
        if not run.job.is_finished:
            run.park(timedelta(), ParkReason.HAND_OVER)
            return RunOutcome.HANDED_OVER
        return RunOutcome.FAILED if run.job.state is JobState.FAILED else RunOutcome.FINISHED

    def _is_given_up(self, run: Run) -> bool:
        if self.jobs.clock.now() - run.job.created_at > LONGEST_LIFE:
            run.fail("This took longer than 48 hours; we gave up. Try again.", "gave_up")
        elif run.job.crashes > MOST_CRASHES:
            run.fail("Our workers kept crashing on this; we gave up.", "crashed")
        return run.job.is_finished

    def _wait_for_provider(self, run: Run, busy: ProviderBusy) -> RunOutcome:
        asked = busy.retry_after or UNASKED_WAIT
        run.park(asked + asked * 0.1 * self.chance.random(), ParkReason.PROVIDER, error=busy.detail)
        return RunOutcome.PARKED

    def _wait_for_store(self, run: Run) -> RunOutcome:
        """A store that is busy or silent is no failure of the job."""
        run.park(STORE_WAIT + STORE_WAIT * self.chance.random(), ParkReason.RETRY, error="The database was too busy.")
        return RunOutcome.PARKED

    def _try_again(self, run: Run, error: Exception) -> RunOutcome:
        failures = run.job.failures + 1
        told = error.detail if isinstance(error, ServiceError) else "Something went wrong on our side."
        code = error.slug if isinstance(error, ServiceError) else "internal"
        log.warning("job_failed_once", extra=_without_words(run.job, error))
        if failures >= MOST_FAILURES:
            return self._failed(run, f"{told} We tried {failures} times.", code)
        wait = wait_before_retry(failures, jitter=self.chance)
        run.park(min(wait, LONGEST_WAIT), ParkReason.RETRY, failed=True, error=told)
        return RunOutcome.PARKED

    def _failed(self, run: Run, error: str, code: str) -> RunOutcome:
        run.fail(error, code)
        return RunOutcome.FAILED

    def _kick(self, run: Run, ran: RunOutcome) -> None:
        """Whoever may go on now starts at once."""
        if ran is RunOutcome.HANDED_OVER:
            self.work_queue.send(run.job.job_id)
        elif ran is RunOutcome.PARKED:
            self._kick_later(run)
        elif run.job.is_finished:
            for next_id in self.jobs.queue(run.job.owner, run.job.lane).jobs[:1]:
                self.work_queue.send(next_id)

    def _after(self, run: Run) -> None:
        if not run.job.is_finished or run.out_of_time():
            return
        try:
            self.finished(run.job)
        except Exception as error:  # the job has ended, whatever comes of this
            log.warning("after_job_failed", extra=_without_words(run.job, error))

    def _kick_later(self, run: Run) -> None:
        """Whoever is first in the line now begins at once, and this one when its wait is over."""
        if run.promoted is not None:
            self.work_queue.send(run.promoted)
        if run.job.not_before is not None:
            self.work_queue.send(run.job.job_id, after=run.job.not_before - self.jobs.clock.now())


def _without_words(job: Job, error: Exception) -> dict[str, str | int]:
    """What the log may say of an error: where it came from, never its words, which may hold people's data."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    return {"job_id": job.job_id, "error": type(error).__name__, "where": where, "failures": job.failures + 1}
