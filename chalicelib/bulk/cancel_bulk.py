"""Cancel a bulk create or a cleanup. Committed contacts stay, and a cleanup can delete them."""

from dataclasses import dataclass

from chalicelib.bulk.bulk_job import CLEANUP_KIND, CREATE_KIND
from chalicelib.bulk.own_jobs import own_job
from chalicelib.jobs.cancel_job import CancelJob
from chalicelib.jobs.job import Job
from chalicelib.jobs.store import JobStore


@dataclass(frozen=True)
class CancelBulk:
    """Cancels bulk jobs."""

    jobs: JobStore
    cancel_job: CancelJob

    def __call__(self, owner: str, job_id: str) -> Job:
        """Cancels the job and returns it. Idempotent.

        Raises:
            NotFound: the job does not exist, or belongs to another person.
            Conflict: the job has finished.
        """
        own_job(self.jobs, owner, job_id, CREATE_KIND, CLEANUP_KIND)
        return self.cancel_job(owner, job_id)
