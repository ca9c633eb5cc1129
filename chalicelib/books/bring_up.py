"""Brings a book in memory up to contacts as they are stored, between which records may have moved."""

from collections.abc import Iterable, Sequence

from chalicelib.books.book import Book, Entry, Mark
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import SourceRecord


def bring_up(book: Book, deleted: Sequence[str], stored: Iterable[Contact], *, is_forced: bool) -> bool:
    """Put these contacts as they are stored, and remove those that were deleted.

    Args:
        is_forced: whether to put also those that the book has in the same version. Its indexes may lack a record that
            moved to such a contact, if the one that it came from was put again.

    Returns:
        Whether records of sources were moved or deleted.
    """
    changed = [each for each in stored if is_forced or not _is_current(book, each)]
    has_moved = bool(deleted) or any(_has_other_records(book, each) for each in changed)
    for contact_id in (*deleted, *(each.contact_id for each in changed)):  # first: another one may have its records
        if contact_id in book:
            book.remove(contact_id)
    for contact in changed:
        book.put(Entry.of(contact))
    return has_moved


def _is_current(book: Book, contact: Contact) -> bool:
    known = book.find(contact.contact_id)
    return known is not None and known.version == contact.version


def _has_other_records(book: Book, contact: Contact) -> bool:
    """Whether the contact does not have just the records of sources that the book has of it."""
    known = book.find(contact.contact_id)
    before = () if known is None else known.marks
    return known is None or _keys(before) != _keys(contact.records)


def _keys(records: Iterable[Mark | SourceRecord]) -> set[tuple[str, str]]:
    return {(each.source, each.source_id) for each in records if each.source != PERSON}
