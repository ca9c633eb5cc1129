"""Compares the rows of an import with the book as it is now: what only one of them has, and where they differ.

Which contact a row is was decided by the plan, or by its commit. Comparing writes nothing.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import Any, NamedTuple

from chalicelib.books.contact_store import ContactStore
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.contact_fields import FIELDS, LISTS
from chalicelib.contacts.fold_records import holds_note, without
from chalicelib.contacts.source_record import SourceContact
from chalicelib.file_imports.committing.commit_results import RowResult
from chalicelib.file_imports.comparing.compared_kind import ComparedKind
from chalicelib.file_imports.job_kinds import FileOutcome
from chalicelib.file_imports.planning.plan_rows import REPEATED, PlannedRow, RowOutcome
from chalicelib.file_imports.records.follow_file_import import FollowedImport
from chalicelib.file_imports.records.list_records import ListRecords, Record
from chalicelib.file_imports.records.shown_alone import shown_alone
from chalicelib.foundation.delivery import TimeLeft
from chalicelib.foundation.errors import OutOfTime
from chalicelib.foundation.executor import Executor

ROWS_AT_ONCE = 1_000
QUICKLY_COUNTED = 10_000  # rows
READ_AT_ONCE = 100  # contacts per request
_IN_BOOK = (FileOutcome.CREATED, FileOutcome.UPDATED, FileOutcome.UNCHANGED)


class Sides(NamedTuple):
    """The values of one field; None for no value."""

    file: Any
    book: Any


class Compared(NamedTuple):
    """A row and its contact, or one of them alone."""

    position: int  #: in the comparison: of a row, that in the file; contacts follow
    kind: ComparedKind
    name: str
    row: int | None  #: the number of the row, as the person's program shows it
    planned: RowOutcome | None  #: what the plan says about the row
    contact_id: str | None  #: the contact; of a row in conflict, the contact that it may be
    fields: Mapping[str, Sides]  #: all that the only side has; of both sides, those that differ


class ComparisonPage(NamedTuple):
    """A page of a comparison."""

    items: Sequence[Compared]
    next_position: int | None  #: where the next page, which may be empty, starts; None at the end


@dataclass(frozen=True)
class CompareImport:
    """Compares planned and committed imports with the book."""

    list_records: ListRecords
    contacts: ContactStore
    #: Reads contacts in parallel.
    executor: Executor
    rows_at_once: int = ROWS_AT_ONCE
    #: The largest file that is counted quickly.
    quickly_counted: int = QUICKLY_COUNTED

    def __call__(
        self, followed: FollowedImport, time_left: TimeLeft, *, tag: str = "", start: int = 0
    ) -> Iterator[Compared]:
        """The rows in the order of the file, then the contacts that no row is, in an order that stays the same.

        Rows that are no contact, are left out, or repeat another one are not compared.

        Args:
            tag: of the contacts that no row is, only those with a record of a source with this tag; "" for all.
            start: the first position.

        Raises:
            Conflict: there is no plan.
            NotFound: the import's files are no longer stored.
            OutOfTime: there is no time left.
        """
        matched = None if start else set[str | None]()
        yield from self._rows(followed, time_left, start, matched)
        yield from self._contacts_without_row(followed, time_left, tag, start, self.rows_at_once, matched)

    def page(
        self,
        followed: FollowedImport,
        time_left: TimeLeft,
        *,
        kinds: Collection[ComparedKind],
        tag: str = "",
        start: int = 0,
        limit: int = 50,
    ) -> ComparisonPage:
        """A page of the items of these kinds; of fewer than `limit` if the time is up before. Raises as a call does.

        Args:
            start: the `next_position` of the previous page.

        Raises:
            OutOfTime: there was no time to compare anything.
        """
        rows = () if kinds == {ComparedKind.ONLY_IN_BOOK} else self._rows(followed, time_left, start)
        has_contacts = ComparedKind.ONLY_IN_BOOK in kinds
        contacts = self._contacts_without_row(followed, time_left, tag, start, READ_AT_ONCE) if has_contacts else ()
        items, after = list[Compared](), start
        try:
            for each in chain(rows, contacts):
                after = each.position + 1
                if each.kind in kinds:
                    items.append(each)
                if len(items) == limit:
                    return ComparisonPage(items, after)
        except OutOfTime:
            if after == start:
                raise
            return ComparisonPage(items, after)
        return ComparisonPage(items, None)

    def page_and_counts(
        self,
        followed: FollowedImport,
        time_left: TimeLeft,
        *,
        kinds: Collection[ComparedKind],
        tag: str = "",
        start: int = 0,
        limit: int = 50,
    ) -> tuple[ComparisonPage, Mapping[ComparedKind, int]]:
        """A page as `page` returns it, and the numbers of `counts`, from one pass. Raises as a call does."""
        counted, items = Counter[ComparedKind](), list[Compared]()
        for each in self(followed, time_left, tag=tag):
            counted[each.kind] += 1
            if each.position >= start and each.kind in kinds and len(items) < limit:
                items.append(each)
        after = items[-1].position + 1 if len(items) == limit else None
        return ComparisonPage(items, after), {kind: counted[kind] for kind in ComparedKind}

    def counts(self, followed: FollowedImport, time_left: TimeLeft, tag: str = "") -> Mapping[ComparedKind, int]:
        """The number of items of each kind in the whole comparison. Raises as a call does."""
        counted = Counter(each.kind for each in self(followed, time_left, tag=tag))
        return {kind: counted[kind] for kind in ComparedKind}

    def quick_counts(
        self, followed: FollowedImport, time_left: TimeLeft, tag: str = ""
    ) -> Mapping[ComparedKind, int] | None:
        """The same, for somebody who waits; None if the file is too large for that, or the time is up."""
        if (followed.found.rows or 0) > self.quickly_counted:
            return None
        try:
            return self.counts(followed, time_left, tag)
        except OutOfTime:
            return None

    def _rows(
        self, followed: FollowedImport, time_left: TimeLeft, start: int, matched: set[str | None] | None = None
    ) -> Iterator[Compared]:
        """The rows from this position on. Adds the contacts that they are to `matched`."""
        records = time_left.watch(self.list_records.records(followed, range(start, followed.found.rows or 0)))
        while at_once := list(islice(records, self.rows_at_once)):
            contacts = self._contacts(followed.found.owner, filter(None, map(_contact_of_record, at_once)))
            if matched is not None:
                matched.update(map(_contact_of_record, at_once))
            for record in at_once:
                yield from _compared_row(record, contacts.get(_contact_of_record(record) or ""))

    def _contacts_without_row(
        self,
        followed: FollowedImport,
        time_left: TimeLeft,
        tag: str,
        start: int,
        at_once: int,
        matched: Collection[str | None] | None = None,
    ) -> Iterator[Compared]:
        """The contacts by id. Which there are is read from the book; the contacts, from the first position on.

        Args:
            matched: the contacts that rows are; None to read them from the plan.
        """
        owner, rows = followed.found.owner, followed.found.rows or 0
        if matched is None:
            matched = {_contact_id(*each) for each in self.list_records.outcomes(followed)}
        ids = sorted(entry.contact_id for entry in self.contacts.read_book(owner))
        left = [each for each in enumerate(ids, rows) if each[0] >= start and each[1] not in matched]
        for first in range(0, len(left), at_once):
            pieces = left[first : first + at_once]
            contacts = self._contacts(owner, [contact_id for _, contact_id in pieces])
            for position, contact_id in time_left.watch(pieces):
                contact = contacts.get(contact_id)
                if contact and (not tag or any(each.tag == tag for each in contact.records)):
                    yield _only_in_book(position, contact)

    def _contacts(self, owner: str, contact_ids: Iterable[str]) -> dict[str, Contact]:
        ids = list(dict.fromkeys(contact_ids))
        pieces = [ids[start : start + READ_AT_ONCE] for start in range(0, len(ids), READ_AT_ONCE)]
        found = self.executor.all([partial(self.contacts.get_many, owner, piece) for piece in pieces])
        return {contact_id: contact for each in found for contact_id, contact in each.items()}


def _contact_of_record(record: Record) -> str | None:
    return _contact_id(record.planned, record.result)


def _contact_id(planned: PlannedRow, result: RowResult | None) -> str | None:
    """The contact that a row is, or has become; None for a row in conflict, and for one that is no contact."""
    if result is not None and result.outcome is not FileOutcome.SKIPPED:
        return result.contact_id if result.outcome in _IN_BOOK else None
    return None if planned.outcome in (RowOutcome.CONFLICT, RowOutcome.INVALID) else planned.contact_id


def _compared_row(record: Record, contact: Contact | None) -> Iterator[Compared]:
    """The comparison of a row with its contact, if it has one; nothing for a row that is not compared."""
    incoming, planned = record.read.row.incoming, record.planned
    if not isinstance(incoming, SourceContact) or planned.reason == REPEATED:
        return
    row = shown_alone(incoming)
    if not row:
        return
    if contact is None:
        contact_id = record.contact_id if planned.outcome is RowOutcome.CONFLICT else None
        fields = {name: Sides(value, None) for name, value in row.items()}
        kind = ComparedKind.ONLY_IN_FILE
    else:
        contact_id, fields = contact.contact_id, _differences(row, contact.shown)
        kind = ComparedKind.DIFFERING if fields else ComparedKind.EQUAL
    yield Compared(record.position, kind, _name(row), planned.number, planned.outcome, contact_id, fields)


def _only_in_book(position: int, contact: Contact) -> Compared:
    fields = {name: Sides(None, value) for name, value in contact.shown.items()}
    name = _name(contact.shown)
    return Compared(position, ComparedKind.ONLY_IN_BOOK, name, None, None, contact.contact_id, fields)


def _differences(row: Mapping[str, Any], book: Mapping[str, Any]) -> dict[str, Sides]:
    """The fields of the row of which the book shows another value. What the row lacks is no difference."""
    differing = (name for name in FIELDS if name in row and not _is_same(name, row[name], book.get(name)))
    return {name: Sides(row[name], book.get(name)) for name in differing}


def _is_same(field: str, row: Any, book: Any) -> bool:
    """Whether both sides have the same values, in whatever spelling and order; the book's notes may have more."""
    if field in LISTS:
        return not without(field, row, book or ()) and not without(field, book or (), row)
    return holds_note(book or "", row) if field == "notes" else bool(row == book)


def _name(shown: Mapping[str, Any]) -> str:
    """The name; else the first address or number; "" if there is none of them."""
    if display := shown.get("display"):
        return str(display)
    values = [*(each["value"] for each in shown.get("emails", ())), *(each["raw"] for each in shown.get("phones", ()))]
    return str(values[0]) if values else ""
