"""What an operator does about jobs: what its own person could do too. Each act is logged with who did it."""

import logging
from dataclasses import dataclass

from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.json import Json
from chalicelib.jobs.job import Job
from chalicelib.jobs.run_now import RunNow
from chalicelib.jobs.store import JobStore
from chalicelib.operating.allowed_actions import UNKNOWN, JobActions, Kinds

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OperatorActions:
    """Args:
    kinds: what may be done with jobs of each kind.
    """

    jobs: JobStore
    kinds: Kinds
    run_now: RunNow

    def cancel(self, job_id: str, *, operator: str) -> Job:
        """End an unfinished job; what it did stays. Canceling twice is one canceling.

        Raises:
            NotFound: there is none. Conflict: it has finished, or a job of its kind must run to its end.
        """
        job, kind = self._known(job_id)
        if kind.cancel is None:
            raise Conflict(kind.not_cancelable, kind=job.kind)
        canceled = kind.cancel(job.owner, job_id)
        _note("cancel", operator, canceled)
        return canceled

    def retry(self, job_id: str, *, operator: str, idempotency_key: str | None = None) -> Job:
        """Run a finished job again, as a new one for the same person; the same `idempotency_key` gives the same job.

        Raises:
            NotFound: there is none. Conflict: it has not finished, or cannot be run again; its account may be
                disconnected, or must be connected again by the person.
        """
        job, kind = self._known(job_id)
        if kind.retry is None:
            raise Conflict("Only an import can be run again.", kind=job.kind)
        begun = kind.retry(job.owner, job_id, idempotency_key)
        _note("retry", operator, begun)
        return begun

    def run_schedule(self, *, operator: str, seconds_left: float | None) -> dict[str, Json]:
        """The schedule's work, now; answers what ran, as the cron route does."""
        log.info("operator_acted", extra={"act": "run_schedule", "operator": operator})
        return self.run_now(seconds_left)

    def _known(self, job_id: str) -> tuple[Job, JobActions]:
        job = self.jobs.get(job_id)
        return job, self.kinds.get(job.kind, UNKNOWN)


def _note(act: str, operator: str, job: Job) -> None:
    log.info("operator_acted", extra={"act": act, "operator": operator, "job_id": job.job_id, "kind": job.kind})
