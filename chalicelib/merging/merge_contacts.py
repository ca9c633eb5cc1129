"""Merges contacts into one: all records move there in one transaction; redirects resolve the ids of the others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.books import contact_events
from chalicelib.books.merged_records import MOST_MERGED, MergedRecords, merge_records, preview_merge
from chalicelib.books.pairs import Verdict, pair_of
from chalicelib.books.redirects import ContactMerged, Redirect
from chalicelib.contacts.contact import Contact
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.errors import InvalidInput, NotFound
from chalicelib.foundation.json import Json
from chalicelib.foundation.repeat_change import repeat_change
from chalicelib.jobs.activity import ActivityKind
from chalicelib.merging.moving import Moving, check_version

__all__ = ["MergeContacts", "Merged", "preview_merge"]


@dataclass(frozen=True, slots=True)
class Merged:
    """The contact that others were merged into, and the id of the merge."""

    contact: Contact
    merge_id: str


@dataclass(frozen=True)
class MergeContacts:
    """Use case: merge contacts."""

    moving: Moving

    def __call__(
        self,
        owner: str,
        into: str,
        others: Sequence[str],
        choices: Mapping[str, Json] | None = None,
        versions: Mapping[str, int] | None = None,
        by: str = "",
        *,
        dry_run: bool = False,
        extra_writes: Callable[[], Sequence[Write]] = lambda: (),
    ) -> Merged:
        """Merges the others into a contact. Merging what is merged already changes nothing.

        Args:
            choices: the values that the person chose, by field, lists in full. They become the person's own words.
            versions: the versions of the contacts that the person saw, by id; any for those that are missing.
            by: who merges them: a person's id; the owner if it is empty.
            dry_run: whether only to check it and return the contact as it would be.
            extra_writes: returns further writes of the same transaction, before each attempt; may raise to stop.

        Raises:
            NotFound: the book lacks one of the contacts.
            ContactMerged: one of them is part of another contact.
            InvalidInput: the others are too many or named twice, or a choice or the id of a version is invalid. Names
                the field.
            TooLarge: the contact would be too large to store; has the number of bytes.
            Conflict: a contact has another version, or the person is being erased.
            TooMany: others kept changing the contacts at the same time.
        """
        _check_others(into, others)
        if unknown := (versions or {}).keys() - {into, *others}:
            detail = '"versions" can name only contacts of this merge.'
            raise InvalidInput(detail, field="versions", contact_id=min(unknown))
        made = _Merge(owner, into, tuple(others), choices or {}, versions or {}, by or owner, dry_run, extra_writes)
        return repeat_change(self.moving.clock, lambda: self._attempt(made))

    def _attempt(self, made: "_Merge") -> Merged | None:
        moving, owner = self.moving, made.owner
        seen = moving.books.edits(owner)
        found = moving.contacts.get_many(owner, [made.into, *made.others])
        done = self._merged_before(made, found)
        if done is not None:
            return done
        for contact in found.values():
            check_version(contact, made.versions.get(contact.contact_id))
        into, others = found[made.into], [found[each] for each in made.others if each in found]
        moved = merge_records(into, others, made.choices, now=moving.now(), region=moving.region)
        merge_id = moving.fresh_id()
        noted = moving.noted(ActivityKind.MERGED, owner, made.by)
        writes = [*self._writes(made, merge_id, into, others, moved), *noted, *made.extra_writes()]
        if not made.dry_run:
            ids = [each.contact_id for each in (into, *others)]
            told = [contact_events.merged(made.into, [each.contact_id for each in others])]
            unlinked = [made.into] if seen.unlinked.intersection(ids) else []
            if not moving.books.commit_edit(owner, ids, writes, seen, unlinked=unlinked, events=told):
                return None
            moving.indexes.note_edit(owner, seen, is_unlinked=bool(unlinked))
        return Merged(replace(moved.contact, version=into.version + 1), merge_id)

    def _merged_before(self, made: "_Merge", found: Mapping[str, Contact]) -> Merged | None:
        """The result of an earlier merge, if there is nothing left to merge. Raises as the call."""
        missing = [each for each in (made.into, *made.others) if each not in found]
        current = self.moving.redirects.resolve(made.owner, missing) if missing else {}
        for each in missing:
            if each not in current:
                raise NotFound("Contact not found.")
            if current[each] != made.into:
                raise ContactMerged(current[each])
        if len(missing) < len(made.others):
            return None
        redirect = self.moving.redirects.find(made.owner, missing[0])
        return Merged(found[made.into], redirect.merge_id if redirect else "")

    def _writes(
        self, made: "_Merge", merge_id: str, into: Contact, others: Sequence[Contact], moved: MergedRecords
    ) -> list[Write]:
        moving, owner, now = self.moving, made.owner, moved.contact.updated_at
        writes = [moving.contacts.put_write(owner, moved.contact)]
        for other in others:
            pair = pair_of(into, other, Verdict.SAME, at=now, by=made.by)
            journal = replace(moved.journals[other.contact_id], pair_id=pair.pair_id)
            redirect = Redirect(other.contact_id, into.contact_id, merge_id, now, made.by, journal)
            writes += [
                moving.contacts.remove_write(owner, other),
                moving.redirects.put_write(owner, redirect),
                moving.pairs.put_write(owner, pair),
            ]
        return writes


@dataclass(frozen=True, slots=True)
class _Merge:
    """What a person asked for."""

    owner: str
    into: str
    others: tuple[str, ...]
    choices: Mapping[str, Any]
    versions: Mapping[str, int]
    by: str
    dry_run: bool
    extra_writes: Callable[[], Sequence[Write]]


def _check_others(into: str, others: Sequence[str]) -> None:
    """Raises InvalidInput."""
    if not 0 < len(others) <= MOST_MERGED:
        detail = f"1 to {MOST_MERGED} contacts can be merged into one at a time; these are {len(others)}."
        raise InvalidInput(detail, field="others", most=MOST_MERGED, given=len(others))
    if into in others or len(set(others)) < len(others):
        raise InvalidInput("Each contact can be named once.", field="others")
