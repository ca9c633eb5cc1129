"""Finds the reviews that are like one: those with the same reason whose sides differ in the same fields."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.reviews.list_reviews import ListReviews
from chalicelib.reviews.read_review import ReadReview, ReadSides, review_not_found
from chalicelib.reviews.review import ImportRow, Reason, Review

MOST_COMPARED = 1_000  # reviews with the same reason that are looked at, in the order of the queue


@dataclass(frozen=True, slots=True)
class LikeReviews:
    """The reviews that are like one, which is among them."""

    reason: Reason
    #: The fields that both sides have, with different values.
    differs: Sequence[str]
    sides: Sequence[ReadSides]
    #: Whether all reviews with this reason were looked at.
    is_complete: bool

    @property
    def review_ids(self) -> Sequence[str]:
        return [each.review.review_id for each in self.sides]


@dataclass(frozen=True)
class FindLike:
    """Use case: find the reviews that are like one."""

    list_reviews: ListReviews
    read_review: ReadReview

    def __call__(self, owner: str, review_id: str) -> LikeReviews:
        """Those like this one that wait; of a row, rows of its file. Raises NotFound if it does not wait itself."""
        queue = self.list_reviews(owner)
        review = queue.find(review_id)
        if review is None:
            raise review_not_found()
        others = [
            each for each in queue.of(review.reason) if each.review_id != review_id and _may_be_like(each, review)
        ]
        sides = self.read_review.sides(owner, [review, *others[: MOST_COMPARED - 1]])
        if not sides or sides[0].review.review_id != review_id:
            raise review_not_found()
        differs = sides[0].differs
        like = [each for each in sides if each.differs == differs]
        is_complete = len(others) < MOST_COMPARED and not (queue.more_rows and review.row)
        return LikeReviews(review.reason, differs, like, is_complete=is_complete)


def _may_be_like(review: Review, other: Review) -> bool:
    """Whether two reviews with one reason may be decided together: of rows, those of one file with one problem."""
    if not isinstance(review.left, ImportRow) or not isinstance(other.left, ImportRow):
        return True
    return review.left.import_id == other.left.import_id and review.reasons == other.reasons
