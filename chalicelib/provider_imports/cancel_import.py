"""Cancel an import; whoever asks sees only their own."""

from dataclasses import dataclass

from chalicelib.accounts.connection import IMPORT_KIND
from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.router import not_found
from chalicelib.jobs.cancel_job import CancelJob
from chalicelib.jobs.job import Job
from chalicelib.jobs.store import JobStore


@dataclass(frozen=True)
class CancelImport:
    jobs: JobStore
    cancel_job: CancelJob

    def __call__(self, owner: str, job_id: str) -> Job:
        """The import, canceled; canceling twice is one canceling.

        Raises:
            NotFound: there is none of this owner. Conflict: it has finished, or is no import.
        """
        job = self.jobs.find(job_id)
        if job is None or job.owner != owner:
            raise not_found()
        if job.kind != IMPORT_KIND:
            raise Conflict("Only an import can be canceled.", kind=job.kind)
        return self.cancel_job(owner, job_id)
