"""Reads one review: both sides in full, compared, and what was decided of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.books.contact_store import ContactStore
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.identities import emails_of, phones_of
from chalicelib.contacts.source_row import RecordTracer, SourceRows
from chalicelib.foundation.errors import NotFound
from chalicelib.reviews.compare_contacts import ComparedContact, FieldComparison, compare, differing_fields
from chalicelib.reviews.deciding import AlreadyDecided
from chalicelib.reviews.file_rows import FileRows
from chalicelib.reviews.list_reviews import ListReviews, Queue
from chalicelib.reviews.review import Reason, Review, pair_review, sides_in
from chalicelib.reviews.review_store import ReviewStore

_NO_CONTACT = Contact("", 1, [], 0, 0)


@dataclass(frozen=True, slots=True)
class ReadSides:
    """A review with both of its sides."""

    review: Review
    left: Contact
    right: Contact

    @property
    def differs(self) -> Sequence[str]:
        """The fields that both have, with different values."""
        return differing_fields(self.left.shown, self.right.shown)


@dataclass(frozen=True, slots=True)
class ReviewDetails:
    """A review, compared field by field."""

    sides: ReadSides
    fields: Sequence[FieldComparison]
    left: ComparedContact
    right: ComparedContact
    is_put_off: bool
    queue: Queue


@dataclass(frozen=True)
class ReadReview:
    """Use case: read one review."""

    contacts: ContactStore
    store: ReviewStore
    list_reviews: ListReviews
    trace_records: RecordTracer
    #: The displayed names of an owner's sources, by key.
    source_names: Callable[[str], Mapping[str, str]]
    file_rows: FileRows

    def __call__(self, owner: str, review_id: str) -> ReviewDetails:
        """The review of these two sides, even if nothing found them to be alike.

        Raises:
            NotFound: a side is not in the book.
            AlreadyDecided: a side is not in the book, because they were merged.
        """
        queue = self.list_reviews(owner)
        review = queue.find(review_id) or self._unlisted(owner, review_id)
        sides = next(iter(self.sides(owner, [review])), None)
        if sides is None:
            decided = self.store.find(owner, review_id)
            raise review_not_found() if decided is None else AlreadyDecided(decided)
        names = self.source_names(owner)
        left = ComparedContact(sides.left, review.source_rows or self._source_rows(owner, sides.left), names)
        right = ComparedContact(sides.right, self._source_rows(owner, sides.right), names)
        is_put_off = any(each.review_id == review_id for each in queue.put_off)
        return ReviewDetails(sides, compare(left, right), left, right, is_put_off, queue)

    def sides(self, owner: str, reviews: Sequence[Review]) -> list[ReadSides]:
        """These reviews with their sides, without those of which a side is not in the book."""
        ids = [contact_id for review in reviews for contact_id in review.contact_ids]
        found = self.contacts.get_many(owner, ids)
        return [sides for review in reviews if (sides := _sides(review, found)) is not None]

    def _unlisted(self, owner: str, review_id: str) -> Review:
        """A review that nothing listed. Raises as `__call__`."""
        sides = sides_in(review_id)
        if isinstance(sides, tuple):
            return pair_review(Reason.CHOSEN, sides)
        if sides is None:
            raise review_not_found()
        decided = self.file_rows.decided(owner, sides)
        if decided is not None:
            raise AlreadyDecided(decided)
        row = self.file_rows.find(owner, sides)
        if row is None:
            raise review_not_found()
        return row

    def _source_rows(self, owner: str, contact: Contact) -> SourceRows:
        return self.trace_records(owner, contact.records) if contact.records else {}


def review_not_found() -> NotFound:
    return NotFound("There is no such pair. One of the two may have been merged or deleted.")


def _sides(review: Review, found: Mapping[str, Contact]) -> ReadSides | None:
    """The review with its sides; None if a contact is not in the book. A row stays without the contact it may be."""
    if review.row is not None:
        return ReadSides(review, review.row, found.get(review.right, _NO_CONTACT))
    left, right = (found.get(each) for each in review.contact_ids)
    return None if left is None or right is None else _with_evidence(ReadSides(review, left, right))


def _with_evidence(sides: ReadSides) -> ReadSides:
    """With what the two share and since when, if no search noted it."""
    review = sides.review
    if review.reason not in (Reason.POSSIBLE_DUPLICATE, Reason.CHOSEN):
        return sides
    at = max(sides.left.created_at, sides.right.created_at)
    return replace(sides, review=review._replace(reasons=_shared(sides.left, sides.right), at=at))


def _shared(left: Contact, right: Contact) -> Sequence[str]:
    shared = {
        "email": set(emails_of(left.shown)) & set(emails_of(right.shown)),
        "phone": set(phones_of(left.shown)) & set(phones_of(right.shown)),
    }
    return [code for code, values in shared.items() if values]
