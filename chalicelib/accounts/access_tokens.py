"""Access tokens for reading an account: refreshed before they expire, and always stored before they are used.

A refresh whose response is lost does no harm: the stored tokens stay valid until newer ones are stored.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.accounts.connection import Connection, ConnectionState
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.accounts.consent import OAuthClients
from chalicelib.accounts.lost_consent import NoteLostConsent
from chalicelib.accounts.token_encryption import Context, StoredTokens, TokenSeal, connection_context
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import ConsentNeeded
from chalicelib.jobs.job import Job
from chalicelib.jobs.run import Run
from chalicelib.providers.provider import Grant, Provider

SHORTEST_USABLE_LIFE = timedelta(minutes=5)


@dataclass(frozen=True)
class AccessTokens:
    """Gives the access tokens of a connection to a job."""

    connections: ConnectionStore
    tokens: TokenSeal
    oauth_clients: OAuthClients
    clock: Clock
    note_lost_consent: NoteLostConsent

    def of(self, connection: Connection) -> "ConnectionTokens":
        return ConnectionTokens(self, connection)


@dataclass(frozen=True)
class OpenAccount:
    """Opens the account of an import job: its connection, its provider, and its access tokens."""

    connections: ConnectionStore
    access: AccessTokens
    providers: Callable[[str], Provider]

    def __call__(self, job: Job) -> "tuple[Connection, Provider, ConnectionTokens]":
        """Open the account of `job`.

        Raises:
            ConsentNeeded: the account must be connected again.
            Conflict: the account is disconnected, or being disconnected.
            NotFound: there is no such connection.
        """
        connection = self.connections.get(job.owner, job.details["connection_id"])
        connection.check_usable()
        return connection, self.providers(connection.provider), self.access.of(connection)


class ConnectionTokens:
    """The access tokens of one connection, for one run of a job. Not safe to share between threads."""

    def __init__(self, parts: AccessTokens, connection: Connection) -> None:
        self._parts, self._connection = parts, connection
        self._tokens: StoredTokens | None = None

    def token(self) -> str:
        """An access token that is valid for some minutes, refreshed if necessary.

        Raises:
            ConsentNeeded: the account must be connected again. The connection is marked.
            ProviderBusy, ProviderBroken, Misconfigured: from the token endpoint.
            Conflict: the account is being disconnected.
        """
        known = self._stored_tokens()
        if known.lasts(SHORTEST_USABLE_LIFE, self._parts.clock.now()):
            return known.access_token
        if known.refresh_token is None and known.lasts(timedelta(), self._parts.clock.now()):
            return known.access_token
        return self.refresh()

    def refresh(self) -> str:
        """A new access token, after the provider rejected the last one. Raises the same errors as `token`."""
        known = self._stored_tokens()
        try:
            grant = self._refresh_grant(known)
        except ConsentNeeded:
            if not self._reload():
                self._parts.note_lost_consent(self._connection)
                raise
        else:
            self._save(grant, known)
        return self._stored_tokens().access_token

    def _refresh_grant(self, known: StoredTokens) -> Grant:
        oauth_client = self._parts.oauth_clients(self._connection.provider)
        if known.refresh_token is None:
            detail = f"{oauth_client.title} no longer accepts our access to this account. Connect it again."
            raise ConsentNeeded(detail)
        return oauth_client.refresh(known.refresh_token)

    def _save(self, grant: Grant, known: StoredTokens) -> None:
        newer = StoredTokens.of(grant).after(known)
        saved = self._parts.connections.save_tokens(
            self._connection, self._parts.tokens.encrypt(newer, self._context())
        )
        if saved is None:
            self._reload()
        else:
            self._connection, self._tokens = saved, newer

    def _reload(self) -> bool:
        """Load the tokens that another run has saved since. False if there are none."""
        seen = self._connection.token_version
        now = self._parts.connections.get(self._connection.owner, self._connection.connection_id)
        now.check_usable()
        self._connection, self._tokens = now, None
        return now.token_version != seen

    def _stored_tokens(self) -> StoredTokens:
        if self._tokens is None:
            if self._connection.sealed is None:
                raise ConsentNeeded("Connect this account again before importing from it.")
            self._tokens = self._parts.tokens.decrypt(self._connection.sealed, self._context())
        return self._tokens

    def _context(self) -> Context:
        return connection_context(self._connection.owner, self._connection.connection_id)


@dataclass(frozen=True)
class MarkLostConsent:
    """Wraps a step, and marks the connection when the step fails because consent is lost."""

    step: Callable[[Run], None]
    connections: ConnectionStore
    note_lost_consent: NoteLostConsent
    clock: Clock

    def __call__(self, run: Run) -> None:
        began = self.clock.now()
        try:
            self.step(run)
        except ConsentNeeded:
            connection = self.connections.find(run.job.owner, run.job.details["connection_id"])
            if connection is not None and self._was_connected_before(connection, began):
                self.note_lost_consent(connection)
            raise

    def _was_connected_before(self, connection: Connection, began: datetime) -> bool:
        return connection.state is ConnectionState.CONNECTED and connection.connected_at <= began
