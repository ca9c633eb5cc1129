"""Opts a contact out of enrichment: no vendor is asked about it, and what vendors gave goes at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from chalicelib.address_book.index_store import IndexStore
from chalicelib.books import contact_events
from chalicelib.books.book_store import BookStore
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.enrichment_status import Attempt, ContactStatuses, carried_ids
from chalicelib.books.read_for_edit import read_for_edit
from chalicelib.books.status_kind import StatusKind
from chalicelib.books.status_store import StatusStore
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.fold_records import without_enrichment
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.repeat_change import repeat_change
from chalicelib.vendors.reasons import Reason


@dataclass(frozen=True)
class OptOutContact:
    """Use case: opt a contact out of enrichment, or take that back."""

    contacts: ContactStore
    books: BookStore
    indexes: IndexStore
    statuses: StatusStore
    clock: Clock

    def __call__(self, owner: str, contact_id: str, *, has_opted_out: bool) -> None:
        """Does nothing if it is so already.

        Raises:
            NotFound: the book has no such contact.
            Conflict: the person is being erased.
            TooMany: others kept changing the contact at the same time.
        """
        repeat_change(self.clock, lambda: self._attempt(owner, contact_id, has_opted_out=has_opted_out) or None)

    def _attempt(self, owner: str, contact_id: str, *, has_opted_out: bool) -> bool:
        """False if the contact or its statuses have changed meanwhile."""
        seen, contact = read_for_edit(self.books, self.contacts, owner, contact_id)
        if contact is None:
            raise NotFound("Contact not found.")
        stored = self.statuses.get_many(owner, carried_ids(contact_id, contact.merged))
        if any(each.opted_out_at is not None for each in stored.values()) == has_opted_out:
            return True
        if has_opted_out:
            if not seen.has_statuses:
                self.books.note_statuses(owner)
            writes = self._opt_out_writes(owner, contact, stored)
        else:
            back = [replace(each, opted_out_at=None) for each in stored.values() if each.opted_out_at is not None]
            writes = [
                self.contacts.unchanged_check(owner, contact),
                *(self.statuses.put_write(owner, each) for each in back),
            ]
        loses_records = has_opted_out and len(without_enrichment(contact.records)) < len(contact.records)
        told = [contact_events.updated(contact_id)] if loses_records else []
        if not self.books.commit_edit(owner, [contact_id], writes, seen, events=told):
            return False
        self.indexes.note_edit(owner, seen)
        return True

    def _opt_out_writes(self, owner: str, contact: Contact, stored: Mapping[str, ContactStatuses]) -> list[Write]:
        now = milliseconds(self.clock.now())
        own = stored.get(contact.contact_id, ContactStatuses(contact.contact_id))
        every = {**stored, contact.contact_id: replace(own, opted_out_at=now)}
        return [
            self._contact_write(owner, contact, now),
            *(self.statuses.put_write(owner, _without_answers(each)) for each in every.values()),
        ]

    def _contact_write(self, owner: str, contact: Contact, now: int) -> Write:
        records = list(without_enrichment(contact.records))
        if len(records) == len(contact.records):
            return self.contacts.unchanged_check(owner, contact)
        return self.contacts.put_write(owner, replace(contact, records=records, updated_at=now))


def _without_answers(statuses: ContactStatuses) -> ContactStatuses:
    """The statuses once nothing of what the vendors gave is left. Those of an undone run stay as they are."""

    def after(attempt: Attempt) -> Attempt:
        if attempt.reason == Reason.UNDONE_BY_OPERATOR:
            return attempt
        opted_out = replace(attempt, kind=StatusKind.INELIGIBLE, reason=Reason.OPTED_OUT.value)
        return replace(opted_out, next_attempt_at=None, tries=0, gave=(), likelihood=None)

    return replace(statuses, attempts={vendor: after(attempt) for vendor, attempt in statuses.attempts.items()})
