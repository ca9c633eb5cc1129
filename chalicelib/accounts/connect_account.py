"""Make a grant a connection and its first import, both in one transaction: there is never one without the other."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.accounts.connection import (
    FULL,
    IMPORT_KIND,
    RACES,
    Connection,
    ConnectionState,
    connection_id_of,
    disconnecting_conflict,
    job_details,
)
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.accounts.consent import Consent, HeldConsent, OAuthClients
from chalicelib.accounts.tokens import StoredTokens, TokenSeal, connection_context
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import CallerError, Conflict, ServiceError
from chalicelib.foundation.seal import SealBroken
from chalicelib.foundation.secret import secrets_match, sha256_hex
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.jobs.store import JobStore, NewJob
from chalicelib.jobs.worker import WorkQueue
from chalicelib.providers.provider import Account, OAuthClient

LOOKUPS = 20  # for the job of a call that is still at work, mostly waiting for the provider
BETWEEN_LOOKUPS = 0.25  # seconds


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What came back from a provider, for whom, and the job that is to be.

    Args:
        return_to: the name of the place the person came from.
        begun_at: when the consent began; a consent that connected the account since then wins.
        viewer_key: lets its holder view the new import.
    """

    owner: str
    person: str
    provider: str
    account: Account
    scopes: Sequence[str]
    tokens: StoredTokens
    job_id: str
    return_to: str | None
    started_at: datetime
    viewer_key: str = field(repr=False)

    @property
    def connection_id(self) -> str:
        return connection_id_of(self.owner, self.provider, self.account.account_id)


@dataclass(frozen=True, slots=True)
class ImportStarted:
    """Args:
    viewer_key: may read this one job without signing in; only its SHA-256 is kept. None for a job of another consent,
        whose key went to the browser that it came back to.
    """

    job: Job
    viewer_key: str | None = field(repr=False)
    return_to: str | None


@dataclass(frozen=True)
class ConnectAccount:
    connections: ConnectionStore
    jobs: JobStore
    tokens: TokenSeal
    oauth_clients: OAuthClients
    work_queue: WorkQueue
    clock: Clock

    def __call__(self, new: NewAccount) -> ImportStarted:
        """Connect and begin a full import; an account known already keeps its id and history.

        If another consent of the same person has connected the same account since this one began (two tabs, two
        clicks), nothing is left to do: the answer is the import that is on its way.

        Raises:
            Conflict: the account is being disconnected, or the person erased. TooMany: their line is full.
        """
        try:
            job = self._create(new)
        except CallerError:
            self.abandon(new)
            raise
        if job.job_id != new.job_id:
            return ImportStarted(job, None, new.return_to)
        self.work_queue.send(job.job_id)
        return ImportStarted(job, new.viewer_key, new.return_to)

    def import_of_newer_consent(self, new: NewAccount) -> ImportStarted | None:
        """The import of another consent for this account that returned first; None if there is none."""
        known = self.connections.find(new.owner, new.connection_id)
        winner = None if known is None else self._newer_import(new, known)
        return None if winner is None else ImportStarted(winner, None, new.return_to)

    def find_import(self, consent: Consent | HeldConsent, viewer_key: str) -> ImportStarted | None:
        """The import of a consent that was already used, possibly by a call still in progress; None for none."""
        if consent.expires_at <= self.clock.now():
            return None
        for left in reversed(range(LOOKUPS)):
            job = self.jobs.find(consent.job_id)
            if job is not None and job.owner == consent.owner:
                is_viewer = secrets_match(sha256_hex(viewer_key), job.viewer)
                return ImportStarted(job, viewer_key if is_viewer else None, consent.return_to)
            if left:
                self.clock.sleep(BETWEEN_LOOKUPS)
        return None

    def _create(self, new: NewAccount) -> Job:
        for _ in range(RACES):
            known = self.connections.find(new.owner, new.connection_id)
            if known is not None and known.state is ConnectionState.DISCONNECTING:
                raise disconnecting_conflict()
            if known is not None and (winner := self._newer_import(new, known)):
                return winner
            connection = self._connection(new, known)
            details = job_details(connection, mode=FULL, person=new.person)
            job = NewJob(new.job_id, new.owner, IMPORT_KIND, details, viewer=sha256_hex(new.viewer_key))
            try:
                return self.jobs.create(job, extra_writes=[self.connections.connect_write(connection, known)])
            except ExtraWriteRefused:
                continue
        raise Conflict("This account is being changed at the same time. Connect it again.")

    def _newer_import(self, new: NewAccount, known: Connection) -> Job | None:
        """The import that another consent started since this one began, unless it came to nothing."""
        is_since = known.state is ConnectionState.CONNECTED and known.connected_at > new.started_at
        job = self.jobs.find(known.last_import) if is_since and known.last_import else None
        return None if job is None or job.state in (JobState.FAILED, JobState.CANCELED) else job

    def abandon(self, new: NewAccount) -> None:
        """Take back at the provider what will not be used, unless a connection lives on the same grant.

        Taking back is a courtesy: the tokens are forgotten here in any case.
        """
        if self.connections.find(new.owner, new.connection_id) is None:
            revoke_grant(self.oauth_clients(new.provider), new.tokens)

    def _connection(self, new: NewAccount, known: Connection | None) -> Connection:
        return Connection(
            connection_id=new.connection_id,
            owner=new.owner,
            provider=new.provider,
            account_id=new.account.account_id,
            address=new.account.address,
            scopes=tuple(new.scopes),
            state=ConnectionState.CONNECTED,
            token_version=0 if known is None else known.token_version + 1,
            connected_at=self.clock.now(),
            sealed=self._encrypted_tokens(new, known),
            last_import=new.job_id,
        )

    def _encrypted_tokens(self, new: NewAccount, known: Connection | None) -> bytes:
        """The tokens; a grant without a refresh token keeps the one we have, which is the same account's."""
        place = connection_context(new.owner, new.connection_id)
        tokens = new.tokens
        if tokens.refresh_token is None and known is not None and known.sealed is not None:
            with contextlib.suppress(SealBroken):  # what does not open any more is no reason to refuse a new grant
                tokens = tokens.after(self.tokens.opened(known.sealed, place))
        return self.tokens.sealed(tokens, place)


def revoke_grant(oauth_client: OAuthClient, tokens: StoredTokens) -> bool:
    """Revoke at the provider; False when it could not be done or the provider offers no way."""
    try:
        return oauth_client.revoke(tokens.revocable)
    except ServiceError:
        return False
