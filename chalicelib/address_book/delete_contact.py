"""Delete a contact for good: what stays are the ids its sources knew it by, so that no import brings it back."""

from dataclasses import dataclass

from chalicelib.address_book.edit_contact import TRIES, too_much
from chalicelib.address_book.index_store import IndexStore
from chalicelib.books.book_store import BookStore
from chalicelib.books.contact_store import ContactStore
from chalicelib.foundation.errors import NotFound


@dataclass(frozen=True)
class DeleteContact:
    contacts: ContactStore
    books: BookStore
    indexes: IndexStore

    def __call__(self, owner: str, contact_id: str) -> None:
        """Deleting twice is deleting once.

        Raises:
            NotFound: there never was such a contact, or a source took it away. Conflict: the person is being erased.
        """
        for _ in range(TRIES):
            seen = self.books.edits(owner)
            contact = self.contacts.find(owner, contact_id)
            if contact is None:
                if self.contacts.was_deleted(owner, contact_id):
                    return
                raise NotFound("Contact not found.")
            writes = [self.contacts.remove_write(owner, contact), self.contacts.deletion_marker_write(owner, contact)]
            if self.books.commit_edit(owner, [contact_id], writes, seen):
                self.indexes.edited(owner, seen)
                return
        raise too_much()
