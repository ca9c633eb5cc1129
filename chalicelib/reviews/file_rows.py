"""Rows of files that wait for a person, from the room of file imports, as sides of reviews."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.books.redirects import RedirectStore
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source_record import ContactFields, SourceRecord, Stamp
from chalicelib.contacts.source_row import SourceRow, SourceRows
from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.errors import Conflict, NotFound
from chalicelib.foundation.outcomes import Outcome
from chalicelib.reviews.review import Answer, ImportRow, Reason, Review, row_review_id
from chalicelib.reviews.review_store import Decided

MOST_ROWS = 200  # that are listed at once; the next ones follow as these are decided
_NO_STAMP = Stamp("", 0, Outcome.CREATED)  # no job has written it


class WaitingImport(Protocol):
    """An import with rows that wait."""

    @property
    def import_id(self) -> str: ...
    @property
    def file_name(self) -> str: ...
    @property
    def tag(self) -> str: ...
    @property
    def committed_at(self) -> datetime: ...
    @property
    def rows(self) -> int: ...


class WaitingRow(Protocol):
    """A row that waits."""

    @property
    def row(self) -> int: ...
    @property
    def source(self) -> str: ...
    @property
    def source_id(self) -> str: ...
    @property
    def why(self) -> str: ...
    @property
    def contact_id(self) -> str | None: ...
    @property
    def fields(self) -> ContactFields: ...


class DecidedRow(Protocol):
    """A row that a job imports, because a person decided about it."""

    @property
    def contact_id(self) -> str | None: ...
    @property
    def job_id(self) -> str: ...
    @property
    def at(self) -> datetime: ...


class WaitingPage(Protocol):
    """Some rows of one import that wait."""

    @property
    def rows(self) -> Sequence[WaitingRow]: ...


class WaitingRows(Protocol):
    """The rows that wait, as the room of file imports finds them."""

    def imports(self, owner: str) -> Sequence[WaitingImport]: ...
    def page(self, owner: str, import_id: str, *, start: int = 0, limit: int = 50) -> WaitingPage: ...
    def find(self, owner: str, import_id: str, row: int) -> WaitingRow: ...
    def decided(self, owner: str, import_id: str, row: int) -> DecidedRow | None: ...


@dataclass(frozen=True, slots=True)
class ListedRows:
    """The reviews of rows that are listed, and how many more rows wait."""

    reviews: Sequence[Review]
    more: int


@dataclass(frozen=True)
class FileRows:
    """Reads these rows."""

    waiting: Callable[[], WaitingRows]
    redirects: RedirectStore

    def list(self, owner: str) -> ListedRows:
        """The reviews of the first rows, the newest import first."""
        reviews, more = list[Review](), 0
        waiting = self.waiting()
        for each in waiting.imports(owner):
            left = MOST_ROWS - len(reviews)
            rows = waiting.page(owner, each.import_id, limit=left).rows if left else ()
            reviews += (_review(each, row) for row in rows)
            more += max(0, each.rows - len(rows)) if len(rows) == left else 0
        return ListedRows(list(self._resolved(owner, reviews)), more)

    def find(self, owner: str, side: ImportRow) -> Review | None:
        """The review of one row; None if its import has no rows that wait.

        Raises:
            NotFound: there is no such row.
            Conflict: it does not wait.
        """
        waiting = self.waiting()
        found = next((each for each in waiting.imports(owner) if each.import_id == side.import_id), None)
        if found is None:
            return None
        [review] = self._resolved(owner, [_review(found, waiting.find(owner, side.import_id, side.row))])
        return review

    def decided(self, owner: str, side: ImportRow) -> Decided | None:
        """The decision about a row, as the room of file imports stores it; None if there is none that stands."""
        try:
            made = self.waiting().decided(owner, side.import_id, side.row)
        except (Conflict, NotFound):
            return None
        if made is None:
            return None
        answer, at = Answer.SAME if made.contact_id else Answer.DIFFERENT, milliseconds(made.at)
        return Decided(row_review_id(side), answer, at, owner, into=made.contact_id or "", job_id=made.job_id)

    def _resolved(self, owner: str, reviews: Sequence[Review]) -> Iterator[Review]:
        """The reviews, with each contact as the one that it is part of now."""
        ids = {review.right for review in reviews if review.right}
        into: Mapping[str, str] = self.redirects.resolve(owner, list(ids)) if ids else {}
        return (review._replace(right=into.get(review.right, review.right)) for review in reviews)


def _review(found: WaitingImport, row: WaitingRow) -> Review:
    side, at = ImportRow(found.import_id, row.row), milliseconds(found.committed_at)
    record = SourceRecord(row.source, row.source_id, row.fields, "", _NO_STAMP, at, at, own_tag=found.tag)
    contact = Contact(row_review_id(side), 1, [record], at, at)
    source_row = SourceRow(found.import_id, found.file_name, row.row, "")
    source_rows: SourceRows = {(row.source, row.source_id): source_row}
    reasons = (row.why,) if row.why else ()
    return Review(
        contact.contact_id,
        Reason.FILE_CONFLICT,
        side,
        row.contact_id or "",
        reasons,
        at=at,
        row=contact,
        source_rows=source_rows,
    )
