"""Brings back a contact that the person deleted, with its id, its records and its memberships."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from chalicelib.books import contact_events
from chalicelib.books.book_store import BookStore
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.lift_deletions import lift_writes
from chalicelib.books.read_for_edit import read_for_edit
from chalicelib.books.replaced_words import ReplacedWords
from chalicelib.books.replaced_words_store import WordStore
from chalicelib.books.status_store import StatusStore
from chalicelib.books.version import Edits
from chalicelib.collections.collection_store import CollectionStore
from chalicelib.contacts.contact import Contact
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.errors import NotFound, ServiceError
from chalicelib.foundation.repeat_change import repeat_change


@dataclass(frozen=True)
class RestoreContact:
    """Use case: undo a person's own delete."""

    contacts: ContactStore
    books: BookStore
    words: WordStore
    statuses: StatusStore
    collections: CollectionStore
    clock: Clock
    note_edit: Callable[[str, Edits], None]  #: called after the edit, with the edits before it

    def __call__(self, owner: str, contact_id: str) -> str:
        """Bring the contact back and return its id; does nothing if it is there.

        Raises:
            NotFound: the person deleted no such contact, or too long ago.
            Conflict: the person is being erased.
            TooMany: others kept changing the contact at the same time.
        """
        return repeat_change(self.clock, lambda: self._attempt(owner, contact_id))

    def _attempt(self, owner: str, contact_id: str) -> str | None:
        """The id of the contact, once it is there; None if something has changed meanwhile."""
        seen, contact = read_for_edit(self.books, self.contacts, owner, contact_id)
        if contact is not None:
            return contact_id
        words = self._deleted_words(owner, contact_id)
        restored = self._restored(words)
        restore = self.contacts.restore_write(owner, restored)
        statuses = self.statuses.restore_writes(owner, words.statuses)
        writes = [restore, *lift_writes(self.contacts, owner, restored), *statuses]
        told = [contact_events.created(contact_id)]
        if not self.books.commit_edit(owner, [contact_id], writes, seen, unlinked=[contact_id], events=told):
            return None
        self.note_edit(owner, seen)
        self._join_collections(owner, words)
        return contact_id

    def _deleted_words(self, owner: str, contact_id: str) -> ReplacedWords:
        if not self.contacts.was_deleted(owner, contact_id):
            raise NotFound("Contact not found.")
        words = self.words.read_deleted(owner, contact_id)
        if words is None:
            raise NotFound("This contact was deleted too long ago to be brought back.")
        return words

    def _restored(self, words: ReplacedWords) -> Contact:
        records = [change.before for change in words.changes if change.before is not None]
        now = milliseconds(self.clock.now())
        duplicates, merged = tuple(words.duplicates_before), tuple(words.merged)
        return Contact(words.contact_id, words.version, records, words.created_at, now, duplicates, merged)

    def _join_collections(self, owner: str, words: ReplacedWords) -> None:
        for collection_id in words.collections:
            with suppress(ServiceError):  # it was deleted, is full, or is no longer shared with the person
                self.collections.add_members(owner, collection_id, [words.contact_id])
