"""Edits a contact: the person's changes are a record of their own, which takes precedence over every source."""

from dataclasses import dataclass, replace

from chalicelib.address_book.index_store import IndexStore
from chalicelib.address_book.link_duplicates import LinkDuplicates, identities_of
from chalicelib.books import contact_events
from chalicelib.books.book_store import BookStore
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.matching import with_possible_duplicates
from chalicelib.books.read_for_edit import read_for_edit
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.edit_request import Edit, validate_edit
from chalicelib.contacts.fold_records import fold
from chalicelib.contacts.overrides import overrides_after
from chalicelib.contacts.person_record import edited_record, own_record, with_own_record
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.errors import Conflict, InvalidInput, NotFound
from chalicelib.foundation.repeat_change import repeat_change


@dataclass(frozen=True)
class EditContact:
    """Use case: edit a contact."""

    contacts: ContactStore
    books: BookStore
    indexes: IndexStore
    link_duplicates: LinkDuplicates
    clock: Clock
    #: ISO 3166 code of the country of phone numbers without a country code ("DE").
    region: str

    def __call__(self, owner: str, contact_id: str, edit: Edit, version: int | None = None) -> Contact:
        """Edits the contact and returns it; does nothing if nothing would change.

        Args:
            edit: the new values of some fields, lists in full. None undoes the person's edits of a field.
            version: the version of the contact that the person saw; None for any.

        Raises:
            NotFound: the book has no such contact.
            InvalidInput: a field is invalid, or the contact would be empty. Names the field.
            TooLarge: the contact would be too large to store.
            Conflict: the contact has another version, or the person is being erased.
            TooMany: others kept changing the contact at the same time.
        """
        return repeat_change(self.clock, lambda: self._attempt(owner, contact_id, edit, version))

    def _attempt(self, owner: str, contact_id: str, edit: Edit, version: int | None) -> Contact | None:
        """The edited contact; None if it has changed meanwhile."""
        seen, contact = read_for_edit(self.books, self.contacts, owner, contact_id)
        if contact is None:
            raise NotFound("Contact not found.")
        if version not in (None, contact.version):
            raise Conflict(
                "This contact has changed since you opened it. Reload it, then edit it again.",
                version=contact.version,
            )
        edited = self._edited(contact, edit)
        if edited is None:
            return contact
        added = identities_of(edited.shown) - identities_of(contact.shown)
        result = self.indexes.get(owner) if added else None
        if result is not None:
            candidates = result.index.sharing(added)
            others = self.link_duplicates.sharing(owner, edited, added, candidates)
            edited = with_possible_duplicates(edited, [each.contact_id for each in others])
        unlinked = [contact_id] if result is not None and not result.is_current else []
        write = self.contacts.put_write(owner, edited)
        told = [contact_events.updated(contact_id)]
        if not self.books.commit_edit(owner, [contact_id], [write], seen, unlinked=unlinked, events=told):
            return None
        edited = replace(edited, version=edited.version + 1)
        self.indexes.note_edit(owner, seen, is_unlinked=bool(unlinked))
        return self.link_duplicates.link_to_concurrent_edits(owner, edited, seen) if added else edited

    def _edited(self, contact: Contact, edit: Edit) -> Contact | None:
        """The contact with the edit; None if nothing would change."""
        fields = overrides_after(contact, validate_edit(edit, contact.shown), self.region)
        old = own_record(contact)
        if fields == (old.fields if old else {}):
            return None
        now = milliseconds(self.clock.now())
        records = with_own_record(contact, edited_record(contact.contact_id, fields, old, now))
        if not fold(records):
            raise InvalidInput("The contact would be empty. Delete it instead.")
        return replace(contact, records=records, updated_at=now)
