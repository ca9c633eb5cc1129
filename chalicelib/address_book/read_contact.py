"""Reads one contact, alone or with its possible duplicates and what vendors were asked about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.address_book.index_store import IndexStore
from chalicelib.address_book.possible_duplicates import possible_duplicates
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.enrichment_status import ContactStatuses
from chalicelib.books.redirects import RedirectStore
from chalicelib.books.status_store import StatusStore
from chalicelib.contacts.contact import Contact


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """A contact, its possible duplicates, and what became of asking vendors about it."""

    contact: Contact
    duplicates: Sequence[Contact]
    statuses: ContactStatuses


@dataclass(frozen=True)
class ReadContact:
    """Use case: read one contact."""

    contacts: ContactStore
    redirects: RedirectStore
    indexes: IndexStore
    statuses: StatusStore

    def __call__(self, owner: str, contact_id: str) -> ContactDetails:
        """The contact with its possible duplicates and statuses. Raises NotFound."""
        contact = self.contacts.get(owner, contact_id)
        duplicates = possible_duplicates(self.contacts, self.redirects, self.indexes, owner, contact)
        return ContactDetails(contact, duplicates, self.statuses.of_contact(owner, contact))

    def contact_only(self, owner: str, contact_id: str) -> Contact:
        """The contact without its possible duplicates. Raises NotFound."""
        return self.contacts.get(owner, contact_id)
