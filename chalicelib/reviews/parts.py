"""The parts of reviewing contacts, each built when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.books.possible_pairs import PossiblePairs
    from chalicelib.contacts.source_record import ContactFields
    from chalicelib.contacts.source_row import RecordTracer
    from chalicelib.foundation.json import Json
    from chalicelib.merging.book_index import BookIndexes
    from chalicelib.merging.merge_contacts import MergeContacts
    from chalicelib.merging.moving import Moving
    from chalicelib.merging.split_contact import SplitContact
    from chalicelib.merging.unmerge_contacts import UnmergeContacts
    from chalicelib.reviews.accept_certain import AcceptCertain
    from chalicelib.reviews.decide_like import DecideLike, DecideLikeStep, ManyRowsDecider, ReviewLists
    from chalicelib.reviews.decide_review import DecideReview
    from chalicelib.reviews.decide_row import DecideRow, RowDecider
    from chalicelib.reviews.file_rows import FileRows, WaitingRows
    from chalicelib.reviews.find_duplicates import FindDuplicates, Searches
    from chalicelib.reviews.found_pairs import FoundPairStore
    from chalicelib.reviews.keep_apart import KeepApart
    from chalicelib.reviews.like_reviews import FindLike
    from chalicelib.reviews.list_certain import ListCertain
    from chalicelib.reviews.list_reviews import ListReviews
    from chalicelib.reviews.merge_pair import MergePair
    from chalicelib.reviews.read_review import ReadReview, ReadSides
    from chalicelib.reviews.review_store import ReviewStore
    from chalicelib.reviews.undo_decision import UndoDecision
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
        waiting_rows: Callable[[], WaitingRows],
        decide_row: RowDecider,
        decide_many_rows: ManyRowsDecider,
    ) -> None:
        """Connect the room to the others.

        Args:
            indexes: returns the indexes of books.
            possible_pairs: returns the possible duplicates of an owner's book.
            source_names: returns the displayed names of an owner's sources, by source key.
            trace_records: finds the rows of files that the records of a contact came from.
            waiting_rows: returns what finds the rows of files that wait.
            decide_row: starts the job that imports a row.
            decide_many_rows: starts the job that imports many rows of one file.
        """
        self.shared, self._indexes, self._waiting_rows, self._decide_row = shared, indexes, waiting_rows, decide_row
        self._decide_many_rows = decide_many_rows
        self._possible_pairs, self._source_names, self._trace_records = possible_pairs, source_names, trace_records

    @cached_property
    def _moving(self) -> Moving:
        from chalicelib.foundation.ids import fresh_id
        from chalicelib.merging.moving import Moving

        shared = self.shared
        return Moving(
            shared.contacts,
            shared.books,
            shared.redirects,
            shared.pairs,
            shared.past_moves,
            shared.statuses,
            self._indexes(),
            shared.clock,
            shared.settings.default_region,
            fresh_id,
            lambda kind, owner, by: shared.activity.noted(kind, shared.clock.now(), owner, by),
        )

    @cached_property
    def merge_contacts(self) -> MergeContacts:
        from chalicelib.merging.merge_contacts import MergeContacts

        return MergeContacts(self._moving)

    @cached_property
    def unmerge_contacts(self) -> UnmergeContacts:
        from chalicelib.merging.unmerge_contacts import UnmergeContacts

        return UnmergeContacts(self._moving)

    @cached_property
    def split_contact(self) -> SplitContact:
        from chalicelib.merging.split_contact import SplitContact

        return SplitContact(self._moving)

    @cached_property
    def reviews(self) -> ReviewStore:
        from chalicelib.reviews.review_store import ReviewStore

        return ReviewStore(self.shared.dynamo, self.shared.settings.people_table, self.shared.clock)

    @cached_property
    def found_pairs(self) -> FoundPairStore:
        from chalicelib.reviews.found_pairs import FoundPairStore

        return FoundPairStore(self.shared.blobs)

    @cached_property
    def searches(self) -> Searches:
        from chalicelib.reviews.find_duplicates import Searches

        return Searches(self.shared.jobs, self.shared.work_queue)

    @cached_property
    def find_duplicates(self) -> FindDuplicates:
        from chalicelib.reviews.find_duplicates import FindDuplicates

        return FindDuplicates(self.shared.contacts, self.shared.pairs, self.found_pairs, self.shared.clock)

    @cached_property
    def list_certain(self) -> ListCertain:
        from chalicelib.reviews.list_certain import ListCertain

        return ListCertain(self.list_reviews, self.shared.contacts)

    @cached_property
    def file_rows(self) -> FileRows:
        from chalicelib.reviews.file_rows import FileRows

        return FileRows(self._waiting_rows, self.shared.redirects)

    @cached_property
    def list_reviews(self) -> ListReviews:
        from chalicelib.reviews.list_reviews import ListReviews

        return ListReviews(self.reviews, self.found_pairs, self.shared.redirects, self._possible_pairs, self.file_rows)

    @cached_property
    def read_review(self) -> ReadReview:
        from chalicelib.reviews.read_review import ReadReview

        return ReadReview(
            self.shared.contacts,
            self.reviews,
            self.list_reviews,
            self._trace_records,
            self._source_names,
            self.file_rows,
        )

    @cached_property
    def _keep_apart(self) -> KeepApart:
        from chalicelib.reviews.keep_apart import KeepApart

        shared = self.shared
        return KeepApart(shared.contacts, shared.books, shared.pairs, self.reviews, self._indexes(), shared.clock)

    @cached_property
    def _row_decision(self) -> DecideRow:
        from chalicelib.reviews.decide_row import DecideRow

        shared = self.shared
        return DecideRow(shared.contacts, self.reviews, self.file_rows, self._decide_row, shared.clock)

    @cached_property
    def _merge_pair(self) -> MergePair:
        from chalicelib.reviews.merge_pair import MergePair

        return MergePair(self.merge_contacts, self.unmerge_contacts, self.reviews, self.shared.clock)

    def preview(self, sides: ReadSides, choices: Mapping[str, Json]) -> ContactFields:
        """What the merged contact would show."""
        from chalicelib.reviews.merge_pair import preview

        return preview(sides, choices, self.shared.settings.default_region)

    @cached_property
    def decide_review(self) -> DecideReview:
        from chalicelib.reviews.decide_review import DecideReview

        shared = self.shared
        return DecideReview(
            shared.contacts,
            shared.pairs,
            self.reviews,
            self._keep_apart,
            self._merge_pair,
            self._row_decision,
            shared.clock,
        )

    @cached_property
    def find_like(self) -> FindLike:
        from chalicelib.reviews.like_reviews import FindLike

        return FindLike(self.list_reviews, self.read_review)

    @cached_property
    def review_lists(self) -> ReviewLists:
        from chalicelib.reviews.decide_like import ReviewLists

        return ReviewLists(self.shared.blobs)

    @cached_property
    def decide_like(self) -> DecideLike:
        from chalicelib.reviews.decide_like import DecideLike

        return DecideLike(
            self.find_like, self.review_lists, self.shared.jobs, self.shared.work_queue, self._decide_many_rows
        )

    @cached_property
    def accept_certain(self) -> AcceptCertain:
        from chalicelib.reviews.accept_certain import AcceptCertain

        return AcceptCertain(self.list_certain, self.decide_like)

    @cached_property
    def decide_like_step(self) -> DecideLikeStep:
        from chalicelib.reviews.decide_like import DecideLikeStep

        return DecideLikeStep(self.shared.jobs, self.review_lists, self.decide_review, self.undo_decision)

    @cached_property
    def undo_decision(self) -> UndoDecision:
        from chalicelib.reviews.undo_decision import UndoDecision

        return UndoDecision(self.reviews, self._keep_apart, self._merge_pair, self.file_rows, self.shared.clock)
