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
    being_disconnected,
    connection_id_of,
    job_details,
)
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.accounts.consent import Authorities, Consent, HeldConsent
from chalicelib.accounts.tokens import StoredTokens, TokenSeal, of_connection
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import CallerError, Conflict, ServiceError
from chalicelib.foundation.seal import SealBroken
from chalicelib.foundation.secret import secrets_match, sha256_hex
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.jobs.store import JobStore, NewJob
from chalicelib.jobs.worker import WorkQueue
from chalicelib.providers.provider import Account, OAuthClient

LOOKS = 20  # for the job of a call that is still at work, mostly waiting for the provider
BETWEEN_LOOKS = 0.25  # seconds


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
    begun_at: datetime
    viewer_key: str = field(repr=False)

    @property
    def connection_id(self) -> str:
        return connection_id_of(self.owner, self.provider, self.account.account_id)


@dataclass(frozen=True, slots=True)
class Started:
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
    authorities: Authorities
    work_queue: WorkQueue
    clock: Clock

    def __call__(self, new: NewAccount) -> Started:
        """Connect and begin a full import; an account known already keeps its id and history.

        If another consent of the same person has connected the same account since this one began (two tabs, two
        clicks), nothing is left to do: the answer is the import that is on its way.

        Raises:
            Conflict: the account is being disconnected, or the person erased. TooMany: their line is full.
        """
        try:
            job = self._created(new)
        except CallerError:
            self.drop(new)
            raise
        if job.job_id != new.job_id:
            return Started(job, None, new.return_to)
        self.work_queue.send(job.job_id)
        return Started(job, new.viewer_key, new.return_to)

    def won_by_another(self, new: NewAccount) -> Started | None:
        """The import of another consent for this account that returned first; None if there is none."""
        known = self.connections.find(new.owner, new.connection_id)
        winner = None if known is None else self._winner(new, known)
        return None if winner is None else Started(winner, None, new.return_to)

    def again(self, consent: Consent | HeldConsent, viewer_key: str) -> Started | None:
        """The import of a consent that was already used, possibly by a call still in progress; None for none."""
        if consent.expires_at <= self.clock.now():
            return None
        for left in reversed(range(LOOKS)):
            job = self.jobs.find(consent.job_id)
            if job is not None and job.owner == consent.owner:
                is_viewer = secrets_match(sha256_hex(viewer_key), job.viewer)
                return Started(job, viewer_key if is_viewer else None, consent.return_to)
            if left:
                self.clock.sleep(BETWEEN_LOOKS)
        return None

    def _created(self, new: NewAccount) -> Job:
        for _ in range(RACES):
            known = self.connections.find(new.owner, new.connection_id)
            if known is not None and known.state is ConnectionState.DISCONNECTING:
                raise being_disconnected()
            if known is not None and (winner := self._winner(new, known)):
                return winner
            connection = self._connection(new, known)
            details = job_details(connection, mode=FULL, person=new.person)
            job = NewJob(new.job_id, new.owner, IMPORT_KIND, details, viewer=sha256_hex(new.viewer_key))
            try:
                return self.jobs.create(job, extra_writes=[self.connections.connect_write(connection, known)])
            except ExtraWriteRefused:
                continue
        raise Conflict("This account is being changed at the same time. Connect it again.")

    def _winner(self, new: NewAccount, known: Connection) -> Job | None:
        """The import that another consent started since this one began, unless it came to nothing."""
        is_since = known.state is ConnectionState.CONNECTED and known.connected_at > new.begun_at
        job = self.jobs.find(known.last_import) if is_since and known.last_import else None
        return None if job is None or job.state in (JobState.FAILED, JobState.CANCELED) else job

    def drop(self, new: NewAccount) -> None:
        """Take back at the provider what will not be used, unless a connection lives on the same grant.

        Taking back is a courtesy: the tokens are forgotten here in any case.
        """
        if self.connections.find(new.owner, new.connection_id) is None:
            take_back(self.authorities(new.provider), new.tokens)

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
            sealed=self._sealed(new, known),
            last_import=new.job_id,
        )

    def _sealed(self, new: NewAccount, known: Connection | None) -> bytes:
        """The tokens; a grant without a refresh token keeps the one we have, which is the same account's."""
        place = of_connection(new.owner, new.connection_id)
        tokens = new.tokens
        if tokens.refresh_token is None and known is not None and known.sealed is not None:
            with contextlib.suppress(SealBroken):  # what does not open any more is no reason to refuse a new grant
                tokens = tokens.after(self.tokens.opened(known.sealed, place))
        return self.tokens.sealed(tokens, place)


def take_back(authority: OAuthClient, tokens: StoredTokens) -> bool:
    """Revoke at the provider; False when it could not be done or the provider offers no way."""
    try:
        return authority.revoke(tokens.revocable)
    except ServiceError:
        return False
