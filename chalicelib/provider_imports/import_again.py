"""Import an account again: only what changed where the provider can tell, everything where it cannot or is asked to."""

from dataclasses import dataclass

from chalicelib.accounts.connection import is_for_connection
from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.ids import fresh_id, id_of
from chalicelib.jobs.job import Job
from chalicelib.jobs.store import JobStore
from chalicelib.provider_imports.begin_import import BeginImport, ImportRequest


@dataclass(frozen=True)
class ImportAgain:
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
        """One import, however often it is asked for.

        Args:
            once: an idempotency key. It stands for what was asked, not for the mode that came of it, which may be
                another one by the time the same request is repeated.

        Raises:
            Conflict: the key was used for something else; otherwise as `BeginImport`.
        """
        job_id = fresh_id() if idempotency_key is None else id_of("import-again", owner, idempotency_key)
        known = None if idempotency_key is None else self.jobs.find(job_id)
        if known is None:
            return self.begin(ImportRequest(owner, connection_id, job_id, person, full))
        if not is_for_connection(known, connection_id) or known.details.get("asked_full") != full:
            raise Conflict("This idempotency key was already used for a different request. Use a new key.")
        return known
