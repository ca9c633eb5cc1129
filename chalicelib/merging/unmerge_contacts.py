"""Takes a merge back: the contact that was merged gets its id and its records back, as they are by now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.books.enrichment_status import carried_ids
from chalicelib.books.pairs import Verdict, pair_of
from chalicelib.books.past_moves import moves_of_unmerge
from chalicelib.books.redirects import Redirect
from chalicelib.books.unmerged_records import KeptEdit, Surroundings, UnmergedRecords, move_back
from chalicelib.contacts.contact import Contact
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.repeat_change import repeat_change
from chalicelib.jobs.activity import ActivityKind
from chalicelib.merging.moving import Moving

MOST_RENEWED = 40  # redirects of later merges that one transaction corrects


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
        """Gives a contact that was merged its records back.

        Args:
            contact_id: the id that it had before it was merged.
            by: who takes it back: a person's id; the owner if it is empty.
            are_different: whether to remember that the two are different. False undoes the merge alone: what was known
                of the two before is known again.

        Raises:
            NotFound: no such contact was merged, or the one that it was merged into is gone.
            TooLarge: a contact would be too large to store.
            Conflict: the person is being erased.
            TooMany: others kept changing the contacts at the same time.
        """
        return repeat_change(
            self.moving.clock, lambda: self._attempt(owner, contact_id, by or owner, are_different=are_different)
        )

    def forget_writes(self, owner: str, contact_id: str) -> list[Write]:
        """The writes after which nothing says any more that a contact is the same as the one it was merged into.

        For when nothing is left to take back, so that the two come back as two if their sources have them again.
        """
        redirect = self.moving.redirects.find(owner, contact_id)
        return [] if redirect is None else [self.moving.pairs.remove_write(owner, redirect.journal.pair_id)]

    def _attempt(self, owner: str, contact_id: str, by: str, *, are_different: bool) -> Unmerged | None:
        moving = self.moving
        seen = moving.books.edits(owner)
        redirect, merged = self._find(owner, contact_id)
        around = self._surroundings(owner, merged, contact_id, are_different=are_different)
        moved = move_back(merged, redirect, around, moving.now())
        parts = [each for each in (moved.restored, moved.rest) if each is not None]
        relinked, is_current = moving.relinked(owner, merged, parts)
        writes = [
            *self._writes(owner, merged, redirect, moved),
            *self._pair_writes(owner, redirect, moved, by, are_different=are_different),
            *moving.past_moves.put_writes(owner, moves_of_unmerge(redirect, merged.contact_id, at=moving.now(), by=by)),
            *(moving.contacts.put_write(owner, each) for each in relinked),
            *(self._status_writes(owner, merged, parts) if seen.has_statuses else ()),
            *moving.noted(ActivityKind.UNMERGED, owner, by),
        ]
        ids = [merged.contact_id, contact_id, *(each.contact_id for each in relinked)]
        unlinked = [] if is_current or moved.restored is None else [contact_id]
        if not moving.books.commit_edit(owner, ids, writes, seen, unlinked=unlinked, carries_statuses=True):
            return None
        moving.indexes.note_edit(owner, seen, is_unlinked=bool(unlinked))
        stored = [replace(each, version=each.version + 1) for each in parts]
        return Unmerged(stored, moved.kept, redirect.merge_id)

    def _find(self, owner: str, contact_id: str) -> tuple[Redirect, Contact]:
        """The redirect of the contact, and the contact that it is part of now. Raises NotFound."""
        redirect = self.moving.redirects.find(owner, contact_id)
        if redirect is None:
            raise NotFound("This contact is not part of another one.")
        into = self.moving.redirects.resolve(owner, [redirect.into]).get(redirect.into, redirect.into)
        contact = self.moving.contacts.find(owner, into)
        if contact is None or contact_id not in contact.merged:
            raise NotFound("The contact that it was merged into no longer exists.")
        return redirect, contact

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

    def _pair_writes(
        self, owner: str, redirect: Redirect, moved: UnmergedRecords, by: str, *, are_different: bool
    ) -> list[Write]:
        """Forget that they are the same, and remember that they are different."""
        pairs, rest, restored = self.moving.pairs, moved.rest, moved.restored
        if not are_different or rest is None or restored is None:
            return [pairs.remove_write(owner, redirect.journal.pair_id)]
        pair = pair_of(rest, restored, Verdict.DIFFERENT, at=self.moving.now(), by=by)
        forget = (
            [] if pair.pair_id == redirect.journal.pair_id else [pairs.remove_write(owner, redirect.journal.pair_id)]
        )
        return [*forget, pairs.put_write(owner, pair)]
