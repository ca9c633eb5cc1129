"""The parts of reviewing contacts, each built when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.books.possible_pairs import PossiblePairs
    from chalicelib.contacts.source_row import RecordTracer
    from chalicelib.merging.book_index import BookIndexes
    from chalicelib.reviews.found_pairs import FoundPairStore
    from chalicelib.reviews.list_reviews import ListReviews
    from chalicelib.reviews.review_store import ReviewStore
    from chalicelib.shared_parts import SharedParts


class ReviewParts:
    """Each is built when it is first needed."""

    def __init__(
        self,
        shared: SharedParts,
        *,
        indexes: Callable[[], BookIndexes],
        possible_pairs: Callable[[str], PossiblePairs],
        source_names: Callable[[str], Mapping[str, str]],
        trace_records: RecordTracer,
    ) -> None:
        """Connect the room to the others.

        Args:
            indexes: returns the indexes of books.
            possible_pairs: returns the possible duplicates of an owner's book.
            source_names: returns the displayed names of an owner's sources, by source key.
            trace_records: finds the rows of files that the records of a contact came from.
        """
        self.shared, self._indexes = shared, indexes
        self._possible_pairs, self._source_names, self._trace_records = possible_pairs, source_names, trace_records

    @cached_property
    def reviews(self) -> ReviewStore:
        from chalicelib.reviews.review_store import ReviewStore

        return ReviewStore(self.shared.dynamo, self.shared.settings.people_table, self.shared.clock)

    @cached_property
    def found_pairs(self) -> FoundPairStore:
        from chalicelib.reviews.found_pairs import FoundPairStore

        return FoundPairStore(self.shared.blobs)

    @cached_property
    def list_reviews(self) -> ListReviews:
        from chalicelib.reviews.list_reviews import ListReviews

        return ListReviews(self.reviews, self.found_pairs, self.shared.redirects, self._possible_pairs)
