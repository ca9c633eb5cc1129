"""Cancels an import."""

from dataclasses import dataclass

from chalicelib.accounts.connection import IMPORT_KIND
from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.router import not_found
from chalicelib.jobs.cancel_job import CancelJob
from chalicelib.jobs.job import Job
from chalicelib.jobs.store import JobStore


@dataclass(frozen=True)
class CancelImport:
    """Cancels an import of its owner."""

    jobs: JobStore
    cancel_job: CancelJob

    def __call__(self, owner: str, job_id: str) -> Job:
        """The canceled import. Safe to repeat.

        Raises:
            NotFound: this owner has no such job.
            Conflict: the job has finished, or is not an import.
        """
        job = self.jobs.find(job_id)
        if job is None or job.owner != owner:
            raise not_found()
        if job.kind != IMPORT_KIND:
            raise Conflict("Only imports can be canceled.", kind=job.kind)
        return self.cancel_job(owner, job_id)
