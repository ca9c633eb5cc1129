"""Access tokens for an import's step: refreshed before they run out, the newest always kept before it is used.

A refresh whose answer is lost loses nothing: what is stored stays good until something newer is stored in its place.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.accounts.connection import Connection, ConnectionState
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.accounts.consent import OAuthClients
from chalicelib.accounts.tokens import Context, StoredTokens, TokenSeal, connection_context
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import ConsentNeeded
from chalicelib.jobs.job import Job
from chalicelib.jobs.run import Run
from chalicelib.providers.provider import Grant, Provider

SHORTEST_USABLE_LIFE = timedelta(minutes=5)


@dataclass(frozen=True)
class AccessTokens:
    connections: ConnectionStore
    tokens: TokenSeal
    oauth_clients: OAuthClients
    clock: Clock

    def of(self, connection: Connection) -> "ConnectionTokens":
        return ConnectionTokens(self, connection)


@dataclass(frozen=True)
class OpenAccount:
    """What an import job needs to read its account."""

    connections: ConnectionStore
    access: AccessTokens
    providers: Callable[[str], Provider]

    def __call__(self, job: Job) -> "tuple[Connection, Provider, ConnectionTokens]":
        """Raises ConsentNeeded, Conflict or NotFound where there is nothing to read; the job fails with that."""
        connection = self.connections.get(job.owner, job.details["connection_id"])
        connection.check_usable()
        return connection, self.providers(connection.provider), self.access.of(connection)


class ConnectionTokens:
    """The tokens of one connection, for one run of one job and one thread at a time."""

    def __init__(self, parts: AccessTokens, connection: Connection) -> None:
        self._parts, self._connection = parts, connection
        self._tokens: StoredTokens | None = None

    def token(self) -> str:
        """An access token that works for some minutes.

        Raises:
            ConsentNeeded: only the person can mend it; the connection says so from now on.
            ProviderBusy, ProviderBroken, Misconfigured: the token endpoint says so.
            Conflict: the account is being disconnected.
        """
        known = self._stored_tokens()
        if known.lasts(SHORTEST_USABLE_LIFE, self._parts.clock.now()):
            return known.access_token
        if known.refresh_token is None and known.lasts(timedelta(), self._parts.clock.now()):
            return known.access_token
        return self.refresh()

    def refresh(self) -> str:
        """A new access token, after the last was refused. Raises as `token`."""
        known = self._stored_tokens()
        try:
            grant = self._refresh_grant(known)
        except ConsentNeeded:
            if not self._reload():
                self._parts.connections.mark_needs_reconnect(self._connection)
                raise
        else:
            self._save(grant, known)
        return self._stored_tokens().access_token

    def _refresh_grant(self, known: StoredTokens) -> Grant:
        oauth_client = self._parts.oauth_clients(self._connection.provider)
        if known.refresh_token is None:
            raise ConsentNeeded(f"{oauth_client.title} gave us no lasting access. Connect the account again.")
        return oauth_client.refresh(known.refresh_token)

    def _save(self, grant: Grant, known: StoredTokens) -> None:
        newer = StoredTokens.of(grant).after(known)
        saved = self._parts.connections.save_tokens(self._connection, self._parts.tokens.sealed(newer, self._context()))
        if saved is None:
            self._reload()
        else:
            self._connection, self._tokens = saved, newer

    def _reload(self) -> bool:
        """Take what somebody else saved meanwhile; False when nobody did."""
        seen = self._connection.token_version
        now = self._parts.connections.get(self._connection.owner, self._connection.connection_id)
        now.check_usable()
        self._connection, self._tokens = now, None
        return now.token_version != seen

    def _stored_tokens(self) -> StoredTokens:
        if self._tokens is None:
            if self._connection.sealed is None:
                raise ConsentNeeded("This account must be connected again before we can read it.")
            self._tokens = self._parts.tokens.opened(self._connection.sealed, self._context())
        return self._tokens

    def _context(self) -> Context:
        return connection_context(self._connection.owner, self._connection.connection_id)


@dataclass(frozen=True)
class MarkLostConsent:
    """A step, after which the connection says so when the provider does not let us read any more."""

    step: Callable[[Run], None]
    connections: ConnectionStore
    clock: Clock

    def __call__(self, run: Run) -> None:
        began = self.clock.now()
        try:
            self.step(run)
        except ConsentNeeded:
            connection = self.connections.find(run.job.owner, run.job.details["connection_id"])
            if connection is not None and self._was_connected_before(connection, began):
                self.connections.mark_needs_reconnect(connection)
            raise

    def _was_connected_before(self, connection: Connection, began: datetime) -> bool:
        return connection.state is ConnectionState.CONNECTED and connection.connected_at <= began
