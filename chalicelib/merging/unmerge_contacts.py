"""Takes a merge back: the contact that was merged gets its id and its records back, as they are by now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.books import contact_events
from chalicelib.books.enrichment_status import carried_ids
from chalicelib.books.past_moves import moves_of_unmerge
from chalicelib.books.redirects import Redirect
from chalicelib.books.unmerged_records import KeptEdit, Surroundings, UnmergedRecords, move_back
from chalicelib.books.version import Edits
from chalicelib.contacts.contact import Contact
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.repeat_change import repeat_change
from chalicelib.jobs.activity import ActivityKind
from chalicelib.jobs.events import NewEvent
from chalicelib.merging.moving import Moving
from chalicelib.merging.unmerged_pairs import pair_writes

MOST_RENEWED = 20  # redirects of later merges that one transaction corrects


@dataclass(frozen=True, slots=True)
class Unmerged:
    """The contacts that were one, as they are stored."""

    #: The contact that was merged, if anything is left of it, and the one that it had been merged into.
    contacts: Sequence[Contact]
    #: What changed while they were one, and where it is now.
    kept_edits: Sequence[KeptEdit]
    merge_id: str


@dataclass(frozen=True)
class UnmergeContacts:
    """Use case: take the merge of a contact back."""

    moving: Moving

    def __call__(self, owner: str, contact_id: str, by: str = "", *, are_different: bool = True) -> Unmerged:
        """Gives a contact that was merged its records back. If its sources removed everything, only forgets the merge.

        Args:
            contact_id: the id that it had before it was merged.
            by: who takes it back: a person's id; the owner if it is empty.
            are_different: whether to remember that the two are different. False undoes the merge alone: what was known
                of the two before is known again.

        Raises:
            NotFound: no such contact was merged, or the person deleted the one that it was merged into.
            TooLarge: a contact would be too large to store.
            Conflict: the person is being erased.
            TooMany: others kept changing the contacts at the same time.
        """
        return repeat_change(
            self.moving.clock, lambda: self._attempt(owner, contact_id, by or owner, are_different=are_different)
        )

    def _attempt(self, owner: str, contact_id: str, by: str, *, are_different: bool) -> Unmerged | None:
        moving = self.moving
        seen = moving.books.edits(owner)
        redirect, merged = self._find(owner, contact_id)
        different_at = moving.now() if are_different else None
        if merged is None:
            return self._forget(owner, redirect, seen, different_at, by)
        around = self._surroundings(owner, merged, contact_id, are_different=are_different)
        moved = move_back(merged, redirect, around, moving.now())
        parts = [each for each in (moved.restored, moved.rest) if each is not None]
        relinked, is_current = moving.relinked(owner, merged, parts)
        writes = [
            *self._writes(owner, merged, redirect, moved),
            *pair_writes(
                moving.pairs,
                owner,
                redirect,
                parts[::-1],
                around.others,
                moved.restored,
                different_at=different_at,
                by=by,
            ),
            *moving.past_moves.put_writes(owner, moves_of_unmerge(redirect, merged.contact_id, at=moving.now(), by=by)),
            *(moving.contacts.put_write(owner, each) for each in relinked),
            *(self._status_writes(owner, merged, parts) if seen.has_statuses else ()),
            *moving.noted(ActivityKind.UNMERGED, owner, by),
        ]
        ids = [merged.contact_id, contact_id, *(each.contact_id for each in relinked)]
        unlinked = [] if is_current or moved.restored is None else [contact_id]
        told = _told(merged, moved)
        if not moving.books.commit_edit(
            owner, ids, writes, seen, unlinked=unlinked, carries_statuses=True, events=told
        ):
            return None
        moving.indexes.note_edit(owner, seen, is_unlinked=bool(unlinked))
        stored = [replace(each, version=each.version + 1) for each in parts]
        return Unmerged(stored, moved.kept, redirect.merge_id)

    def _find(self, owner: str, contact_id: str) -> tuple[Redirect, Contact | None]:
        """The redirect of the contact, and the contact that it is part of now; None if sources removed all of that.

        Raises NotFound.
        """
        redirect = self.moving.redirects.find(owner, contact_id)
        if redirect is None:
            raise NotFound("This contact is not part of another one.")
        into = self._into(owner, redirect)
        contact = self.moving.contacts.find(owner, into)
        if contact is None and self.moving.contacts.deleted_ids(owner, [into]):
            raise NotFound("The contact that it was merged into was deleted. Bring it back first.")
        return redirect, contact if contact is not None and contact_id in contact.merged else None

    def _into(self, owner: str, redirect: Redirect) -> str:
        return self.moving.redirects.resolve(owner, [redirect.into]).get(redirect.into, redirect.into)

    def _forget(
        self, owner: str, redirect: Redirect, seen: Edits, different_at: int | None, by: str
    ) -> Unmerged | None:
        """Forget that two contacts are the same of which nothing is left, so that they come back as two."""
        moving, pairs = self.moving, self.moving.pairs
        ids = moving.redirects.leading_to(owner, self._into(owner, redirect))
        others = moving.redirects.find_many(owner, [each for each in ids if each != redirect.contact_id])
        left = list(others.values())
        writes = pair_writes(pairs, owner, redirect, [], left, None, different_at=different_at, by=by)
        if writes and not moving.books.commit_edit(owner, [], writes, seen):
            return None
        return Unmerged([], [], redirect.merge_id)

    def _surroundings(self, owner: str, merged: Contact, contact_id: str, *, are_different: bool) -> Surroundings:
        others = self.moving.redirects.find_many(owner, [each for each in merged.merged if each != contact_id])
        duplicates = self.moving.contacts.get_many(owner, merged.possible_duplicates)
        return Surroundings(list(others.values()), duplicates, are_different)

    def _writes(self, owner: str, merged: Contact, redirect: Redirect, moved: UnmergedRecords) -> list[Write]:
        contacts = self.moving.contacts
        rest, restored = moved.rest, moved.restored
        return [
            contacts.remove_write(owner, merged) if rest is None else contacts.put_write(owner, rest),
            self.moving.redirects.remove_write(owner, redirect),
            *(self.moving.redirects.renew_write(owner, each) for each in moved.redirects[:MOST_RENEWED]),
            *([] if restored is None else [contacts.restore_write(owner, restored)]),
        ]

    def _status_writes(self, owner: str, merged: Contact, parts: Sequence[Contact]) -> list[Write]:
        """Delete the statuses of a contact of which nothing is left. Those of the parts stay at their ids."""
        left = {each_id for part in parts for each_id in (part.contact_id, *part.merged)}
        gone = [each for each in carried_ids(merged.contact_id, merged.merged) if each not in left]
        return self.moving.statuses.delete_writes(owner, gone)


def _told(merged: Contact, moved: UnmergedRecords) -> list[NewEvent]:
    """The events of taking a merge back: each part is there again, or nothing is left of it."""
    is_there = moved.rest is not None
    told = [contact_events.updated(merged.contact_id) if is_there else contact_events.deleted(merged.contact_id)]
    return [*told, *([] if moved.restored is None else [contact_events.created(moved.restored.contact_id)])]
