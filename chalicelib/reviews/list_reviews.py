"""Lists what waits for a person's decision: rows of files, possible duplicates, and pairs that a search found."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.books.possible_pairs import PossiblePairs, ordered_pair
from chalicelib.books.redirects import RedirectStore
from chalicelib.reviews.file_rows import FileRows
from chalicelib.reviews.found_pairs import FoundPair, FoundPairs, FoundPairStore
from chalicelib.reviews.review import Reason, Review, pair_review
from chalicelib.reviews.review_store import ReviewStore


@dataclass(frozen=True, slots=True)
class Queue:
    """The reviews of an owner."""

    #: Those that wait, in the order in which they are worked off.
    waiting: Sequence[Review]
    #: Those that were put off, in the same order.
    put_off: Sequence[Review]
    #: Whether it has every change of the book.
    is_current: bool
    #: The time whose book it reflects; None if it is current.
    as_of: datetime | None
    #: How many more rows of files wait, which are not listed.
    more_rows: int = 0
    #: What the latest search for duplicates found, with pairs that were decided since; None if there was no search.
    found: FoundPairs | None = None

    @property
    def counts(self) -> Mapping[Reason, int]:
        """How many wait, by reason."""
        counts = Counter(review.reason for review in self.waiting)
        counts[Reason.FILE_CONFLICT] += self.more_rows
        return counts

    @property
    def total(self) -> int:
        """How many wait."""
        return len(self.waiting) + self.more_rows

    def of(self, reason: Reason | None, *, put_off: bool = False) -> Sequence[Review]:
        """The reviews with this reason, or all for None: those that wait, or those that were put off."""
        reviews = self.put_off if put_off else self.waiting
        return reviews if reason is None else [review for review in reviews if review.reason is reason]

    def find(self, review_id: str) -> Review | None:
        """The review, if it waits or was put off."""
        return next((each for each in (*self.waiting, *self.put_off) if each.review_id == review_id), None)

    def around(self, review_id: str) -> tuple[Review | None, Review | None]:
        """The reviews that wait before and after this one; for one that does not wait, none and the first."""
        ids = [review.review_id for review in self.waiting]
        if review_id not in ids:
            return None, self.waiting[0] if self.waiting else None
        at = ids.index(review_id)
        return self.waiting[at - 1] if at else None, self.waiting[at + 1] if at + 1 < len(ids) else None


@dataclass(frozen=True)
class ListReviews:
    """Use case: list the reviews of an owner."""

    store: ReviewStore
    found: FoundPairStore
    redirects: RedirectStore
    #: The possible duplicates that the index of an owner's book lists.
    possible_pairs: Callable[[str], PossiblePairs]
    file_rows: FileRows

    def __call__(self, owner: str) -> Queue:
        book = self.possible_pairs(owner)
        rows, found_pairs = self.file_rows.list(owner), self.found.find(owner)
        possible = [pair_review(Reason.POSSIBLE_DUPLICATE, pair) for pair in book.pairs]
        listed = {review.review_id for review in possible}
        found = (each for each in self._found(owner, found_pairs, book) if each.review_id not in listed)
        reviews = [*rows.reviews, *possible, *sorted(found, key=lambda review: review.order)]
        put_off = self.store.put_off(owner)
        return Queue(
            waiting=[review for review in reviews if review.review_id not in put_off],
            put_off=[review for review in reviews if review.review_id in put_off],
            is_current=book.is_current,
            as_of=book.as_of,
            more_rows=rows.more,
            found=found_pairs,
        )

    def _found(self, owner: str, found: FoundPairs | None, book: PossiblePairs) -> Iterator[Review]:
        """The pairs that the latest search found and that were not decided since."""
        if found is None or not found.pairs:
            return
        different = self.store.called_different(owner)
        for pair in self._resolved(owner, found, book):
            sides = ordered_pair(pair.left, pair.right)
            review = pair_review(Reason.FOUND_DUPLICATE, sides, pair.reasons, pair.score, found.found_at)
            if different.get(review.review_id, -1) < found.found_at:
                yield review

    def _resolved(self, owner: str, found: FoundPairs, book: PossiblePairs) -> Iterator[FoundPair]:
        """The pairs whose two sides are still different contacts; a merged contact is replaced by its current one."""
        ids = {contact_id for pair in found.pairs for contact_id in (pair.left, pair.right)}
        gone = [contact_id for contact_id in ids if contact_id not in book.contact_ids]
        into = self.redirects.resolve(owner, gone) if gone else {}
        for pair in found.pairs:
            left, right = into.get(pair.left, pair.left), into.get(pair.right, pair.right)
            if left != right and left in book.contact_ids and right in book.contact_ids:
                yield pair._replace(left=left, right=right) if into else pair
