"""Reads the history of one contact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.address_book.contact_history import Event, history_of
from chalicelib.books.past_moves import PastMoves
from chalicelib.books.redirects import Redirect, RedirectStore
from chalicelib.contacts.contact import Contact


@dataclass(frozen=True)
class ReadHistory:
    """Use case: read the history of a contact."""

    redirects: RedirectStore
    past_moves: PastMoves

    def __call__(
        self, owner: str, contact: Contact, redirects: Mapping[str, Redirect] | None = None
    ) -> Sequence[Event]:
        """The events of a contact that was read, the latest first. Reads only what merges and splits left.

        Args:
            redirects: of the contacts that were merged into it, by their ids, if they were read already.
        """
        if redirects is None:
            redirects = self.merged_into(owner, contact)
        return history_of(contact, owner, redirects, self.past_moves.of_contact(owner, contact.contact_id))

    def merged_into(self, owner: str, contact: Contact) -> Mapping[str, Redirect]:
        """The redirects of the contacts that were merged into this one, by their ids."""
        return self.redirects.find_many(owner, contact.merged) if contact.merged else {}
