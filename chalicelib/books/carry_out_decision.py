"""The decision that an incoming contact brings with it, or why it cannot be carried out."""

from chalicelib.books.book import Book, Mark
from chalicelib.books.honor_pairs import decide_by_pairs
from chalicelib.books.matching import MOST_DUPLICATES, Decision, Merge, apply_on_existing, contacts_sharing
from chalicelib.books.prepared_contact import PreparedContact
from chalicelib.contacts.decision import CONTACT_GONE, IN_ANOTHER_CONTACT, CreateNew, MergeInto
from chalicelib.contacts.on_existing import OnExisting


def impossible_reason(prepared: PreparedContact, book: Book, mark: Mark | None) -> str | None:
    """The reason code if the decision cannot be carried out; None if it can be, or if there is none.

    Args:
        mark: the book's record of this source contact.
    """
    if not isinstance(prepared.decision, MergeInto):
        return None
    into = book.current_id(prepared.decision.contact_id)
    if into is None:
        return CONTACT_GONE
    is_elsewhere = mark is not None and mark.contact_id != into
    return IN_ANOTHER_CONTACT if is_elsewhere else None


def explicit_decision(prepared: PreparedContact, book: Book, source: str, region: str) -> Decision | None:
    """The decision about a contact of the source that the book has no record of; None if the matching rules decide."""
    match prepared.decision:
        case MergeInto(contact_id):
            _, emails, phones, _ = prepared.identities(region)
            into = book.current_id(contact_id) or contact_id
            return Merge(into, contacts_sharing(book, (*emails, *phones), into)[:MOST_DUPLICATES])
        case CreateNew():
            matched = decide_by_pairs(book, (source, prepared.source_id), prepared.identities(region))
            return apply_on_existing(matched, OnExisting.CREATE)
    return None
