"""Starts a further import of a connected account, for `ImportAgain` and `RetryImport`."""

from dataclasses import dataclass

from chalicelib.accounts.connection import (
    FULL,
    IMPORT_KIND,
    INCREMENTAL,
    RACES,
    Connection,
    is_for_connection,
    job_details,
    removals_pending,
)
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.accounts.refresh_store import RefreshStore
from chalicelib.foundation.errors import Conflict
from chalicelib.jobs.job import Job
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import WorkQueue


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """A further import of a connected account."""

    owner: str
    connection_id: str
    #: The id of the new job.
    job_id: str
    #: The name of the person who requested it.
    person: str
    #: Whether to list everything, even if an incremental import is possible.
    full: bool
    #: The id of the import that this one repeats.
    retry_of: str | None = None


@dataclass(frozen=True)
class BeginImport:
    """Starts an import, unless one in the same mode is unfinished."""

    connections: ConnectionStore
    refreshes: RefreshStore
    jobs: JobStore
    work_queue: WorkQueue

    def __call__(self, request: ImportRequest) -> Job:
        """The new import, or an unfinished one of this account in the same mode.

        Raises:
            NotFound: this owner has no such connection.
            ConsentNeeded: the account must be connected again.
            Conflict: the account is disconnected, or being disconnected.
            TooMany: the owner's queue is full.
        """
        for _ in range(RACES):
            connection = self.connections.get(request.owner, request.connection_id)
            connection.check_usable()
            mode = (
                FULL if request.full or connection.sync is None or self._has_held_removals(connection) else INCREMENTAL
            )
            live = self._running_import(connection, mode)
            if live is not None:
                return live
            created = self._create(request, connection, mode)
            if created is not None:
                self.work_queue.send(created.job_id)
                return created
        raise Conflict("This account was changed at the same time. Try again.")

    def _has_held_removals(self, connection: Connection) -> bool:
        """Whether held removals wait for a decision. Then the import must be full: providers report removals once."""
        before = connection.last_finished
        if before is None or connection.decided == before:
            return False
        job = self.jobs.find(before)
        return job is not None and removals_pending(job, connection) > 0

    def _running_import(self, connection: Connection, mode: str) -> Job | None:
        for job in self.jobs.unfinished(connection.owner):
            if (
                job.kind == IMPORT_KIND
                and is_for_connection(job, connection.connection_id)
                and job.details["mode"] == mode
            ):
                return job
        return None

    def _create(self, request: ImportRequest, connection: Connection, mode: str) -> Job | None:
        details = job_details(connection, mode=mode, person=request.person, asked_full=request.full)
        new = NewJob(request.job_id, request.owner, IMPORT_KIND, details, retry_of=request.retry_of)
        writes = [self.connections.writes.start_import(connection, new.job_id)]
        if connection.waits_for_choice:  # everything comes, and from now on by itself
            writes.append(self.refreshes.start_write(connection.owner, connection.connection_id))
        try:
            return self.jobs.create(new, extra_writes=writes)
        except ExtraWriteRefused:
            return None
