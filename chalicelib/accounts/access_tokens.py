"""Access tokens for an import's step: refreshed before they run out, the newest always kept before it is used.

A refresh whose answer is lost loses nothing: what is stored stays good until something newer is stored in its place.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.accounts.connection import Connection, ConnectionState
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.accounts.consent import Authorities
from chalicelib.accounts.tokens import Context, StoredTokens, TokenSeal, of_connection
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import ConsentNeeded
from chalicelib.jobs.job import Job
from chalicelib.jobs.run import Run
from chalicelib.providers.provider import Grant, Provider

FRESH_ENOUGH = timedelta(minutes=5)


@dataclass(frozen=True)
class AccessTokens:
    connections: ConnectionStore
    tokens: TokenSeal
    authorities: Authorities
    clock: Clock

    def of(self, connection: Connection) -> "ConnectionTokens":
        return ConnectionTokens(self, connection)


@dataclass(frozen=True)
class OpenForImport:
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
        known = self._known()
        if known.lasts(FRESH_ENOUGH, self._parts.clock.now()):
            return known.access_token
        if known.refresh_token is None and known.lasts(timedelta(), self._parts.clock.now()):
            return known.access_token
        return self.refreshed()

    def refreshed(self) -> str:
        """A new access token, after the last was refused. Raises as `token`."""
        known = self._known()
        try:
            grant = self._refreshed_grant(known)
        except ConsentNeeded:
            if not self._reread():
                self._parts.connections.mark_needs_reconnect(self._connection)
                raise
        else:
            self._keep(grant, known)
        return self._known().access_token

    def _refreshed_grant(self, known: StoredTokens) -> Grant:
        authority = self._parts.authorities(self._connection.provider)
        if known.refresh_token is None:
            raise ConsentNeeded(f"{authority.title} gave us no lasting access. Connect the account again.")
        return authority.refresh(known.refresh_token)

    def _keep(self, grant: Grant, known: StoredTokens) -> None:
        newer = StoredTokens.of(grant).after(known)
        saved = self._parts.connections.save_tokens(self._connection, self._parts.tokens.sealed(newer, self._place()))
        if saved is None:
            self._reread()
        else:
            self._connection, self._tokens = saved, newer

    def _reread(self) -> bool:
        """Take what somebody else saved meanwhile; False when nobody did."""
        seen = self._connection.token_version
        now = self._parts.connections.get(self._connection.owner, self._connection.connection_id)
        now.check_usable()
        self._connection, self._tokens = now, None
        return now.token_version != seen

    def _known(self) -> StoredTokens:
        if self._tokens is None:
            if self._connection.sealed is None:
                raise ConsentNeeded("This account must be connected again before we can read it.")
            self._tokens = self._parts.tokens.opened(self._connection.sealed, self._place())
        return self._tokens

    def _place(self) -> Context:
        return of_connection(self._connection.owner, self._connection.connection_id)


@dataclass(frozen=True)
class NoticeLostConsent:
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
            if connection is not None and self._is_the_one_refused(connection, began):
                self.connections.mark_needs_reconnect(connection)
            raise

    def _is_the_one_refused(self, connection: Connection, began: datetime) -> bool:
        return connection.state is ConnectionState.CONNECTED and connection.connected_at <= began
