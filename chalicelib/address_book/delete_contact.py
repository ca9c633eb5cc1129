"""Deletes a contact; a deletion marker keeps imports from creating it again.

The contact and its statuses are kept for a time, so that the person can undo the delete. The marker has the ids of its
records, and keyed hashes by which every other source of it is recognized. Only a person's delete leaves one: not a
cleanup, a removal at the provider, disconnecting or undoing. The redirects of contacts that were merged into it stay,
without anything readable.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from chalicelib.address_book.index_store import IndexStore
from chalicelib.books import contact_events
from chalicelib.books.book_store import BookStore
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.deletions import DeletionKey
from chalicelib.books.enrichment_status import ContactStatuses, carried_ids
from chalicelib.books.read_for_edit import read_for_edit
from chalicelib.books.redirects import RedirectStore
from chalicelib.books.status_store import StatusStore
from chalicelib.contacts.contact import Contact
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.repeat_change import repeat_change


@dataclass(frozen=True)
class DeleteContact:
    """Use case: delete a contact."""

    contacts: ContactStore
    books: BookStore
    indexes: IndexStore
    redirects: RedirectStore
    statuses: StatusStore
    #: Keeps the contact and its statuses for a time, so that it can be restored.
    keep: Callable[[str, Contact, Sequence[ContactStatuses]], None]
    clock: Clock
    #: Returns the writes that note that a person deleted a contact.
    noted: Callable[[str, str], Sequence[Write]]
    fresh_key: Callable[[], DeletionKey] = DeletionKey.fresh

    def __call__(self, owner: str, contact_id: str) -> None:
        """Deletes the contact; if the person deleted it before, only completes what an interrupted delete left.

        Raises:
            NotFound: the book never had such a contact, or it was removed with its last source.
            Conflict: the person is being erased.
            TooMany: others kept changing the contact at the same time.
        """
        repeat_change(self.clock, lambda: self._attempt(owner, contact_id) or None)

    def _attempt(self, owner: str, contact_id: str) -> bool:
        """Whether the contact is gone; False if something has changed meanwhile."""
        seen, contact = read_for_edit(self.books, self.contacts, owner, contact_id)
        if contact is None:
            self._complete_delete(owner, contact_id)
            return True
        statuses = self._statuses_of(owner, contact) if seen.has_statuses else []
        self.keep(owner, contact, [each for each in statuses if each.rev])
        writes = [
            self.contacts.remove_write(owner, contact),
            *self._marker_writes(owner, contact),
            *(self.statuses.put_write(owner, replace(each, attempts={}, opted_out_at=None)) for each in statuses),
            *self.noted(owner, contact_id),
        ]
        told = [contact_events.deleted(contact_id)]
        if not self.books.commit_edit(owner, [contact_id], writes, seen, carries_statuses=True, events=told):
            return False
        self.indexes.note_edit(owner, seen)
        self.redirects.forget_words(owner, contact.merged)
        return True

    def _complete_delete(self, owner: str, contact_id: str) -> None:
        """Forgets what a delete that was interrupted after its commit kept. Raises NotFound if there was none."""
        if not self.contacts.was_deleted(owner, contact_id):
            raise NotFound("Contact not found.")
        self.redirects.forget_words(owner, self.redirects.leading_to(owner, contact_id))

    def _statuses_of(self, owner: str, contact: Contact) -> Sequence[ContactStatuses]:
        """The stored statuses that go with the contact, and its own even if none are stored, as a condition."""
        ids = carried_ids(contact.contact_id, contact.merged)
        stored = self.statuses.get_many(owner, ids)
        return list(({contact.contact_id: ContactStatuses(contact.contact_id)} | stored).values())

    def _marker_writes(self, owner: str, contact: Contact) -> Sequence[Write]:
        """The marker, and the key of its hashes if it is the book's first; another first one then wins."""
        known = self.contacts.deletion_key(owner)
        secret = known or self.fresh_key()
        marker = self.contacts.deletion_marker_write(owner, contact, secret)
        return [marker] if known else [marker, self.contacts.deletion_key_write(owner, secret)]
