"""Decides a pair of contacts: one person, two people, or later. Safe to repeat, and safe if two decide at once.

A decision is one transaction with everything it changes, and each part has a condition: of two who decide at once, the
second one finds what was decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.books.contact_store import ContactStore
from chalicelib.books.pair_store import PairStore
from chalicelib.books.pairs import compared
from chalicelib.contacts.contact import Contact
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import Conflict, InvalidInput
from chalicelib.foundation.repeat_change import repeat_change
from chalicelib.reviews.decide_row import DecideRow, put_off
from chalicelib.reviews.deciding import Choice, DecidedPair, check_choice, repeated
from chalicelib.reviews.keep_apart import KeepApart
from chalicelib.reviews.merge_pair import MergePair
from chalicelib.reviews.read_review import review_not_found
from chalicelib.reviews.review import Answer, ImportRow, sides_in
from chalicelib.reviews.review_store import Decided, ReviewStore


@dataclass(frozen=True)
class DecideReview:
    """Use case: decide a review."""

    contacts: ContactStore
    pairs: PairStore
    store: ReviewStore
    keep_apart: KeepApart
    merge_pair: MergePair
    decide_row: DecideRow
    clock: Clock

    def __call__(self, owner: str, review_id: str, choice: Choice) -> Decided:
        """Decide; returns the earlier decision if it is the same.

        Raises:
            NotFound: a side is not in the book.
            InvalidInput: a choice is not possible; names the field.
            AlreadyDecided: it was decided otherwise, or before the job of the choice did.
            Conflict: a contact has changed since the person saw it, or the person is being erased.
            TooLarge: the merged contact would be too large.
            TooMany: others kept changing the contacts at the same time.
        """
        sides = sides_in(review_id)
        if sides is None:
            raise review_not_found()
        if isinstance(sides, ImportRow):
            return self.decide_row(owner, review_id, sides, choice)
        return repeat_change(self.clock, lambda: self._attempt(owner, review_id, sides, choice))

    def _attempt(self, owner: str, review_id: str, sides: tuple[str, str], choice: Choice) -> Decided | None:
        """The decision about a pair; None if something has changed meanwhile."""
        earlier = self.store.find(owner, review_id)
        found = self.contacts.get_many(owner, sides)
        if earlier is not None and self._holds(owner, earlier, found):
            return repeated(earlier, choice)
        if len(found) < len(sides):
            raise review_not_found()
        return self._decide(owner, DecidedPair(review_id, found[sides[0]], found[sides[1]], earlier), choice)

    def _decide(self, owner: str, pair: DecidedPair, choice: Choice) -> Decided | None:
        """The decision; None if something has changed meanwhile."""
        _check(pair, choice)
        if choice.answer is Answer.LATER:
            return put_off(self.store, owner, pair.review_id, choice)
        if choice.answer is Answer.DIFFERENT:
            return self.keep_apart(owner, pair, choice.by_job)
        return self.merge_pair(owner, pair, choice)

    def _holds(self, owner: str, earlier: Decided, found: Mapping[str, Contact]) -> bool:
        """Whether an earlier decision is still true: nobody unmerged the contacts, and neither has really changed."""
        if len(found) < 2:
            return True
        if earlier.answer is Answer.SAME:
            return False
        left, right = found.values()
        return self.pairs.all(owner).are_different(compared(left), compared(right))


def _check(pair: DecidedPair, choice: Choice) -> None:
    contacts = {each.contact_id: each for each in (pair.left, pair.right)}
    check_choice(choice)
    if choice.into is not None and choice.into not in contacts:
        raise InvalidInput("The contact that stays must be one of the two.", field="into")
    for contact_id, version in (choice.versions or {}).items():
        if contact_id not in contacts:
            raise InvalidInput('"versions" can name only the two contacts.', field="versions")
        if contacts[contact_id].version != version:
            raise Conflict(
                "One of the two contacts has changed since you opened them. Look at them again, then decide.",
                version=contacts[contact_id].version,
            )
