"""The accounts and imports rooms over an in-memory AWS and two fake providers."""

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.accounts.access_tokens import AccessTokens
from chalicelib.accounts.begin_consent import BeginConsent, ConsentStarted
from chalicelib.accounts.confirm_consent import ConfirmConsent
from chalicelib.accounts.connect_account import ConnectAccount, ImportStarted
from chalicelib.accounts.connection import Connection
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.accounts.consent_store import ConsentStore
from chalicelib.accounts.disconnect import Disconnect
from chalicelib.accounts.disconnect_step import DisconnectStep
from chalicelib.accounts.fingerprint_store import FingerprintStore
from chalicelib.accounts.finish_consent import ConfirmationNeeded, FinishConsent
from chalicelib.accounts.lost_consent import NoteLostConsent
from chalicelib.accounts.refresh_store import RefreshStore
from chalicelib.accounts.start_connecting import StartConnecting
from chalicelib.accounts.token_encryption import StoredTokens, TokenSeal, connection_context
from chalicelib.books.book_store import BookStore
from chalicelib.books.change_book import ChangeBook
from chalicelib.books.changes import ledger_lines
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.intake import Intake, Limits
from chalicelib.books.remove_records import RemoveRecords
from chalicelib.contacts.source_record import SourceContact
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.dynamo import Dynamo
from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.json import Json
from chalicelib.foundation.seal import Seal
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore
from chalicelib.provider_imports.account_choices import OfferChoices, PreviewChoice
from chalicelib.provider_imports.apply_removals import ApplyRemovals
from chalicelib.provider_imports.begin_import import BeginImport
from chalicelib.provider_imports.change_refresh import ChangeRefresh
from chalicelib.provider_imports.choose_contacts import ChooseContacts
from chalicelib.provider_imports.held_removals import DecideRemovals
from chalicelib.provider_imports.import_again import ImportAgain
from chalicelib.provider_imports.list_connections import ListConnections
from chalicelib.provider_imports.retry_import import RetryImport
from chalicelib.provider_imports.start_due_refreshes import StartDueRefreshes
from chalicelib.providers.registry import PROVIDERS, ProviderEntry
from tests.fakes.blobs import FakeBlobs
from tests.fakes.choices import NamedChoices
from tests.fakes.clock import FixedClock
from tests.fakes.dynamodb import FakeDynamo
from tests.fakes.executor import InlineExecutor
from tests.fakes.kms import FakeKms
from tests.fakes.oauth_client import FakeOAuthClient
from tests.fakes.queue import FakeQueue
from tests.fakes.tables import empty_tables
from tests.jobs.kinds import KINDS

HOME = "https://contacts.example"
T = TypeVar("T")


class House:
    """Everything the room is made of, for a test to walk through.

    Args:
        resting: the clock of the waits for DynamoDB, if it is not that of all else; with threads it must be a real one.
    """

    def __init__(
        self,
        client: object,
        *,
        jobs: str = "jobs",
        people: str = "people",
        contacts: str = "contacts",
        resting: Clock | None = None,
    ) -> None:
        self.client, self.clock, self.kms, self.work_queue = client, FixedClock(), FakeKms(), FakeQueue()
        self.blobs = FakeBlobs()
        self.fingerprints = FingerprintStore(self.blobs, b"version")
        self.choices = NamedChoices()
        self.google = FakeOAuthClient("google", "Google", self.clock.now)
        self.microsoft = FakeOAuthClient("microsoft", "Microsoft", self.clock.now)
        dynamo = Dynamo(client, resting or self.clock, random.Random(1))
        self.seal = Seal(self.kms, "tokens")
        self.tokens = TokenSeal(self.seal)
        self.jobs = JobStore(dynamo, jobs, self.clock, InlineExecutor(), shards=2, max_queue_length=5, kinds=KINDS)
        self.connections = ConnectionStore(dynamo, people, self.clock)
        self.refreshes = RefreshStore(dynamo, jobs, self.clock)
        self.consents = ConsentStore(dynamo, people, self.clock)
        self.contacts = ContactStore(dynamo, contacts, shelves=2, executor=InlineExecutor())
        self._build()

    def over(self, client: object) -> "House":
        """The same house over another way to DynamoDB."""
        other = House(client)
        other.clock, other.kms, other.google, other.microsoft = self.clock, self.kms, self.google, self.microsoft
        other.seal, other.tokens = self.seal, self.tokens
        other.refreshes = RefreshStore(other.jobs.dynamo, other.jobs.table, self.clock)
        other._build()
        return other

    def _build(self) -> None:
        self.books = BookStore(self.jobs.dynamo, self.jobs.table, self.jobs)
        self.begin = BeginConsent(self.consents, self.seal, self.authority, self.clock, HOME, ("settings",))
        self.connect = ConnectAccount(
            self.connections,
            self.refreshes,
            self.jobs,
            self.tokens,
            self.authority,
            self.work_queue,
            self.clock,
            lambda *_: (),
            self.books.not_erasing_check,
            lambda provider: self._entry(provider).scopes_of_choices,
        )
        self.start_connecting = StartConnecting(self.begin, self.connections, self._entry)
        self.finish = FinishConsent(
            self.consents,
            self.connect,
            self.seal,
            self.tokens,
            self.authority,
            HOME,
            {"google": {"https://accounts.google.com"}, "microsoft": {"https://login.microsoftonline.com"}},
        )
        self.confirm = ConfirmConsent(self.consents, self.connect, self.tokens, self.authority)
        self.note_lost_consent = NoteLostConsent(self.connections, lambda _: ())
        self.access = AccessTokens(self.connections, self.tokens, self.authority, self.clock, self.note_lost_consent)
        self.change_refresh = ChangeRefresh(self.connections, self.refreshes)
        self.list_connections = ListConnections(self.connections, self.refreshes, self.jobs)
        self.start_due_refreshes = StartDueRefreshes(
            self.refreshes, self.connections, self.jobs, self.work_queue, self.clock
        )
        begin_import = BeginImport(self.connections, self.refreshes, self.jobs, self.work_queue)
        self.import_again = ImportAgain(begin_import, self.jobs)
        self.retry_import = RetryImport(begin_import, self.jobs)
        self.disconnect = Disconnect(self.connections, self.refreshes, self.jobs, self.work_queue)
        self.decide = DecideRemovals(self.connections, self.jobs, self.work_queue)
        self.offer_choices = OfferChoices(self.connections, self.access, self._entry, lambda _: self.choices)
        self.preview_choice = PreviewChoice(self.offer_choices, self.contacts, 0.2)
        self.choose = ChooseContacts(self.offer_choices, self.connections, self.refreshes, self.jobs, self.work_queue)
        self.change_book = ChangeBook(self.books, InlineExecutor(), Limits(contacts=3))
        remove = RemoveRecords(self.jobs, self.contacts, self.change_book, self.clock)
        self.disconnect_step = DisconnectStep(self.connections, self.tokens, self.authority, remove, self.fingerprints)
        self.apply_removals = ApplyRemovals(self.connections, self.jobs, remove)

    def authority(self, provider: str) -> FakeOAuthClient:
        if provider not in ("google", "microsoft"):
            raise NotFound("There is no such provider.")
        return getattr(self, provider)

    def _entry(self, provider: str) -> ProviderEntry:
        self.authority(provider)
        return PROVIDERS[provider]

    # ── what people do

    def begin_consent(self, owner: str = "ann", provider: str = "google", **more: str) -> ConsentStarted:
        return self.begin(owner, "Ann A.", provider, **more)

    def come_back(
        self, begun: ConsentStarted, *, cookie: str | None = "own", **query: str
    ) -> ImportStarted | ConfirmationNeeded:
        """The provider redirects the browser back, with its cookie by default."""
        answer = {"state": state_of(begun), "code": "the-code", **query}
        provider = urlsplit(begun.authorization_url).netloc.partition(".")[0]
        return self.finish(provider, answer, begun.binding if cookie == "own" else cookie)

    def connect_and_import(self, owner: str = "ann", provider: str = "google") -> Connection:
        """An account that is connected and whose first import is done."""
        started = self.come_back(self.begin_consent(owner, provider))
        assert isinstance(started, ImportStarted)
        self.finish_import(started.job)
        return self.connection_of(started.job)

    def finish_import(self, job: Job, *, sync: Json = "sync-1", **more: object) -> Job:
        """Let an import that is at the head of its line end as if it had read everything."""
        run = self.run(job)
        finished = self.connections.writes.finish_import(run.job, sync)
        run.commit(Progress(None, state=JobState.COMPLETED, extra_writes=[finished], **more))
        return run.job

    def import_contacts(self, job: Job, ids: Sequence[str], *, gone: Sequence[str] = (), held_back: int = 0) -> Job:
        """Let an import read these contacts and end; `held_back` removals wait for the person then."""
        run = self.run(job)
        source = self.connection_of(job).source
        intake = Intake(
            self.contacts,
            owner=job.owner,
            source=source,
            region="US",
            job=job.job_id,
            generation=run.job.generation,
            now=self.clock.now,
            fresh_id=fresh_id,
        )
        intake.reload_book()
        chunk = intake.plan([SourceContact(each, {"display": f"Person {each}"}) for each in ids], Limits())
        progress = Progress(
            None,
            lines=ledger_lines(chunk),
            deleted_ids=gone,
            writes=chunk.writes,
            state=JobState.COMPLETED,
            extra_writes=[self.connections.writes.finish_import(run.job, "sync-of-" + job.job_id)],
            details={"removals_pending": held_back} if held_back else {},
        )
        run.commit(progress)
        return run.job

    def run(self, job: Job) -> Run:
        """A worker's handle on a job that it claimed."""
        now = self.clock.now()
        claimed = self.jobs.claim(job.job_id, fresh_id(), max(now, job.due or now))
        assert claimed is not None, "the job is not at the head of its line"
        return Run(
            self.jobs, self.clock, claimed, until=self.clock.now() + timedelta(minutes=5), reserve=timedelta(seconds=15)
        )

    # ── what is there

    def connection_of(self, job: Job) -> Connection:
        return self.connections.get(job.owner, job.details["connection_id"])

    def tokens_of(self, connection: Connection) -> StoredTokens:
        stored = self.connections.get(connection.owner, connection.connection_id)
        assert stored.sealed is not None
        return self.tokens.decrypt(stored.sealed, connection_context(stored.owner, stored.connection_id))

    def book(self, owner: str = "ann") -> list[str]:
        """What the contacts of a book are called."""
        return sorted(contact.shown["display"] for contact in self.contacts.all(owner))

    def has_started_nothing(self, owner: str = "ann") -> bool:
        """No job, no connection and no message in the queue."""
        return not self.all_jobs(owner) and not self.connections.of_owner(owner) and not self.work_queue.sent

    def all_jobs(self, owner: str = "ann") -> list[Job]:
        return self.jobs.of_owner(owner)[0]


class Interrupted:
    """A client over which, just before its first transaction, something else happens."""

    def __init__(self, client: object, meanwhile: Callable[[], object]) -> None:
        self._client, self._meanwhile = client, [meanwhile]

    def __getattr__(self, name: str) -> object:
        return getattr(self._client, name)

    def transact_write_items(self, **request: object) -> object:
        if self._meanwhile:
            self._meanwhile.pop()()
        return self._client.transact_write_items(**request)


def state_of(begun: ConsentStarted) -> str:
    return parse_qs(urlsplit(begun.authorization_url).query)["state"][0]


@pytest.fixture
def client() -> FakeDynamo:
    return empty_tables()


@pytest.fixture
def house(client: FakeDynamo) -> House:
    return House(client)
