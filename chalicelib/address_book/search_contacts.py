"""Searches a book for other rooms: what a text finds first, and the ids of all that it finds."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.address_book.list_contacts import ListContacts
from chalicelib.contacts.contact import Contact


@dataclass(frozen=True)
class SearchContacts:
    """Use case: search contacts, to do something with them."""

    list_contacts: ListContacts

    def first(self, owner: str, text: str, limit: int) -> tuple[Sequence[Contact], int]:
        """The first contacts by name, up to `limit`, and how many the text finds in all."""
        found = self.list_contacts(owner, text, size=limit)
        return found.contacts, found.matches

    def ids(self, owner: str, text: str) -> Sequence[str]:
        """The ids of all, by name."""
        return self.list_contacts.ids(owner, text)
