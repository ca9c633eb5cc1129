"""Read one contact with everything its sources say, and who else it may be."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.address_book.index_store import IndexStore
from chalicelib.books.contact_store import ContactStore
from chalicelib.contacts.contact import Contact


@dataclass(frozen=True, slots=True)
class InFull:
    """Args:
    duplicates: those that may be the same person and are in the book, be it that it names them or they name it.
    """

    contact: Contact
    duplicates: Sequence[Contact]


@dataclass(frozen=True)
class ReadContact:
    contacts: ContactStore
    indexes: IndexStore

    def alone(self, owner: str, contact_id: str) -> Contact:
        """The contact without asking who else it may be. Raises NotFound."""
        return self.contacts.get(owner, contact_id)

    def __call__(self, owner: str, contact_id: str) -> InFull:
        """Raises NotFound."""
        contact = self.contacts.get(owner, contact_id)
        named = contact.possible_duplicates
        index = self.indexes.at_hand(owner)
        naming = [] if index is None else list(index.naming(contact_id))
        known = self.contacts.get_many(owner, [*named, *naming])
        duplicates = [
            other
            for other_id, other in known.items()
            if other_id != contact_id and (other_id in named or contact_id in other.possible_duplicates)
        ]
        return InFull(contact, sorted(duplicates, key=lambda other: (other.shown.get("display", ""), other.contact_id)))
