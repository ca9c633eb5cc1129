"""Begin a further import of an account that is connected, for whoever asks: somebody who imports again, or retries."""

from dataclasses import dataclass

from chalicelib.accounts.connection import (
    FULL,
    IMPORT_KIND,
    INCREMENTAL,
    RACES,
    Connection,
    concerns,
    job_details,
)
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.foundation.errors import Conflict
from chalicelib.jobs.job import Job
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.jobs.store import JobStore, NewJob
from chalicelib.jobs.worker import WorkQueue
from chalicelib.provider_imports.held_removals import removals_pending


@dataclass(frozen=True, slots=True)
class Wanted:
    """Args:
    full: list everything, even where an incremental import is possible and would miss nothing.
    retry_of: the import that this one repeats.
    """

    owner: str
    connection_id: str
    job_id: str
    person: str
    full: bool
    retry_of: str | None = None


@dataclass(frozen=True)
class BeginImport:
    connections: ConnectionStore
    jobs: JobStore
    work_queue: WorkQueue

    def __call__(self, wanted: Wanted) -> Job:
        """The import that is wanted, or the one that is on its way already in the same mode.

        Raises:
            NotFound: no such connection. ConsentNeeded: it must be connected again. Conflict: it is disconnected, or
                being disconnected. TooMany: the line is full.
        """
        for _ in range(RACES):
            connection = self.connections.get(wanted.owner, wanted.connection_id)
            connection.check_usable()
            mode = FULL if wanted.full or connection.sync is None or self._removals_wait(connection) else INCREMENTAL
            live = self._live(connection, mode)
            if live is not None:
                return live
            created = self._created(wanted, connection, mode)
            if created is not None:
                self.work_queue.send(created.job_id)
                return created
        raise Conflict("This account is being changed at the same time. Try again.")

    def _removals_wait(self, connection: Connection) -> bool:
        """Whether removals still wait for a decision: providers report each removal once, so a full list is needed."""
        before = connection.last_finished
        if before is None or connection.decided == before:
            return False
        job = self.jobs.find(before)
        return job is not None and removals_pending(job, connection) > 0

    def _live(self, connection: Connection, mode: str) -> Job | None:
        for job in self.jobs.unfinished(connection.owner):
            if job.kind == IMPORT_KIND and concerns(job, connection.connection_id) and job.details["mode"] == mode:
                return job
        return None

    def _created(self, wanted: Wanted, connection: Connection, mode: str) -> Job | None:
        details = job_details(connection, mode=mode, person=wanted.person, asked_full=wanted.full)
        new = NewJob(wanted.job_id, wanted.owner, IMPORT_KIND, details, retry_of=wanted.retry_of)
        try:
            return self.jobs.create(new, extra_writes=[self.connections.begun_write(connection, new.job_id)])
        except ExtraWriteRefused:
            return None
