"""One owner's book over fake tables, and jobs that change it through the production runner."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import Any

from chalicelib.books.book_store import BookStore
from chalicelib.books.change_book import ChangeBook
from chalicelib.books.changes import Ending, ListPosition, PlannedChunk, ledger_lines
from chalicelib.books.chunk import Chunk, Limits
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.intake import Intake
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import SourceContact, Unreadable
from chalicelib.foundation.dynamo import Dynamo, Write
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore
from tests.contacts.making import GOOGLE, record, source_contact
from tests.fakes.clock import FixedClock
from tests.fakes.executor import InlineExecutor
from tests.fakes.tables import empty_tables
from tests.jobs.kinds import KINDS

ANN = "ann"
MANY_MINUTES = timedelta(minutes=10)


class Tables:
    """The fake tables.

    `before_commit` happens before each transaction of a job; `sent` are those that landed. `shelves_read` counts the
    queries of contacts.
    """

    def __init__(self) -> None:
        self._fake = empty_tables()
        self.before_commit: Callable[[], None] = lambda: None
        self.sent: list[list[Write]] = []
        self.shelves_read = 0

    def query(self, **request: Any) -> Any:
        self.shelves_read += request["TableName"] == "contacts"
        return self._fake.query(**request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._fake, name)

    def transact_write_items(self, **request: Any) -> Any:
        is_commit = any("holder" in str(action) or "cursor" in str(action) for action in request["TransactItems"][:1])
        if is_commit:
            hook, self.before_commit = self.before_commit, lambda: None
            hook()
            self.before_commit = hook
        answer = self._fake.transact_write_items(**request)
        if is_commit:
            self.sent.append(request["TransactItems"])
        return answer


@dataclass
class Arrivals:
    """A list of source contacts, as simple as changes can be."""

    intake: Intake
    incoming: Sequence[SourceContact]
    extra: Callable[[Chunk], Sequence[Write]] = lambda chunk: ()
    can_do_without: bool = False

    def plan(self, at: ListPosition, limits: Limits) -> PlannedChunk[ListPosition] | None:
        rest = self.incoming[at.offset :]
        if not rest:
            return None
        chunk = self.intake.plan(rest, limits)
        extra = self.extra(chunk) if not at.base.get("without") else ()
        without = replace(at, base={"without": True}) if self.can_do_without else None
        return PlannedChunk(chunk, at.after(chunk.consumed), ledger_lines(chunk), (), extra, without)

    def skip_poisoned(self, at: ListPosition) -> PlannedChunk[ListPosition] | None:
        chunk = self.intake.plan([Unreadable(self.incoming[at.offset].source_id, "poison")], Limits())
        return PlannedChunk(chunk, at.after(1), ledger_lines(chunk))


@dataclass
class Desk:
    """One owner's book, and jobs that change it."""

    limits: Limits = Limits()  # noqa: RUF009 # frozen
    clock: FixedClock = field(default_factory=FixedClock)

    def __post_init__(self) -> None:
        self.tables = Tables()
        dynamo = Dynamo(self.tables, self.clock, random.Random(1))
        self.jobs = JobStore(dynamo, "jobs", self.clock, InlineExecutor(), kinds=KINDS)
        self.books = BookStore(dynamo, "jobs", self.jobs)
        self.contacts = ContactStore(dynamo, "contacts", 2, InlineExecutor())
        self.change_book = ChangeBook(self.books, InlineExecutor(), self.limits)
        self._ids = count(1)

    def queued(self) -> Job:
        return self.jobs.create(NewJob(f"job-{next(self._ids)}", ANN, "import", {}))

    def claimed(self, job: Job, *, time: timedelta = MANY_MINUTES) -> Run:
        claimed = self.jobs.claim(job.job_id, f"holder-{next(self._ids)}", self.clock.now())
        assert claimed is not None
        return Run(self.jobs, self.clock, claimed, until=self.clock.now() + time, reserve=timedelta(seconds=15))

    def intake(self, run: Run) -> Intake:
        return Intake(
            self.contacts,
            owner=ANN,
            source=GOOGLE,
            region="DE",
            job=run.job.job_id,
            generation=0,
            now=self.clock.now,
            fresh_id=lambda: f"c{next(self._ids):05d}",
        )

    def take_in(self, incoming: Sequence[SourceContact], *, run: Run | None = None, **more: Any) -> Job:
        """Let one claim of a job take these in, to its end if the time suffices."""
        run = run or self.claimed(self.queued())
        intake = self.intake(run)
        changing = self.change_book.begin(run, intake)
        start = ListPosition.of(run.job.cursor)
        if changing.apply(Arrivals(intake, incoming, **more), start) is not None:
            changing.end(Ending(JobState.PARTIAL if run.job.counts.failed else JobState.COMPLETED))
        return self.jobs.get(run.job.job_id)

    def book(self) -> dict[str, Contact]:
        return {contact.shown["display"]: contact for contact in self.contacts.all(ANN)}

    def edit(self, contact_id: str, **words: Any) -> None:
        contact = self.contacts.get(ANN, contact_id)
        others = [each for each in contact.records if each.source != PERSON]
        own = record(PERSON, words, source_id=contact_id)  # type: ignore[arg-type] # members of a Said
        edited = replace(contact, records=[*others, own])
        assert self.books.commit_edit(ANN, [contact_id], [self.contacts.put_write(ANN, edited)])


def people(number: int, *, title: str = "") -> list[SourceContact]:
    return [
        source_contact(f"p/{at:03d}", f"Person Nr{at:03d}", email=f"p{at}@example.com", title=title)
        for at in range(number)
    ]
