"""Creates a connection and its first import from a grant, both in one transaction."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.accounts.connection import (
    FULL,
    IMPORT_KIND,
    INCREMENTAL,
    RACES,
    Connection,
    ConnectionState,
    connection_id_of,
    disconnecting_conflict,
    job_details,
    removals_pending,
)
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.accounts.consent import Choosing, Consent, HeldConsent, OAuthClients
from chalicelib.accounts.refresh_store import RefreshStore
from chalicelib.accounts.token_encryption import StoredTokens, TokenSeal, connection_context
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.dynamo import TransactionCanceled, Write
from chalicelib.foundation.errors import CallerError, Conflict, ServiceError
from chalicelib.foundation.seal import SealBroken
from chalicelib.foundation.secret import secrets_match, sha256_hex
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import WorkQueue
from chalicelib.providers.provider import Account, OAuthClient

LOOKUPS = 20  # for the job of a concurrent call, which is mostly waiting for the provider
BETWEEN_LOOKUPS = 0.25  # seconds


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to connect: the grant, its owner, and the job to create."""

    owner: str
    person: str
    provider: str
    account: Account
    scopes: Sequence[str]
    tokens: StoredTokens
    #: The id of the import to create.
    job_id: str
    #: The name of the place the person came from.
    return_to: str | None
    #: When the consent began. A consent that connected the account since then wins.
    started_at: datetime
    #: A browser that has it may view the new import.
    viewer_key: str = field(repr=False)
    #: Whether the tokens replace all stored ones, even the refresh token of a consent.
    replaces_tokens: bool = False
    #: When the person chooses what comes of the account.
    choosing: Choosing = Choosing.NEVER

    @property
    def connection_id(self) -> str:
        return connection_id_of(self.owner, self.provider, self.account.account_id)


@dataclass(frozen=True, slots=True)
class ImportStarted:
    """An import that has started, and who may view it."""

    job: Job
    #: Allows viewing this job without signing in; we store only its SHA-256. None for an import of another consent,
    #: whose key is in the browser of that consent.
    viewer_key: str | None = field(repr=False)
    #: The name of the place to return to.
    return_to: str | None


@dataclass(frozen=True, slots=True)
class ChoiceNeeded:
    """An account that is connected, of which nothing is imported until the person has chosen what comes."""

    connection_id: str
    #: The name of the place to return to.
    return_to: str | None


@dataclass(frozen=True)
class ConnectAccount:
    """Connects an account and starts its first import."""

    connections: ConnectionStore
    refreshes: RefreshStore
    jobs: JobStore
    tokens: TokenSeal
    oauth_clients: OAuthClients
    work_queue: WorkQueue
    clock: Clock
    #: Returns the writes that note that a person connected an account at this provider.
    noted: Callable[[str, str], Sequence[Write]]
    #: Returns the write that checks that an owner is not being erased, for what is connected without a job.
    not_erasing: Callable[[str], Write]
    #: Returns the scopes that choices of a provider need, by the ids of these choices.
    scopes_of_choices: Callable[[str], Mapping[str, str]]

    def __call__(self, new: NewAccount) -> ImportStarted:
        """Connect the account and start an import. A known account keeps its id and history.

        The import is full, unless the account is known and the last import of it has left a sync state that is valid.
        An account that is new, or was disconnected, is imported again daily from then on.

        If another consent of the same person connected the account after this one began (two tabs, two clicks), the
        result is the import of that consent.

        Raises:
            Conflict: the account is being disconnected, or the person's data is being erased.
            TooMany: the owner's queue is full.
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

    def or_choose(self, new: NewAccount) -> ImportStarted | ChoiceNeeded:
        """As a call, unless the person is to choose first what comes. Then the account is connected, and nothing else.

        Raises:
            Conflict, TooMany: as a call.
        """
        for _ in range(RACES):
            known = self.connections.find(new.owner, new.connection_id)
            if not self._is_to_choose(new, known):
                return self(new)
            if self._connect_only(new, known):
                return ChoiceNeeded(new.connection_id, new.return_to)
        raise Conflict("This account was changed at the same time. Connect it again.")

    def _is_to_choose(self, new: NewAccount, known: Connection | None) -> bool:
        if new.choosing is not Choosing.IF_NEW:
            return new.choosing is Choosing.NOW
        if known is None or known.waits_for_choice or known.state is ConnectionState.DISCONNECTED:
            return True
        needed = self.scopes_of_choices(new.provider)
        return any(needed[each] not in new.scopes for each in known.chosen or () if each in needed)

    def _connect_only(self, new: NewAccount, known: Connection | None) -> bool:
        """False if the account has changed since it was read.

        Raises:
            Conflict: the account is being disconnected, or the person's data is being erased.
        """
        if known is not None and known.state is ConnectionState.DISCONNECTING:
            self.abandon(new)
            raise disconnecting_conflict()
        connection = replace(
            self._connection(new, known),
            last_import=None if known is None else known.last_import,
            waits_for_choice=known is None or known.waits_for_choice or known.state is ConnectionState.DISCONNECTED,
        )
        # One that was never imported is refreshed from its first import on.
        resumed = [] if connection.waits_for_choice else self._refresh_writes(new, known)
        writes = [self.connections.writes.connect(connection, known), *resumed, *self.noted(new.owner, new.provider)]
        try:
            self.connections.dynamo.commit([*writes, self.not_erasing(new.owner)])
        except TransactionCanceled as refused:
            if refused.reasons[-1].is_condition:
                self.abandon(new)
                raise Conflict("This account's data is being erased. Nothing new can start until then.") from None
            if not refused.by_others:
                raise
            return False
        return True

    def import_of_newer_consent(self, new: NewAccount) -> ImportStarted | None:
        """The import of another consent that connected this account after `new` began; None if there is none."""
        known = self.connections.find(new.owner, new.connection_id)
        winner = None if known is None else self._newer_import(new, known)
        return None if winner is None else ImportStarted(winner, None, new.return_to)

    def find_import(self, consent: Consent | HeldConsent, viewer_key: str) -> ImportStarted | ChoiceNeeded | None:
        """What became of a used consent, which a concurrent call may still be completing; None if nothing did."""
        if consent.expires_at <= self.clock.now():
            return None
        for left in reversed(range(LOOKUPS)):
            job = self.jobs.find(consent.job_id)
            if job is not None and job.owner == consent.owner:
                is_viewer = secrets_match(sha256_hex(viewer_key), job.viewer)
                return ImportStarted(job, viewer_key if is_viewer else None, consent.return_to)
            if consent.choosing is not Choosing.NEVER and (connected := self._connected_by(consent)):
                return ChoiceNeeded(connected.connection_id, consent.return_to)
            if left:
                self.clock.sleep(BETWEEN_LOOKUPS)
        return None

    def _connected_by(self, consent: Consent | HeldConsent) -> Connection | None:
        """The account that was connected at this provider since the consent began."""
        accounts = [
            each
            for each in self.connections.of_owner(consent.owner)
            if each.provider == consent.provider and each.connected_at >= consent.started_at
        ]
        return accounts[-1] if accounts else None

    def _create(self, new: NewAccount) -> Job:
        for _ in range(RACES):
            known = self.connections.find(new.owner, new.connection_id)
            if known is not None and known.state is ConnectionState.DISCONNECTING:
                raise disconnecting_conflict()
            if known is not None and (winner := self._newer_import(new, known)):
                return winner
            connection = self._connection(new, known)
            mode = INCREMENTAL if self._continues(connection, known) else FULL
            details = job_details(connection, mode=mode, person=new.person)
            job = NewJob(new.job_id, new.owner, IMPORT_KIND, details, viewer=sha256_hex(new.viewer_key))
            connect = [self.connections.writes.connect(connection, known), *self._refresh_writes(new, known)]
            try:
                return self.jobs.create(job, extra_writes=[*connect, *self.noted(new.owner, new.provider)])
            except ExtraWriteRefused:
                continue
        raise Conflict("This account was changed at the same time. Connect it again.")

    def _continues(self, connection: Connection, known: Connection | None) -> bool:
        """Whether the import may read only what has changed. Not while removals wait: providers report them once."""
        if known is None or not connection.keeps_sync(known):
            return False
        last = self.jobs.find(known.last_finished) if known.last_finished else None
        return last is None or not removals_pending(last, known)

    def _refresh_writes(self, new: NewAccount, known: Connection | None) -> Sequence[Write]:
        """The writes with which the account begins to be imported by itself, or goes on after its consent was lost."""
        if known is None or known.state is ConnectionState.DISCONNECTED or known.waits_for_choice:
            return [self.refreshes.start_write(new.owner, new.connection_id)]
        return self.refreshes.resume_writes(self.refreshes.get(new.owner, new.connection_id))

    def _newer_import(self, new: NewAccount, known: Connection) -> Job | None:
        """The import that another consent started after `new` began, unless it failed or was canceled."""
        is_since = known.state is ConnectionState.CONNECTED and known.connected_at > new.started_at
        job = self.jobs.find(known.last_import) if is_since and known.last_import else None
        return None if job is None or job.state in (JobState.FAILED, JobState.CANCELED) else job

    def abandon(self, new: NewAccount) -> None:
        """Revoke a grant that will not be used, unless a connection uses the same grant.

        A failure does not matter, because the tokens were never stored.
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
            chosen=None if known is None else known.chosen,
            chosen_names=() if known is None else known.chosen_names,
        )

    def _encrypted_tokens(self, new: NewAccount, known: Connection | None) -> bytes:
        """The encrypted tokens. A grant without a refresh token keeps the stored one of the same account."""
        context = connection_context(new.owner, new.connection_id)
        tokens = new.tokens
        keeps = tokens.refresh_token is None and not new.replaces_tokens
        if keeps and known is not None and known.sealed is not None:
            with contextlib.suppress(SealBroken):  # stored tokens that cannot be decrypted must not block a new grant
                tokens = tokens.after(self.tokens.decrypt(known.sealed, context))
        return self.tokens.encrypt(tokens, context)


def revoke_grant(oauth_client: OAuthClient, tokens: StoredTokens) -> bool:
    """Revoke a grant at the provider. False if that failed or the provider has no way to revoke."""
    try:
        return oauth_client.revoke(tokens.revocable)
    except ServiceError:
        return False
