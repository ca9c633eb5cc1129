"""The job that takes a connection apart, once somebody asked for it.

It takes the grant back at the provider, forgets tokens and sync state, removes the account's contacts where that was
asked for, and only then is the account disconnected.
"""

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.accounts.connection import Connection
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.accounts.consent import Authorities
from chalicelib.accounts.disconnect import Contacts
from chalicelib.accounts.tokens import TokenSeal, of_connection
from chalicelib.books.remove_records import RemoveRecords
from chalicelib.foundation.errors import Misconfigured, ProviderBroken, ProviderBusy
from chalicelib.jobs.job import JobState
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run

MOST_REVOCATIONS = 3  # failures after which we go on without: the person asked to be rid of it
FORGOTTEN = {"phase": "remove"}  # the cursor once the tokens are gone


class Revoked(StrEnum):
    """What became of the grant at the provider; in the job's details."""

    YES = "yes"
    NOT_OFFERED = "not_offered"  # the provider has no such call; people can do it in their account there
    FAILED = "failed"  # it did not work, several times; people can do it in their account there
    NOTHING = "nothing"  # there were no tokens any more


@dataclass(frozen=True)
class DisconnectStep:
    """The step of a disconnect job."""

    connections: ConnectionStore
    tokens: TokenSeal
    authorities: Authorities
    remove: RemoveRecords

    def __call__(self, run: Run) -> None:
        connection = self.connections.get(run.job.owner, run.job.details["connection_id"])
        if (run.job.cursor or {}).get("phase") != FORGOTTEN["phase"]:
            self._forget(run, connection, self._revoked(run, connection))
        disconnected = self.connections.disconnected_write(connection, run.job.job_id)
        if run.job.details["contacts"] == Contacts.REMOVE:
            self.remove(run, connection.source, lambda known: known, [disconnected])
        else:
            run.commit(Progress(run.job.cursor, state=JobState.COMPLETED, extra_writes=[disconnected]))

    def _revoked(self, run: Run, connection: Connection) -> Revoked:
        if connection.sealed is None:
            return Revoked.NOTHING
        if run.job.failures >= MOST_REVOCATIONS:
            return Revoked.FAILED
        try:
            place = of_connection(connection.owner, connection.connection_id)
            tokens = self.tokens.opened(connection.sealed, place)
            done = self.authorities(connection.provider).revoke(tokens.revocable)
        except ProviderBusy as busy:
            raise ProviderBroken(busy.detail) from busy  # counted as a failure, so that we do not wait for ever
        except Misconfigured:
            return Revoked.FAILED
        return Revoked.YES if done else Revoked.NOT_OFFERED

    def _forget(self, run: Run, connection: Connection, revoked: Revoked) -> None:
        write = self.connections.forgotten_write(connection, run.job.job_id)
        run.commit(Progress(FORGOTTEN, extra_writes=[write], details={"revoked": revoked.value}))
