"""The step of a disconnect job.

It revokes the grant at the provider, deletes tokens, sync state and proofs, removes the account's contacts if
requested, and then marks the account as disconnected.
"""

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.accounts.connection import Connection
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.accounts.consent import OAuthClients
from chalicelib.accounts.disconnect import ContactsChoice
from chalicelib.accounts.fingerprint_store import FingerprintStore
from chalicelib.accounts.token_encryption import TokenSeal, connection_context
from chalicelib.books.remove_records import RemoveRecords
from chalicelib.foundation.errors import Misconfigured, ProviderBroken, ProviderBusy
from chalicelib.jobs.job import JobState
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run

MOST_REVOCATION_FAILURES = 3  # failures after which we disconnect without revoking
AFTER_FORGETTING = {"phase": "remove"}  # the cursor once the tokens are deleted


class Revocation(StrEnum):
    """The result of revoking the grant, in the job's details."""

    YES = "yes"
    NOT_OFFERED = "not_offered"  # the provider has no way; people can do it in their account there
    FAILED = "failed"  # it failed several times; people can do it in their account there
    NOTHING = "nothing"  # there were no tokens


@dataclass(frozen=True)
class DisconnectStep:
    """Disconnects an account. Every part can be repeated."""

    connections: ConnectionStore
    tokens: TokenSeal
    oauth_clients: OAuthClients
    remove: RemoveRecords
    fingerprints: FingerprintStore

    def __call__(self, run: Run) -> None:
        connection = self.connections.get(run.job.owner, run.job.details["connection_id"])
        if (run.job.cursor or {}).get("phase") != AFTER_FORGETTING["phase"]:
            self._forget(run, connection, self._revoke(run, connection))
        disconnected = self.connections.writes.finish_disconnect(connection, run.job.job_id)
        if run.job.details["contacts"] == ContactsChoice.REMOVE:
            self.remove(run, connection.source, lambda known: known, [disconnected])
        else:
            run.commit(Progress(run.job.cursor, state=JobState.COMPLETED, extra_writes=[disconnected]))

    def _revoke(self, run: Run, connection: Connection) -> Revocation:
        if connection.sealed is None:
            return Revocation.NOTHING
        if run.job.failures >= MOST_REVOCATION_FAILURES:
            return Revocation.FAILED
        try:
            context = connection_context(connection.owner, connection.connection_id)
            tokens = self.tokens.decrypt(connection.sealed, context)
            done = self.oauth_clients(connection.provider).revoke(tokens.revocable)
        except ProviderBusy as busy:
            raise ProviderBroken(busy.detail) from busy  # counted as a failure, so that we do not wait forever
        except Misconfigured:
            return Revocation.FAILED
        return Revocation.YES if done else Revocation.NOT_OFFERED

    def _forget(self, run: Run, connection: Connection, revoked: Revocation) -> None:
        self.fingerprints.forget_connection(connection.owner, connection.connection_id)
        write = self.connections.writes.forget_tokens(connection, run.job.job_id)
        run.commit(Progress(AFTER_FORGETTING, extra_writes=[write], details={"revoked": revoked.value}))
