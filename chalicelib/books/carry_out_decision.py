"""The decision that an incoming contact brings with it, or why it cannot be carried out."""

from chalicelib.books.book import Book, Mark
from chalicelib.books.matching import MOST_DUPLICATES, Decision, Merge, apply_on_existing, contacts_sharing, decide
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
    if prepared.decision.contact_id not in book:
        return CONTACT_GONE
    is_elsewhere = mark is not None and mark.contact_id != prepared.decision.contact_id
    return IN_ANOTHER_CONTACT if is_elsewhere else None


def explicit_decision(prepared: PreparedContact, book: Book, region: str) -> Decision | None:
    """The decision about a source contact that the book has no record of; None if the matching rules decide."""
    match prepared.decision:
        case MergeInto(contact_id):
            _, emails, phones, _ = prepared.identities(region)
            return Merge(contact_id, contacts_sharing(book, (*emails, *phones), contact_id)[:MOST_DUPLICATES])
        case CreateNew():
            return apply_on_existing(decide(book, prepared.identities(region)), OnExisting.CREATE)
    return None
