"""Matches a row that has the key of an earlier row of its file, but says something else."""

from collections.abc import Collection

from chalicelib.books.book import Book
from chalicelib.books.matching import Candidate, likeness_to
from chalicelib.contacts.compare_names import Likeness
from chalicelib.contacts.name_cards import card_of
from chalicelib.contacts.source_record import ContactFields
from chalicelib.file_imports.planning.match_rows import Conflict, OpenConflict, SameContact
from chalicelib.file_imports.planning.row_keys import first_key, name_key


def match_repeat(
    book: Book, record: tuple[str, str], fields: ContactFields, row: Candidate, excluded: Collection[str]
) -> SameContact | OpenConflict | None:
    """The contact of the earlier row, or the conflict with it; None if the key does not tell.

    A key of a name alone does not tell who somebody is. Nor does an id under which the file has another name: then the
    person decides.

    Args:
        record: the source and the key of the row.
        excluded: ids of contacts that the row is not, as the person said.
    """
    source, key = record
    first = first_key(key)
    earlier = book.record(source, first) if first != key else None
    if earlier is None or earlier.contact_id in excluded or first == name_key(fields):
        return None
    is_by_id = first.startswith("uid")
    if is_by_id and likeness_to(card_of(row.card), book.entry(earlier.contact_id)) is Likeness.DIFFERS:
        return OpenConflict((earlier.contact_id,), Conflict.SAME_ID)
    return SameContact(earlier.contact_id, "key")
