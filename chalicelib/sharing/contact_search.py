"""How the pages of collections find the contacts to add: by the search of the address book."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.contacts.contact import Contact


class ContactSearch(Protocol):
    """Searches the contacts of a person's own book."""

    def first(self, owner: str, text: str, limit: int) -> tuple[Sequence[Contact], int]:
        """The first contacts that the text finds, and how many it finds in all."""

    def ids(self, owner: str, text: str) -> Sequence[str]:
        """The ids of all contacts that the text finds."""
