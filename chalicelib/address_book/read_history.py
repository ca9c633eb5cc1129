"""Reads the history of one contact."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.address_book.contact_history import Event, history_of
from chalicelib.books.past_moves import PastMoves
from chalicelib.books.redirects import RedirectStore
from chalicelib.contacts.contact import Contact


@dataclass(frozen=True)
class ReadHistory:
    """Use case: read the history of a contact."""

    redirects: RedirectStore
    past_moves: PastMoves

    def __call__(self, owner: str, contact: Contact) -> Sequence[Event]:
        """The events of a contact that was read, the latest first. Reads only what merges and splits left."""
        merged = list(contact.merged)
        redirects = self.redirects.find_many(owner, merged) if merged else {}
        return history_of(contact, owner, redirects, self.past_moves.of_contact(owner, contact.contact_id))
