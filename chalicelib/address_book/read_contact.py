"""Reads one contact, alone or with its possible duplicates."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.address_book.index_store import IndexStore
from chalicelib.address_book.possible_duplicates import possible_duplicates
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.redirects import RedirectStore
from chalicelib.contacts.contact import Contact


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """A contact and its possible duplicates."""

    contact: Contact
    duplicates: Sequence[Contact]


@dataclass(frozen=True)
class ReadContact:
    """Use case: read one contact."""

    contacts: ContactStore
    redirects: RedirectStore
    indexes: IndexStore

    def __call__(self, owner: str, contact_id: str) -> ContactDetails:
        """The contact with its possible duplicates. Raises NotFound."""
        contact = self.contacts.get(owner, contact_id)
        duplicates = possible_duplicates(self.contacts, self.redirects, self.indexes, owner, contact)
        return ContactDetails(contact, duplicates)

    def contact_only(self, owner: str, contact_id: str) -> Contact:
        """The contact without its possible duplicates. Raises NotFound."""
        return self.contacts.get(owner, contact_id)
