"""A book over an in-memory AWS, imports that write to it, and processes that look at it."""

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.address_book.count_book import CountBook
from chalicelib.address_book.create_contact import CreateContact
from chalicelib.address_book.delete_contact import DeleteContact
from chalicelib.address_book.edit_contact import EditContact
from chalicelib.address_book.followed_store import FollowedStore
from chalicelib.address_book.index_cache import StoredIndexes
from chalicelib.address_book.index_store import LARGE, IndexStore
from chalicelib.address_book.link_duplicates import LinkDuplicates
from chalicelib.address_book.list_changes import ListChanges
from chalicelib.address_book.list_contacts import ListContacts
from chalicelib.address_book.read_contact import ReadContact
from chalicelib.address_book.status_filter import FilterByStatus
from chalicelib.books.book_store import BookStore
from chalicelib.books.changes import ledger_lines
from chalicelib.books.contact_rows import shelf_of
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.intake import Chunk, Intake, Limits
from chalicelib.books.pair_store import PairStore
from chalicelib.books.redirects import RedirectStore
from chalicelib.books.status_store import StatusStore
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source_record import SourceContact
from chalicelib.foundation.dynamo import Dynamo
from chalicelib.foundation.ids import fresh_id
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.store import JobStore
from tests.contacts.making import source_contact
from tests.fakes.blobs import FakeBlobs
from tests.fakes.clock import FixedClock
from tests.fakes.executor import InlineExecutor
from tests.fakes.tables import empty_tables
from tests.jobs.kinds import KINDS

ANN = "ann"
SHELVES = 3  # of each book here
GOOGLE, MICROSOFT = "google:g1", "microsoft:m1"


class Room:
    """One process over what is stored; `again` is another one over the same."""

    def __init__(
        self, client: Any = None, blobs: Any = None, clock: FixedClock | None = None, large: int | None = None
    ) -> None:
        self.client = client or empty_tables()
        self.blobs = blobs or FakeBlobs()
        self.clock = clock or FixedClock()
        dynamo = Dynamo(self.client, self.clock, random.Random(1))
        self.jobs = JobStore(dynamo, "jobs", self.clock, InlineExecutor(), shards=1, kinds=KINDS)
        self.contacts = ContactStore(dynamo, "contacts", shelves=SHELVES, executor=InlineExecutor())
        self.books = BookStore(dynamo, "jobs", self.jobs)
        self.requested_builds: list[str] = []  # owners whose index a worker is requested to build
        large = LARGE if large is None else large
        kept = StoredIndexes(self.blobs)
        self.indexes = IndexStore(self.contacts, self.books, kept, self.clock, self.requested_builds.append, large)
        self.statuses = StatusStore(dynamo, "contacts", InlineExecutor())
        self.list = ListContacts(
            self.contacts, self.indexes, FilterByStatus(self.statuses, RedirectStore(dynamo, "contacts"))
        )
        self.followed = FollowedStore(dynamo, "jobs", self.books, self.blobs)
        redirects = RedirectStore(dynamo, "contacts")
        self.changes = ListChanges(self.contacts, redirects, self.books, self.indexes, self.followed, self.clock)
        self.count = CountBook(self.indexes)
        self.read = ReadContact(self.contacts, RedirectStore(dynamo, "contacts"), self.indexes, self.statuses)
        self.link_duplicates = LinkDuplicates(self.contacts, self.books, PairStore(dynamo, "contacts"), self.indexes)
        self.edit = EditContact(self.contacts, self.books, self.indexes, self.link_duplicates, self.clock, "DE")
        self.create = CreateContact(
            self.contacts, self.books, self.indexes, self.link_duplicates, self.jobs.idempotency_keys, self.clock, "DE"
        )
        self.delete = DeleteContact(
            self.contacts,
            self.books,
            self.indexes,
            RedirectStore(dynamo, "contacts"),
            self.statuses,
            lambda owner, contact, statuses: None,
            self.clock,
            lambda owner, contact_id: (),
        )

    def again(self, **other: Any) -> "Room":
        return Room(**{"client": self.client, "blobs": self.blobs, "clock": self.clock, **other})

    # ── what happens

    def start_import(self, source: str = GOOGLE) -> "Importing":
        """An import at work."""
        job_id = fresh_id()
        self.jobs.create(NewJob(job_id, ANN, "provider-import", {}))
        claimed = self.jobs.claim(job_id, fresh_id(), self.clock.now())
        assert claimed is not None, "another job is at the head of the line"
        return Importing(self, source, claimed)

    def import_contacts(self, *people: SourceContact, source: str = GOOGLE) -> "Importing":
        """An import that read these people and ended."""
        at_work = self.start_import(source)
        at_work.commit(at_work.plan(people), ends=True)
        return at_work

    # ── what is there

    def names(self, text: str | None = None, **more: Any) -> list[str]:
        """What the contacts of a page are called."""
        return names_of(self.list(ANN, text, **more).contacts)

    def id_of(self, name: str) -> str:
        [contact_id] = [each.contact_id for each in self.contacts.all(ANN) if each.shown.get("display") == name]
        return contact_id


def ids_on_every_shelf() -> Iterator[str]:
    """Fresh ids of contacts, one for each shelf in turn, so that no shelf is empty by chance."""
    for shelf in itertools.cycle(range(SHELVES)):
        yield next(new for new in iter(fresh_id, None) if shelf_of(new, SHELVES) == shelf)


@dataclass
class Importing:
    room: Room
    source: str
    job: Job
    intake: Intake = field(init=False)

    def __post_init__(self) -> None:
        self.intake = Intake(
            self.room.contacts,
            owner=ANN,
            source=self.source,
            region="DE",
            job=self.job.job_id,
            generation=0,
            now=self.room.clock.now,
            fresh_id=ids_on_every_shelf().__next__,
        )
        self.look()

    def look(self) -> None:
        """Read the book."""
        self.intake.reload_book()

    def plan(self, people: Sequence[SourceContact]) -> Chunk:
        return self.intake.plan(people, Limits())

    def commit(self, chunk: Chunk, *, ends: bool = False) -> None:
        progress = Progress(
            None, lines=ledger_lines(chunk), writes=chunk.writes, state=JobState.COMPLETED if ends else None
        )
        self.job = self.room.jobs.commit(self.job, progress)
        self.intake.confirm(chunk)

    def read(self, *people: SourceContact) -> None:
        """A chunk of these people lands."""
        self.commit(self.plan(people))

    def outcomes(self) -> list[tuple[str, str | None]]:
        """What became of everybody it read, and why."""
        chunks = self.room.jobs.ledger(self.room.jobs.get(self.job.job_id))
        return [(line.outcome.value, line.reason) for chunk in chunks for line in chunk.lines]


class Meanwhile:
    """A client over which something else happens just before the n-th transaction."""

    def __init__(self, client: Any, happens: Callable[[], object], *, at: int = 1) -> None:
        self._client, self._happens, self._left = client, happens, at

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def transact_write_items(self, **request: Any) -> Any:
        self._left -= 1
        if self._left == 0:
            self._happens()
        return self._client.transact_write_items(**request)


def person(name: str, source_id: str = "", **more: Any) -> SourceContact:
    return source_contact(source_id or f"p/{name}", name, **more)


def names_of(contacts: Sequence[Contact]) -> list[str]:
    return [contact.shown.get("display", "") for contact in contacts]
