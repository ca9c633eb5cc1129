"""The production parts as each simulated process has them, over one fake AWS and one provider."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from botocore.exceptions import EndpointConnectionError

from chalicelib.accounts.access_tokens import AccessTokens, MarkLostConsent, OpenAccount
from chalicelib.accounts.connect_account import ConnectAccount, NewAccount
from chalicelib.accounts.connection import IMPORT_KIND
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.accounts.disconnect import DISCONNECT_KIND, Disconnect
from chalicelib.accounts.disconnect_step import DisconnectStep
from chalicelib.accounts.tokens import StoredTokens, TokenSeal
from chalicelib.address_book.delete_contact import DeleteContact
from chalicelib.address_book.edit_contact import EditContact
from chalicelib.address_book.index_cache import StoredIndexes, index_prefix
from chalicelib.address_book.index_store import LARGE, IndexStore
from chalicelib.address_book.link_duplicates import LinkDuplicates
from chalicelib.address_book.list_contacts import ListContacts
from chalicelib.books.book import Entry
from chalicelib.books.book_store import BookStore
from chalicelib.books.change_book import ChangeBook
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.intake import Limits
from chalicelib.books.remove_records import RemoveRecords
from chalicelib.books.version import BookVersion
from chalicelib.bulk.bulk_job import CLEANUP_KIND, CREATE_KIND
from chalicelib.bulk.clean_up import CleanUp
from chalicelib.bulk.create_contacts import CreateContacts
from chalicelib.bulk.start_bulk_cleanup import CleanupRequest, StartBulkCleanup
from chalicelib.bulk.start_bulk_create import CreateRequest, StartBulkCreate
from chalicelib.bulk.submitted_lists import SubmittedLists
from chalicelib.collections.collection_store import CollectionStore
from chalicelib.contacts.contact import Contact
from chalicelib.erasing.erase_person import KIND as ERASE_KIND
from chalicelib.erasing.erase_person import ErasePerson, Erasing
from chalicelib.foundation.dynamo import Dynamo
from chalicelib.foundation.errors import ProviderBroken, ProviderBusy
from chalicelib.foundation.seal import Seal
from chalicelib.jobs.job import Job
from chalicelib.jobs.schedule import RunSchedule
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import Step, Worker
from chalicelib.provider_imports.apply_removals import ApplyRemovals
from chalicelib.provider_imports.begin_import import BeginImport
from chalicelib.provider_imports.copy_contacts import CopyContacts
from chalicelib.provider_imports.held_removals import REMOVALS_KIND, DecideRemovals
from chalicelib.provider_imports.import_again import ImportAgain
from chalicelib.provider_imports.raw_pages import RawPages, pages_prefix
from chalicelib.providers.provider import Account, Provider
from chalicelib.tables.keys import TABLES
from local.embedded_aws.resources import schema
from tests.fakes.account import FakeAccount, FakeAuthority, FakeProvider
from tests.fakes.blobs import FakeBlobs
from tests.fakes.dynamodb import FakeDynamo
from tests.fakes.executor import InlineExecutor
from tests.fakes.kms import FakeKms
from tests.fakes.queue import FakeQueue
from tests.jobs.kinds import KINDS
from tests.simulation.traffic import ENDPOINT, Bystander, Client, Traffic, timed_out
from tests.simulation.world import Killed, Process, Wire, World

OWNER = "ada"
WITHIN = timedelta(minutes=10)
RESERVE = timedelta(seconds=15)


@dataclass
class House:
    """Args:
    limits: how much one chunk may carry; small, so that few contacts make many calls.
    dynamo, jobs_class, runner: what the broken twins replace.
    wrapped: what stands between the processes and the provider (its faults).
    known_jobs: the jobs as the promises saw them last. known_books: what the owner's book held at each version.
    poison: the source id of a record that kills whoever reads it, or the name of a contact that kills who writes it.
    large: from how many contacts on a worker makes the index. books_to_index: of owners, as workers were asked.
    removal_limit: 1, so that removals wait in no history but those that are about it.
    """

    world: World
    account: FakeAccount
    limits: Limits = field(default_factory=lambda: Limits(contacts=3, lines=4))
    threads: bool = False
    shelves: int = 1
    dynamo: FakeDynamo = field(default_factory=FakeDynamo)
    jobs_class: type[JobStore] = JobStore
    runner: type[ChangeBook] = ChangeBook
    wrapped: Callable[[FakeProvider], Any] = lambda provider: provider
    known_jobs: dict[str, Any] = field(default_factory=dict)
    known_books: dict[BookVersion, Any] = field(default_factory=dict)
    poison: str | None = None
    removal_limit: float = 1.0
    large: int = LARGE
    books_to_index: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for table in TABLES:
            self.dynamo.create_table(TableName=table, **schema(TABLES[table]))
        self.dynamo.seconds = lambda: self.world.now
        self.traffic = Traffic(self.world, self.dynamo)
        self.queue, self.blobs, self.kms = FakeQueue(), FakeBlobs(), FakeKms()
        self.provider = self.wrapped(FakeProvider(self.account))
        self.authority = FakeAuthority(self.account, self.world.clock())
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
        connect = ConnectAccount(
            parts.connections, parts.jobs, parts.tokens, lambda name: self.authority, self.queue, parts.clock
        )
        connect(new)
        return new.connection_id

    def process(self, work: Callable[["Parts"], Any], *, skew: float = 0.0) -> Process:
        """A process about to do `work` with parts of its own."""
        process = Process(self.world, skew=skew, threads=self.threads)
        parts = Parts(self, process)
        process.begin(lambda: work(parts))
        return process


class Parts:
    """What `wiring` builds, for one process (None: outside the simulation, where no call fails)."""

    def __init__(self, house: House, process: Process | None) -> None:
        self.house, self.process = house, process
        self.clock = house.world.clock() if process is None else process.clock
        self.executor: Any = InlineExecutor() if process is None else process.executor
        self.chance = random.Random(house.world.chance.random())
        client: Any = Bystander(house.traffic) if process is None else Client(process, house.traffic)
        dynamo = Dynamo(client, self.clock, self.chance)
        self.jobs = house.jobs_class(dynamo, "jobs", self.clock, self.executor, shards=1, kinds=KINDS)
        self.books = BookStore(dynamo, "jobs", self.jobs)
        self.contacts = ContactStore(dynamo, "contacts", house.shelves, self.executor)
        if process is not None and house.poison is not None:
            self.contacts = Deadly(dynamo, "contacts", house.shelves, self.executor, house.poison, process)
        self.connections = ConnectionStore(dynamo, "people", self.clock)
        kms = self._wire(house.kms, ("generate_data_key", "decrypt"), timed_out)
        self.tokens = TokenSeal(Seal(kms, "key"))
        self.work_queue = self._wire(house.queue, ("send",), None)
        authority = self._wire(house.authority, ("refresh", "revoke"), _provider_silent, lambda call: _provider_busy)
        self.oauth_clients = lambda name: authority
        provider: Any = self._wire(house.provider, ("fetch",), _provider_silent, lambda call: _provider_busy)
        provider = provider if process is None else Poisoned(provider, house, process)
        self.providers: Callable[[str], Provider] = lambda name: provider
        blobs = self._wire(house.blobs, ("put", "find", "delete_prefix"), _unreachable)
        self.lists, self.collections = SubmittedLists(blobs), CollectionStore(dynamo, "people", self.clock)
        self.raw_pages = RawPages(blobs)
        self.blobs = blobs
        self.indexes = IndexStore(
            self.contacts, self.books, StoredIndexes(blobs), self.clock, self.house.books_to_index.add, self.house.large
        )
        self.list_contacts = ListContacts(self.contacts, self.indexes)
        self.link_duplicates = LinkDuplicates(self.contacts, self.books, self.indexes)
        self.edit_contact = EditContact(self.contacts, self.books, self.indexes, self.link_duplicates, self.clock, "DE")
        self.delete_contact = DeleteContact(self.contacts, self.books, self.indexes)
        self.steps = self._steps()
        self.worker = Worker(
            self.jobs, self.steps, self.work_queue, self.clock, self.chance, on_finished=self._prepare_index
        )

    def run_job(self, job_id: str, *, within: timedelta = WITHIN) -> Any:
        """What a queue message makes happen."""
        job = self.worker.claim(job_id)
        return None if job is None else self.worker.run(job, until=self.clock.now() + within, reserve=RESERVE)

    def run_schedule(self, *, within: timedelta = WITHIN) -> Any:
        schedule = RunSchedule(self.jobs, self.worker, self.work_queue, self.clock, self.executor)
        return schedule(until=self.clock.now() + within, reserve=RESERVE)

    def disconnect(self, connection_id: str, contacts: str) -> Any:
        return Disconnect(self.connections, self.jobs, self.work_queue)(OWNER, connection_id, contacts=contacts)

    def import_again(self, connection_id: str, *, full: bool) -> Any:
        begin = BeginImport(self.connections, self.jobs, self.work_queue)
        return ImportAgain(begin, self.jobs)(OWNER, connection_id, full=full)

    def apply_removals(self, job_id: str) -> Any:
        return DecideRemovals(self.connections, self.jobs, self.work_queue)(OWNER, job_id, "apply")

    def erase(self, owner: str = OWNER) -> Any:
        return ErasePerson(self.jobs, self.books)(owner)

    def bulk_create(self, wanted: CreateRequest, *, idempotency_key: str | None = None) -> Any:
        return StartBulkCreate(self.jobs, self.lists, self.collections, self.work_queue)(
            OWNER, wanted, idempotency_key=idempotency_key
        )

    def bulk_cleanup(self, wanted: CleanupRequest, *, idempotency_key: str | None = None) -> Any:
        return StartBulkCleanup(self.jobs, self.lists, self.work_queue)(OWNER, wanted, idempotency_key=idempotency_key)

    def _wire(self, target: Any, calls: Any, lost: Any, refused: Any = None) -> Any:
        return target if self.process is None else Wire(self.process, target, calls, lost, refused)

    def _steps(self) -> Mapping[str, Step]:
        access = AccessTokens(self.connections, self.tokens, self.oauth_clients, self.clock)
        change_book = self.house.runner(self.books, self.executor, self.house.limits)
        copy = CopyContacts(
            jobs=self.jobs,
            contacts=self.contacts,
            change_book=change_book,
            open_account=OpenAccount(self.connections, access, self.providers),
            import_finished_write=self.connections.writes.finish_import,
            raw_pages=self.raw_pages,
            executor=self.executor,
            clock=self.clock,
            region="DE",
            removal_limit=self.house.removal_limit,
        )
        remove = RemoveRecords(self.jobs, self.contacts, change_book, self.clock)
        return {
            IMPORT_KIND: MarkLostConsent(copy, self.connections, self.clock),
            REMOVALS_KIND: ApplyRemovals(self.connections, self.jobs, remove),
            DISCONNECT_KIND: DisconnectStep(self.connections, self.tokens, self.oauth_clients, remove),
            CREATE_KIND: CreateContacts(
                self.contacts, change_book, self.lists, self.collections, self.executor, self.clock, "DE"
            ),
            CLEANUP_KIND: CleanUp(self.jobs, self.contacts, change_book, self.lists, self.collections, self.clock),
            ERASE_KIND: Erasing(
                self.jobs, self.books, [self.contacts.erase, self.connections.erase, self._forget_blobs]
            ),
        }

    def _forget_blobs(self, owner: str) -> None:
        self.blobs.delete_prefix(pages_prefix(owner))
        self.blobs.delete_prefix(index_prefix(owner))

    def _prepare_index(self, job: Job) -> None:
        if job.has_changed:
            self.indexes.build(job.owner)
            self.link_duplicates(job.owner)


@dataclass(frozen=True)
class Deadly(ContactStore):
    """Kills the process that would write somebody of this name, or read them in order to change them."""

    name: str = ""
    process: Any = None

    def put_write(self, owner: str, contact: Contact, entry: Entry | None = None) -> Any:
        self._die(contact)
        return super().put_write(owner, contact, entry)

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


def _unreachable() -> Exception:
    return EndpointConnectionError(endpoint_url=ENDPOINT)


def _provider_silent() -> Exception:
    return ProviderBroken("Google does not answer.", provider="google")


def _provider_busy() -> Exception:
    return ProviderBusy("Google asks us to wait.", retry_after=timedelta(seconds=90))
