"""Runs a finished import again, as a new job with the id of the old one in `retry_of`."""

from dataclasses import dataclass

from chalicelib.accounts.connection import FULL, IMPORT_KIND
from chalicelib.foundation.errors import Conflict, NotFound
from chalicelib.foundation.ids import fresh_id, id_of
from chalicelib.jobs.job import Job
from chalicelib.jobs.store import JobStore
from chalicelib.provider_imports.begin_import import BeginImport, ImportRequest


@dataclass(frozen=True)
class RetryImport:
    """Starts an import in the mode of a finished one."""

    begin: BeginImport
    jobs: JobStore

    def __call__(self, owner: str, job_id: str, *, idempotency_key: str | None = None, person: str = "") -> Job:
        """The new import, full if the old one was full.

        Raises:
            NotFound: this owner has no such job, or as `BeginImport`.
            Conflict: the job has not finished or is not an import, or as `BeginImport`.
            ConsentNeeded, TooMany: as `BeginImport`.
        """
        old = self.jobs.find(job_id)
        if old is None or old.owner != owner:
            raise NotFound("Job not found.")
        if old.kind != IMPORT_KIND:
            raise Conflict("Only imports can be run again.", kind=old.kind)
        if not old.is_finished:
            raise Conflict("This import has not finished. Wait for it, or cancel it first.", state=old.state.value)
        new_id = fresh_id() if idempotency_key is None else id_of("retry", owner, job_id, idempotency_key)
        known = None if idempotency_key is None else self.jobs.find(new_id)
        if known is not None:
            return known
        full = old.details.get("mode", FULL) == FULL
        return self.begin(ImportRequest(owner, old.details["connection_id"], new_id, person, full, retry_of=job_id))
