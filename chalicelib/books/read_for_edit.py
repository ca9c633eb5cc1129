"""Reads what a person's edit starts from by one request, because people wait for edits."""

from chalicelib.books.book_store import BookStore, to_edits
from chalicelib.books.contact_rows import is_contact_id, to_contact
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.version import Edits
from chalicelib.contacts.contact import Contact


def read_for_edit(
    books: BookStore, contacts: ContactStore, owner: str, contact_id: str
) -> tuple[Edits, Contact | None]:
    """The edits of the owner's book, and one of its contacts; None if it does not exist.

    Either may be newer than the other. The write of the contact has its version as a condition, so the contact is
    still the same when the edit is committed.

    Raises:
        ResponseLost: DynamoDB does not respond.
    """
    if not is_contact_id(contact_id):
        return books.edits(owner), None
    items = books.dynamo.get_together({books.table: books.key(owner), contacts.table: contacts.key(owner, contact_id)})
    contact = items.get(contacts.table)
    return to_edits(items.get(books.table)), None if contact is None else to_contact(contact)
