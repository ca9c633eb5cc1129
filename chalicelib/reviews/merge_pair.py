"""Merges the two contacts of a pair, and undoes that."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from chalicelib.books.redirects import ContactMerged
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source_record import ContactFields
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.dynamo import TransactionCanceled, Write
from chalicelib.foundation.errors import Conflict, NotFound
from chalicelib.foundation.json import Json
from chalicelib.merging.merge_contacts import MergeContacts, preview_merge
from chalicelib.merging.unmerge_contacts import UnmergeContacts
from chalicelib.reviews.choices import chosen_values
from chalicelib.reviews.deciding import AlreadyDecided, Choice, DecidedPair
from chalicelib.reviews.read_review import ReadSides
from chalicelib.reviews.review import Answer
from chalicelib.reviews.review_store import Decided, ReviewStore


@dataclass(frozen=True)
class MergePair:
    """Merges two contacts that are one person."""

    merge_contacts: MergeContacts
    unmerge_contacts: UnmergeContacts
    store: ReviewStore
    clock: Clock

    def __call__(self, owner: str, pair: DecidedPair, choice: Choice) -> Decided | None:
        """The decision; None if something has changed meanwhile.

        Raises:
            AlreadyDecided: it was decided otherwise meanwhile.
            InvalidInput: a choice is not possible.
            TooLarge: the merged contact would be too large.
            Conflict: the person is being erased.
            TooMany: others kept changing the contacts.
        """
        into, other = in_order(pair.left, pair.right, choice.into)
        now = milliseconds(self.clock.now())
        decided = Decided(
            pair.review_id,
            Answer.SAME,
            now,
            owner,
            into=into.contact_id,
            merged=other.contact_id,
            by_job=choice.by_job,
        )
        values = chosen_values(pair.left.shown, pair.right.shown, choice.values)
        versions = {each.contact_id: each.version for each in (into, other)}
        note = partial(self._note, owner, pair, decided)
        try:
            self.merge_contacts(owner, into.contact_id, [other.contact_id], values, versions, owner, extra_writes=note)
        except ContactMerged:
            return None
        except Conflict as refused:
            if "version" not in refused.members:
                raise
            return None
        return decided

    def _note(self, owner: str, pair: DecidedPair, decided: Decided) -> Sequence[Write]:
        """The writes of the decision. Raises AlreadyDecided if there is another one by now."""
        current = self.store.find(owner, pair.review_id)
        if current is not None and current != pair.earlier:
            raise AlreadyDecided(current)
        return [self.store.put_write(owner, decided, pair.earlier), self.store.take_up_write(owner, pair.review_id)]

    def undo(self, owner: str, decided: Decided) -> bool:
        """Give both contacts back, so that the pair waits again.

        Returns:
            False if the decision has changed meanwhile.

        Raises:
            TooLarge: a contact would be too large to store.
            Conflict: the person is being erased.
            TooMany: others kept changing the contacts.
        """
        with suppress(NotFound):  # it was unmerged already, or the person deleted the contact
            self.unmerge_contacts(owner, decided.merged, are_different=False)
        try:
            self.store.dynamo.commit([self.store.remove_write(owner, decided)])
        except TransactionCanceled:
            return False
        return True


def preview(sides: ReadSides, choices: Mapping[str, Json], region: str) -> ContactFields:
    """What the merged contact would show. Raises InvalidInput if a choice is not possible."""
    left, right = sides.left, sides.right
    values = chosen_values(left.shown, right.shown, choices)
    both = (right, left) if sides.review.row is not None else in_order(left, right)
    return preview_merge([each for each in both if each.records], values, region)


def in_order(left: Contact, right: Contact, into: str | None = None) -> tuple[Contact, Contact]:
    """The contact that stays, by default the older one, and the other one."""
    older = min(left, right, key=lambda each: (each.created_at, each.contact_id)).contact_id
    return (left, right) if left.contact_id == (into or older) else (right, left)
