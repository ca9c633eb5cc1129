"""What undoing a run would do, in numbers, before anything is changed."""

from collections.abc import Callable
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

from chalicelib.accounts.job_kinds import IMPORT
from chalicelib.books.book import Book
from chalicelib.books.book_store import BookStore
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.version import BookVersion
from chalicelib.contacts.source import is_enrichment
from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.ids import id_of
from chalicelib.foundation.json import JsonObject
from chalicelib.foundation.router import not_found
from chalicelib.jobs.job import Job
from chalicelib.jobs.store import JobStore
from chalicelib.undoing.judge import Judgment
from chalicelib.undoing.run_words import ReadRunWords


@dataclass(frozen=True, slots=True)
class UndoNumbers:
    """How many contacts an undo concerns."""

    removed: int = 0  #: contacts that the run created and that go
    restored: int = 0  #: contacts that get the words back that the run replaced
    returned: int = 0  #: contacts that the run removed and that come back
    kept: int = 0  #: contacts that changed since, of which something is kept
    failed: int = 0  #: contacts whose words have expired

    @property
    def total(self) -> int:
        """The number of contacts that an undo changes."""
        return self.removed + self.restored + self.returned

    def as_json(self) -> JsonObject:
        """The published form."""
        return {
            "removed": self.removed,
            "restored": self.restored,
            "returned": self.returned,
            "kept": self.kept,
            "failed": self.failed,
        }


@dataclass(frozen=True, slots=True)
class UndoPreview:
    """What undoing a run would do."""

    run: Job
    numbers: UndoNumbers
    until: datetime  #: when the run can no longer be undone
    is_account_import: bool  #: whether importing the account again brings everything back
    preview_id: str  #: the same for the same numbers of the same run and book, see `PreviewUndo.is_current`


@dataclass(frozen=True)
class PreviewUndo:
    """Previews undoing a run."""

    jobs: JobStore
    books: BookStore
    contacts: ContactStore
    read_words: ReadRunWords
    now: Callable[[], datetime]
    lasts: timedelta  #: for how long a run can be undone

    def __call__(self, owner: str, run_id: str) -> UndoPreview:
        """The numbers, as the book is now.

        Raises:
            NotFound: this owner has no such run, or it was of a kind that is not undone like this.
            Conflict: it has not finished, or was too long ago.
        """
        run = self.undoable(owner, run_id)
        version = self.books.state(owner).version  # before the book: what changes meanwhile makes it out of date
        words, book = self.read_words(run), self.contacts.read_book(owner)
        judge = words.judge
        counted = UndoNumbers()
        for contact_id in words.contact_ids(book):
            history = words.history(contact_id)
            counted = _plus(counted, judge(history, book), contact_id, book)
        preview_id = _preview_id(run, counted, version)
        return UndoPreview(run, counted, self.until(run), run.kind == IMPORT.name, preview_id)

    def is_current(self, run: Job, numbers: UndoNumbers, preview_id: str) -> bool:
        """Whether this is the id of a preview with these numbers, and the book has not changed since.

        So the contacts need not be judged again when the person confirms the numbers.
        """
        return bool(preview_id) and preview_id == _preview_id(run, numbers, self.books.state(run.owner).version)

    def until(self, run: Job) -> datetime:
        """When the run can no longer be undone."""
        return run.created_at + self.lasts

    def undoable(self, owner: str, run_id: str) -> Job:
        """The run, if it can be undone. Raises as a call."""
        run = self.jobs.find(run_id)
        if run is None or run.owner != owner or not self.jobs.kinds.is_undoable(run.kind):
            raise not_found()
        if not run.is_finished:
            raise Conflict("This is still running. Cancel it, or wait until it has finished.", state=run.state.value)
        if self.until(run) <= self.now():
            raise Conflict(f"This can be undone for {self.lasts.days} days only.", code="undo_expired")
        return run


def _preview_id(run: Job, numbers: UndoNumbers, version: BookVersion) -> str:
    return id_of(run.job_id, *map(str, astuple(numbers)), *map(str, version))


def _plus(counted: UndoNumbers, judgment: Judgment, contact_id: str, book: Book) -> UndoNumbers:
    numbers = counted
    values = [numbers.removed, numbers.restored, numbers.returned, numbers.kept, numbers.failed]
    if judgment.is_lost:
        values[4] += 1
        return UndoNumbers(*values)
    if judgment.bring_back and contact_id not in book:
        values[2] += 1
    elif _goes(judgment, book):
        values[0] += 1
    elif judgment.changes_records:
        values[1] += 1
    if judgment.kept or (judgment.is_edited and judgment.changes_records):
        values[3] += 1
    return UndoNumbers(*values)


def _goes(judgment: Judgment, book: Book) -> bool:
    """Whether nothing is left of a contact but what the run created."""
    if not judgment.take or judgment.put_back or judgment.bring_back:
        return False
    going = set(judgment.take)
    for contact_id in judgment.holders:
        marks = book.entry(contact_id).marks
        if any((mark.source, mark.source_id) not in going and not is_enrichment(mark.source) for mark in marks):
            return False
    return True
