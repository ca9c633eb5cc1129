"""Actions of operators on jobs, the same that owners have. Each action is logged with the operator."""

import logging
from dataclasses import dataclass

from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.json import Json
from chalicelib.jobs.job import Job
from chalicelib.jobs.run_now import RunNow
from chalicelib.jobs.store import JobStore
from chalicelib.operating.allowed_actions import UNKNOWN_KIND, ActionsByKind, JobActions

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OperatorActions:
    """Cancels jobs, runs them again, and runs the schedule."""

    jobs: JobStore
    #: What operators may do with jobs of each kind.
    kinds: ActionsByKind
    run_now: RunNow

    def cancel(self, job_id: str, *, operator: str) -> Job:
        """Cancels an unfinished job; what it committed stays. Idempotent.

        Raises:
            NotFound: the job does not exist.
            Conflict: the job has finished, or jobs of its kind cannot be canceled.
        """
        job, kind = self._known(job_id)
        if kind.cancel is None:
            raise Conflict(kind.not_cancelable, kind=job.kind)
        canceled = kind.cancel(job.owner, job_id)
        _log_action("cancel", operator, canceled)
        return canceled

    def retry(self, job_id: str, *, operator: str, idempotency_key: str | None = None) -> Job:
        """Run a finished job again, as a new one for the same person; the same `idempotency_key` gives the same job.

        Raises:
            NotFound: the job does not exist.
            Conflict: the job has not finished, jobs of its kind cannot run again, or its account is disconnected or
                must be connected again by the person.
        """
        job, kind = self._known(job_id)
        if kind.retry is None:
            raise Conflict("Only imports can be run again.", kind=job.kind)
        new_job = kind.retry(job.owner, job_id, idempotency_key)
        _log_action("retry", operator, new_job)
        return new_job

    def run_schedule(self, *, operator: str, seconds_left: float | None) -> dict[str, Json]:
        """Runs the schedule now, and returns what ran, as the cron route does."""
        log.info("operator_acted", extra={"act": "run_schedule", "operator": operator})
        return self.run_now(seconds_left)

    def _known(self, job_id: str) -> tuple[Job, JobActions]:
        job = self.jobs.get(job_id)
        return job, self.kinds.get(job.kind, UNKNOWN_KIND)


def _log_action(act: str, operator: str, job: Job) -> None:
    log.info("operator_acted", extra={"act": act, "operator": operator, "job_id": job.job_id, "kind": job.kind})
