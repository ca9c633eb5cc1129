"""Creates a contact by hand: its only record is the person's own, like that of an edit."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from chalicelib.address_book.index_store import IndexStore
from chalicelib.address_book.link_duplicates import LinkDuplicates, identities_of
from chalicelib.books import contact_events
from chalicelib.books.book_store import BookStore
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.intake import LARGEST_BOOK
from chalicelib.books.lift_deletions import lift_writes
from chalicelib.books.matching import with_possible_duplicates
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.edit_request import Edit, validate_edit
from chalicelib.contacts.fold_records import fold
from chalicelib.contacts.overrides import overrides_after
from chalicelib.contacts.person_record import edited_record
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.errors import Conflict, InvalidInput
from chalicelib.foundation.fast_json import encode_json
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.repeat_change import repeat_change
from chalicelib.jobs.book_registry import list_book_write
from chalicelib.jobs.idempotency_keys import IdempotencyKeys, KeyUsed


@dataclass(frozen=True)
class CreateContact:
    """Use case: create a contact by hand."""

    contacts: ContactStore
    books: BookStore
    indexes: IndexStore
    link_duplicates: LinkDuplicates
    keys: IdempotencyKeys
    clock: Clock
    #: ISO 3166 code of the country of phone numbers without a country code ("DE").
    region: str
    largest_book: int = LARGEST_BOOK
    fresh_id: Callable[[], str] = fresh_id

    def __call__(self, owner: str, fields: Edit, *, idempotency_key: str | None = None) -> Contact:
        """Creates the contact and returns it with its possible duplicates. It is never merged into another contact.

        Imports no longer skip this person if the person deleted such a contact before.

        Args:
            fields: the values, lists in full; None means the same as leaving a field out.
            idempotency_key: the same request with it gets the same contact for 24 hours.

        Raises:
            InvalidInput: a field is invalid, or all are empty. Names the field.
            TooLarge: the contact would be too large to store.
            Conflict: the address book is full, the key was used for another request, its contact is gone, or the
                person is being erased.
            TooMany: others kept changing the book at the same time.
        """
        new = self._new(fields)
        key = None if idempotency_key is None else (idempotency_key, _request_hash(owner, fields))
        return repeat_change(self.clock, lambda: self._attempt(owner, new, key))

    def _new(self, fields: Edit) -> Contact:
        now = milliseconds(self.clock.now())
        nothing = Contact(self.fresh_id(), 0, [], now, now)
        values = {field: value for field, value in fields.items() if value is not None}
        own = edited_record(
            nothing.contact_id, overrides_after(nothing, validate_edit(values, {}), self.region), None, now
        )
        if own is None or not fold([own]):
            raise InvalidInput("A contact needs a value: a name, an email address, a phone number or another one.")
        return replace(nothing, records=[own])

    def _made_before(self, owner: str, contact_id: str) -> Contact:
        contact = self.contacts.find(owner, contact_id)
        if contact is None:
            raise KeyUsed("The contact that this idempotency key created was deleted or merged since. Use a new key.")
        return contact

    def _attempt(self, owner: str, new: Contact, key: tuple[str, str] | None) -> Contact | None:
        """The contact as it is stored; None if the key was used, or a deletion lifted, at the same time.

        Args:
            key: the idempotency key and the hash of the request.
        """
        known = None if key is None else self.keys.find(owner, *key)
        if known is not None:
            return self._made_before(owner, known)
        seen, result = self.books.edits(owner), self.indexes.get(owner)
        if len(result.index) >= self.largest_book:
            raise Conflict("Your address book is full. Delete contacts that you do not need.")
        identities = identities_of(new.shown)
        others = self.link_duplicates.sharing(owner, new, identities, result.index.sharing(identities))
        new = with_possible_duplicates(new, [each.contact_id for each in others])
        put, listed = self.contacts.put_write(owner, new), list_book_write(self.books.table, owner)
        writes = [put, listed, *lift_writes(self.contacts, owner, new)]
        if key is not None:
            writes.append(self.keys.write(owner, *key, new.contact_id))
        unlinked = [new.contact_id] if identities and not result.is_current else []
        told = [contact_events.created(new.contact_id)]
        if not self.books.commit_edit(owner, [new.contact_id], writes, seen, unlinked=unlinked, events=told):
            return None
        self.indexes.note_edit(owner, seen, is_unlinked=bool(unlinked))
        stored = replace(new, version=1)
        return self.link_duplicates.link_to_concurrent_edits(owner, stored, seen) if identities else stored


def _request_hash(owner: str, fields: Edit) -> str:
    given = {field: value for field, value in sorted(fields.items()) if value is not None}
    return hashlib.sha256(encode_json([owner, "contact", given]).encode(errors="surrogatepass")).hexdigest()
