"""Lets a contact come back that the person deleted, because the person made it again or undid the deletion."""

from collections.abc import Sequence

from chalicelib.books.book import Entry
from chalicelib.books.contact_store import ContactStore
from chalicelib.contacts.contact import Contact
from chalicelib.foundation.dynamo import Write

MOST_LIFTED = 50  # markers of one contact; half of a transaction


def lift_writes(contacts: ContactStore, owner: str, contact: Contact) -> Sequence[Write]:
    """The writes, for the transaction that stores a contact, after which imports no longer skip it; [] if they do not.

    The marker of the contact itself goes, if it was deleted under its id. Other markers that it meets by an identity
    and its name lose their hashes; they keep their source ids, because their sources had contacts of their own.

    Raises:
        ResponseLost: DynamoDB does not respond.
    """
    own = (
        [contacts.undelete_write(owner, contact.contact_id)] if contacts.was_deleted(owner, contact.contact_id) else []
    )
    entry, deletions = Entry.of(contact), contacts.deletions(owner)
    met = {
        person.contact_id: None
        for name in entry.names or ("",)
        for person in deletions.matching(name, entry.identities, entry.identities)
        if person.contact_id != contact.contact_id
    }
    return [*own, *contacts.forget_hashes_writes(owner, list(met)[:MOST_LIFTED])]
