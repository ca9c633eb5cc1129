"""Lists the certain pairs that still wait, for a person who wants to accept all of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.books.possible_pairs import review_id_of
from chalicelib.reviews.found_pairs import FoundPairStore
from chalicelib.reviews.list_reviews import ListReviews
from chalicelib.reviews.review import Review


@dataclass(frozen=True)
class ListCertain:
    """Use case: the reviews of pairs that share a personal address or number and whose names agree."""

    found: FoundPairStore
    list_reviews: ListReviews

    def __call__(self, owner: str) -> Sequence[Review]:
        """Those that wait; pairs that were decided, put off or merged since the search are left out."""
        found = self.found.find(owner)
        certain = {review_id_of(pair.left, pair.right) for pair in found.pairs if pair.is_certain} if found else set()
        if not certain:
            return ()
        return [review for review in self.list_reviews(owner).waiting if review.review_id in certain]
