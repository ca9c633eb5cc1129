"""Starts disconnecting an account: nothing new can start then, and a job (`disconnect_step.py`) does the rest."""

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.accounts.connection import RACES, Connection, is_for_connection, job_details
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.accounts.job_kinds import DISCONNECT
from chalicelib.accounts.refresh_store import RefreshStore
from chalicelib.foundation.errors import Conflict, InvalidInput
from chalicelib.foundation.ids import fresh_id
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import WorkQueue

DISCONNECT_KIND = DISCONNECT.name


class ContactsChoice(StrEnum):
    """What happens to the contacts of a disconnected account."""

    KEEP = "keep"  # its contacts stay in the address book
    REMOVE = "remove"  # its records are removed


@dataclass(frozen=True)
class Disconnect:
    """Starts disconnecting an account."""

    connections: ConnectionStore
    refreshes: RefreshStore
    jobs: JobStore
    work_queue: WorkQueue

    def __call__(self, owner: str, connection_id: str, *, contacts: str = ContactsChoice.KEEP, person: str = "") -> Job:
        """Mark the connection, cancel its jobs, stop its refresh and create the disconnect job, in one transaction.

        A repeated call returns the same job.

        Raises:
            NotFound: this owner has no such connection.
            InvalidInput: `contacts` is neither "keep" nor "remove".
            Conflict: it is already being disconnected with the other choice for `contacts`.
            TooMany: the owner's queue is full.
        """
        if contacts not in tuple(ContactsChoice):
            raise InvalidInput("contacts must be keep or remove.", field="contacts")
        for _ in range(RACES):
            connection = self.connections.get(owner, connection_id)
            job = self._existing_job(connection, contacts) or self._create(connection, contacts, person)
            if job is not None:
                return job
        raise Conflict("This account was changed at the same time. Try again.")

    def _existing_job(self, connection: Connection, contacts: str) -> Job | None:
        """The earlier job that already does what is requested; None if a new one is needed.

        Raises:
            Conflict: an unfinished job makes the other choice.
        """
        job = None if connection.disconnect_job is None else self.jobs.find(connection.disconnect_job)
        if job is None:
            return None
        same = job.details["contacts"] == contacts
        if not job.is_finished and not same:
            raise Conflict("This account is already being disconnected. Choose the other option after that.")
        if job.state in (JobState.FAILED, JobState.CANCELED):
            return None
        return job if same or contacts == ContactsChoice.KEEP else None

    def _create(self, connection: Connection, contacts: str, person: str) -> Job | None:
        live = [
            job.job_id
            for job in self.jobs.unfinished(connection.owner)
            if is_for_connection(job, connection.connection_id)
        ]
        details = job_details(connection, contacts=str(contacts), person=person)
        new = NewJob(fresh_id(), connection.owner, DISCONNECT_KIND, details)
        mark = self.connections.writes.start_disconnect(connection, new.job_id)
        stop = self.refreshes.stop_write(connection.owner, connection.connection_id)
        try:
            created = self.jobs.create(new, canceling=live, extra_writes=[mark, stop])
        except ExtraWriteRefused:
            return None
        self.work_queue.send(created.job_id)
        return created
