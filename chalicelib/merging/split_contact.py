"""Splits a contact that an import merged wrongly: some of its source records become a contact of their own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.books import contact_events
from chalicelib.books.enrichment_status import carried_ids, split_statuses
from chalicelib.books.pairs import RecordKey, Verdict, pair_of
from chalicelib.books.past_moves import moves_of_split
from chalicelib.books.split_records import split_records
from chalicelib.contacts.contact import Contact
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.repeat_change import repeat_change
from chalicelib.jobs.activity import ActivityKind
from chalicelib.merging.moving import Moving, check_version


@dataclass(frozen=True, slots=True)
class SplitOff:
    """The two contacts, as they are stored."""

    contact: Contact
    new: Contact


@dataclass(frozen=True)
class SplitContact:
    """Use case: split a contact."""

    moving: Moving

    def __call__(
        self, owner: str, contact_id: str, records: Sequence[RecordKey], version: int | None = None, by: str = ""
    ) -> SplitOff:
        """Makes a new contact of some of its source records, and remembers that the two are different.

        Args:
            records: source and source id of each; the person's own words stay with the contact.
            version: the version of the contact that the person saw; None for any.
            by: who splits it: a person's id; the owner if it is empty.

        Raises:
            NotFound: the book has no such contact.
            ContactMerged: it is part of another contact.
            InvalidInput: it has no such record, or one of the two would be empty.
            Conflict: the contact has another version, or the person is being erased.
            TooMany: others kept changing the contact at the same time.
        """
        new_id = self.moving.fresh_id()
        return repeat_change(
            self.moving.clock, lambda: self._attempt(owner, contact_id, records, version, by or owner, new_id)
        )

    def _attempt(
        self, owner: str, contact_id: str, records: Sequence[RecordKey], version: int | None, by: str, new_id: str
    ) -> SplitOff | None:
        moving = self.moving
        seen = moving.books.edits(owner)
        contact = moving.get(owner, contact_id)
        check_version(contact, version)
        duplicates = moving.contacts.get_many(owner, contact.possible_duplicates)
        rest, new = split_records(contact, records, new_id, duplicates, moving.now())
        relinked, is_current = moving.relinked(owner, contact, [rest, new])
        pair = pair_of(rest, new, Verdict.DIFFERENT, at=rest.updated_at, by=by)
        writes = [
            *(moving.contacts.put_write(owner, each) for each in (rest, new, *relinked)),
            moving.pairs.put_write(owner, pair),
            *moving.past_moves.put_writes(owner, moves_of_split(contact_id, new_id, at=rest.updated_at, by=by)),
            *(self._status_writes(owner, rest, records, new_id) if seen.has_statuses else ()),
            *moving.noted(ActivityKind.SPLIT, owner, by),
        ]
        ids = [contact_id, new_id, *(each.contact_id for each in relinked)]
        unlinked = [] if is_current else [new_id]
        told = [contact_events.created(new_id), contact_events.updated(contact_id)]
        if not moving.books.commit_edit(
            owner, ids, writes, seen, unlinked=unlinked, carries_statuses=True, events=told
        ):
            return None
        moving.indexes.note_edit(owner, seen, is_unlinked=bool(unlinked))
        return SplitOff(replace(rest, version=rest.version + 1), replace(new, version=1))

    def _status_writes(self, owner: str, rest: Contact, records: Sequence[RecordKey], new_id: str) -> list[Write]:
        statuses = self.moving.statuses
        stored = statuses.get_many(owner, carried_ids(rest.contact_id, rest.merged))
        return [statuses.put_write(owner, each) for each in split_statuses(stored, rest, records, new_id)]
