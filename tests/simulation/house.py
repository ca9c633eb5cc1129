"""The service's own wiring as each simulated process has it, over one fake AWS and one provider."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache, cached_property
from typing import Any

from botocore.exceptions import EndpointConnectionError

from chalicelib.accounts.connect_account import NewAccount
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.accounts.token_encryption import StoredTokens
from chalicelib.address_book.index_cache import StoredIndexes
from chalicelib.address_book.index_store import LARGE, IndexStore
from chalicelib.books.book_store import BookStore
from chalicelib.books.change_book import ChangeBook
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.intake import Limits
from chalicelib.books.version import BookVersion
from chalicelib.bulk.start_bulk_cleanup import CleanupRequest
from chalicelib.bulk.start_bulk_create import CreateRequest
from chalicelib.collections.collection_store import CollectionStore
from chalicelib.contacts.contact import Contact
from chalicelib.file_imports.parts import FileImportParts
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.errors import ProviderBroken, ProviderBusy
from chalicelib.foundation.settings import Settings
from chalicelib.jobs.job import Job
from chalicelib.jobs.store import JobStore
from chalicelib.providers.parts import ProviderParts
from chalicelib.providers.provider import Account
from chalicelib.shared_parts import SharedParts
from chalicelib.wiring import RESERVE, Wiring
from chalicelib.wiring.rooms import ROOMS
from tests.fakes.account import AccountOAuthClient, FakeAccount, FakeChoices, FakeProvider
from tests.fakes.blobs import FakeBlobs, FakeWriter
from tests.fakes.dynamodb import FakeDynamo
from tests.fakes.executor import InlineExecutor
from tests.fakes.kms import FakeKms
from tests.fakes.queue import FakeQueue
from tests.fakes.tables import create_tables
from tests.jobs.kinds import KINDS
from tests.simulation.told_contacts import ComparingDynamo, ContactOutbox
from tests.simulation.traffic import ENDPOINT, Bystander, Client, Traffic, timed_out
from tests.simulation.world import Killed, Process, Wire, World

OWNER = "ada"
WITHIN = timedelta(minutes=10)
SETTINGS = Settings.from_environment(
    {
        "PUBLIC_URL": "https://contacts.example",
        "CRON_SECRET": "a-secret-of-the-schedule",
        "AUTH_ISSUER": "https://issuer.example",
        "AUTH_AUDIENCE": "contact-intake",
        "AUTH_JWKS_URL": "https://issuer.example/jwks",
        "GOOGLE_CLIENT_ID": "google-client",
        "GOOGLE_CLIENT_SECRET": "google-secret",
        "TOKEN_KMS_KEY_ID": "key",
        "JOBS_TABLE": "jobs",
        "CONTACTS_TABLE": "contacts",
        "PEOPLE_TABLE": "people",
        "LEADS_TABLE": "leads",
        "BLOBS_BUCKET": "blobs",
        "AWS_REGION": "eu-central-1",
        "DEFAULT_REGION": "DE",
    }
)


@dataclass
class House:
    """The service in the simulator: its processes share one fake AWS and one account.

    Args:
        limits: The limits of one chunk; small, so that few contacts make many calls.
        dynamo: The fake DynamoDB; a broken twin may replace it.
        jobs_class: The store of jobs; a broken twin may replace it.
        runner: The runner of changes; a broken twin may replace it.
        wrapped: Wraps the provider, to inject its faults.
        known_jobs: Each job's item, and the job that was read from it.
        judged_jobs: The jobs at the last check of the invariants, by id.
        judged_writes: The number of writes to the tables at that time.
        known_books: The content of the owner's book by version.
        poison: The source id of a record that kills its reader, or the name of a contact that kills its writer.
        large: The number of contacts from which a worker builds the index.
        books_to_index: The owners whose index workers were requested to build.
        removal_limit: 1, so that removals are held only in the histories about held removals.
    """

    world: World
    account: FakeAccount
    limits: Limits = field(default_factory=lambda: Limits(contacts=3, lines=4))
    threads: bool = False
    shelves: int = 1
    dynamo: FakeDynamo = field(default_factory=ComparingDynamo)
    jobs_class: type[JobStore] = JobStore
    runner: type[ChangeBook] = ChangeBook
    wrapped: Callable[[FakeProvider], Any] = lambda provider: provider
    known_jobs: dict[str, Any] = field(default_factory=dict)
    judged_jobs: dict[str, Job] = field(default_factory=dict)
    judged_writes: int = -1
    known_books: dict[BookVersion, Any] = field(default_factory=dict)
    poison: str | None = None
    removal_limit: float = 1.0
    large: int = LARGE
    books_to_index: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        create_tables(self.dynamo)
        self.dynamo.seconds = lambda: self.world.now
        self.traffic = Traffic(self.world, self.dynamo)
        self.queue, self.blobs, self.kms = FakeQueue(), FakeBlobs(), FakeKms()
        self.provider = self.wrapped(FakeProvider(self.account))
        self.authority = AccountOAuthClient(self.account, self.world.clock())
        self.outside = Parts(self, None)

    def connect(self, owner: str = OWNER, job_id: str = "import-1") -> str:
        """Connect the account as its consent coming back does; returns the connection's id."""
        grant = self.account.grant(self.world.clock())
        account = Account(self.account.account_id, self.account.address)
        parts = self.outside
        new = NewAccount(
            owner,
            owner,
            "google",
            account,
            grant.scopes,
            StoredTokens.of(grant),
            job_id,
            None,
            started_at=parts.clock.now(),
            viewer_key="key",
        )
        parts.wiring.accounts.connect_account(new)
        return new.connection_id

    def process(self, work: Callable[["Parts"], Any], *, skew: float = 0.0) -> Process:
        """A process about to do `work` with parts of its own."""
        process = Process(self.world, skew=skew, threads=self.threads)
        parts = Parts(self, process)
        process.begin(lambda: work(parts))
        return process


class SimulatedShared(SharedParts):
    """What all rooms share, in one process (None: outside the simulation, where no call fails)."""

    def __init__(self, house: House, process: Process | None) -> None:
        clock = house.world.clock() if process is None else process.clock
        executor: Any = InlineExecutor() if process is None else process.executor
        chance = random.Random(house.world.chance.random())
        super().__init__({}, ROOMS, clients=self._client, clock=clock, chance=chance, executor=executor)
        self.house, self.process = house, process

    def _client(self, service: str) -> Any:
        if service == "kms":
            return self.wire(self.house.kms, ("generate_data_key", "decrypt"), timed_out)
        assert service == "dynamodb", service
        traffic = self.house.traffic
        return Bystander(traffic) if self.process is None else Client(self.process, traffic)

    def wire(self, target: Any, calls: Sequence[str], lost: Any, refused: Any = None) -> Any:
        """The target, with these calls of it in the hands of the scheduler."""
        return target if self.process is None else Wire(self.process, target, calls, lost, refused)

    @cached_property
    def settings(self) -> Settings:
        return _settings_with(self.house.removal_limit)

    @cached_property
    def jobs(self) -> JobStore:
        return self.house.jobs_class(
            self.dynamo, self.settings.jobs_table, self.clock, self.executor, shards=1, kinds=KINDS
        )

    @cached_property
    def books(self) -> BookStore:
        outbox = ContactOutbox(self.dynamo, self.settings.jobs_table)
        return BookStore(self.dynamo, self.settings.jobs_table, self.jobs, outbox)

    @cached_property
    def contacts(self) -> ContactStore:
        house, store = self.house, (self.dynamo, self.settings.contacts_table, self.house.shelves, self.executor)
        if self.process is not None and house.poison is not None:
            return Deadly(*store, house.poison, self.process)
        return ContactStore(*store)

    @cached_property
    def change_book(self) -> ChangeBook:
        return self.house.runner(self.books, self.executor, self.house.limits, self.words, self.statuses)

    @cached_property
    def work_queue(self) -> Any:
        return self.wire(self.house.queue, ("send",), None)

    @cached_property
    def blobs(self) -> Any:
        calls = ("put", "find", "exists", "size", "keys", "delete", "delete_prefix", "pin", "read_range")
        return (
            self.house.blobs if self.process is None else BlobWire(self.process, self.house.blobs, calls, _unreachable)
        )


class BlobWire(Wire):
    """The bucket of a process. What it writes piece by piece is put there by one call, when all is written."""

    def writer(self, key: str) -> FakeWriter:
        return FakeWriter(self, key)


class SimulatedProviders(ProviderParts):
    """The one account, whichever provider is asked for."""

    def __init__(self, shared: SimulatedShared) -> None:
        super().__init__(shared)
        self._house, self._process, self._wire = shared.house, shared.process, shared.wire

    @cached_property
    def _client(self) -> Any:
        return self._wire(self._house.authority, ("refresh", "revoke"), _provider_silent, lambda call: _provider_busy)

    @cached_property
    def _provider(self) -> Any:
        provider = self._wire(self._house.provider, ("fetch",), _provider_silent, lambda call: _provider_busy)
        return provider if self._process is None else Poisoned(provider, self._house, self._process)

    def oauth_client(self, provider: str) -> Any:
        return self._client

    def contacts(self, provider: str) -> Any:
        return self._provider

    def choices(self, provider: str) -> Any:
        return self._wire(FakeChoices(self._house.account), ("listed", "ids"), _provider_silent)


class Parts:
    """The service's own wiring in one process, and what histories do with it."""

    def __init__(self, house: House, process: Process | None) -> None:
        self.shared = shared = SimulatedShared(house, process)
        self.wiring = wiring = Wiring({}, shared=shared, providers=SimulatedProviders)
        self.clock, self.chance, self.jobs, self.books = shared.clock, shared.chance, shared.jobs, shared.books
        self.contacts, self.address_book = shared.contacts, wiring.address_book
        self.address_book.indexes = IndexStore(
            shared.contacts,
            shared.books,
            StoredIndexes(shared.blobs),
            shared.clock,
            request_build=house.books_to_index.add,
            large=house.large,
        )

    @property
    def file_imports(self) -> FileImportParts:
        return self.wiring.file_imports

    @property
    def connections(self) -> ConnectionStore:
        return self.wiring.accounts.connections

    @property
    def collections(self) -> CollectionStore:
        return self.shared.collections

    def run_job(self, job_id: str, *, within: timedelta = WITHIN) -> Any:
        """What a queue message makes happen."""
        return self.wiring.engine.start_job(job_id, until=self.clock.now() + within, reserve=RESERVE)

    def run_schedule(self, *, within: timedelta = WITHIN) -> Any:
        return self.wiring.engine.run_schedule(until=self.clock.now() + within, reserve=RESERVE)

    def disconnect(self, connection_id: str, contacts: str) -> Any:
        return self.wiring.accounts.disconnect(OWNER, connection_id, contacts=contacts)

    def import_again(self, connection_id: str, *, full: bool) -> Any:
        return self.wiring.provider_imports.import_again(OWNER, connection_id, full=full)

    def choose(self, connection_id: str, *wanted: str) -> Any:
        return self.wiring.provider_imports.choose_contacts(OWNER, connection_id, wanted)

    def apply_removals(self, job_id: str) -> Any:
        return self.wiring.provider_imports.decide_removals(OWNER, job_id, "apply")

    def erase(self, owner: str = OWNER) -> Any:
        return self.wiring.erasing.erase_person(owner)

    def bulk_create(self, wanted: CreateRequest, *, idempotency_key: str | None = None) -> Any:
        return self.wiring.bulk.start_create(OWNER, wanted, idempotency_key=idempotency_key)

    def bulk_cleanup(self, wanted: CleanupRequest, *, idempotency_key: str | None = None) -> Any:
        return self.wiring.bulk.start_cleanup(OWNER, wanted, idempotency_key=idempotency_key)


@dataclass(frozen=True)
class Deadly(ContactStore):
    """Kills the process that writes a contact of this name, or reads it in order to change it."""

    name: str = ""
    process: Any = None

    def sized_write_with(
        self, owner: str, contact: Contact, match: str, stored: str | None = None
    ) -> tuple[Write, int]:
        self._die(contact)
        return super().sized_write_with(owner, contact, match, stored)

    def get_many(self, owner: str, contact_ids: Sequence[str]) -> dict[str, Contact]:
        found = super().get_many(owner, contact_ids)
        for contact in found.values():
            self._die(contact)
        return found

    def _die(self, contact: Contact) -> None:
        if self.name in (contact.shown.get("display"), *(record.fields.get("display") for record in contact.records)):
            self.process.dead = True
            raise Killed


class Poisoned:
    """A provider one of whose records kills the process that reads it (think of a Lambda out of memory)."""

    def __init__(self, provider: Any, house: House, process: Process) -> None:
        self._provider, self._house, self._process = provider, house, process

    def __getattr__(self, name: str) -> Any:
        return getattr(self._provider, name)

    def read(self, record: Mapping[str, Any]) -> Any:
        if self._house.poison is not None and record["id"] == self._house.poison:
            self._process.dead = True
            raise Killed
        return self._provider.read(record)


@cache
def _settings_with(removal_limit: float) -> Settings:
    return replace(SETTINGS, removal_limit=removal_limit)


def _unreachable() -> Exception:
    return EndpointConnectionError(endpoint_url=ENDPOINT)


def _provider_silent() -> Exception:
    return ProviderBroken("Google does not answer.", provider="google")


def _provider_busy() -> Exception:
    return ProviderBusy("Google asks us to wait.", retry_after=timedelta(seconds=90))
