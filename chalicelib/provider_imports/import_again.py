"""Imports an account again: incrementally if possible, in full otherwise or on request."""

from dataclasses import dataclass

from chalicelib.accounts.connection import is_for_connection
from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.ids import fresh_id, id_of
from chalicelib.jobs.job import Job
from chalicelib.jobs.store import JobStore
from chalicelib.provider_imports.begin_import import BeginImport, ImportRequest


@dataclass(frozen=True)
class ImportAgain:
    """Starts a further import at a person's request."""

    begin: BeginImport
    jobs: JobStore

    def __call__(
        self,
        owner: str,
        connection_id: str,
        *,
        full: bool = False,
        idempotency_key: str | None = None,
        person: str = "",
    ) -> Job:
        """The import. Repeated requests return the same one.

        Args:
            full: list everything, even if an incremental import is possible.
            idempotency_key: identifies the request. It does not depend on the resulting mode, which may be another one
                when the same request is repeated.

        Raises:
            Conflict: the key was used for a different request, or as `BeginImport`.
            NotFound, ConsentNeeded, TooMany: as `BeginImport`.
        """
        job_id = fresh_id() if idempotency_key is None else id_of("import-again", owner, idempotency_key)
        known = None if idempotency_key is None else self.jobs.find(job_id)
        if known is None:
            return self.begin(ImportRequest(owner, connection_id, job_id, person, full))
        if not is_for_connection(known, connection_id) or known.details.get("asked_full") != full:
            raise Conflict("This idempotency key was already used for a different request. Use a new key.")
        return known
