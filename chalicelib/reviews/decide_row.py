"""Decides a row of a file that waits: it is a contact of the book, or a new one. A job imports it so."""

from dataclasses import dataclass
from typing import Protocol

from chalicelib.books.contact_store import ContactStore
from chalicelib.books.pair_store import PairStore
from chalicelib.books.pairs import Verdict, pair_of
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.dynamo import TransactionCanceled
from chalicelib.foundation.errors import CallerError, Conflict, InvalidInput, NotFound
from chalicelib.jobs.job import Job
from chalicelib.reviews.deciding import AlreadyDecided, Choice, repeated
from chalicelib.reviews.file_rows import FileRows
from chalicelib.reviews.read_review import review_not_found
from chalicelib.reviews.review import Answer, ImportRow, Review
from chalicelib.reviews.review_store import Decided, ReviewStore


class RowDecider(Protocol):
    """Starts the job that imports a row; the same request returns the same job."""

    def __call__(self, owner: str, import_id: str, row: int, contact_id: str | None) -> Job:
        """Args:
            contact_id: the contact that the row is; None for a new one.

        Raises:
            NotFound: there is no such row or contact.
            Conflict: the row was decided otherwise, or does not wait any more.
        """


@dataclass(frozen=True)
class DecideRow:
    """Decides a row."""

    contacts: ContactStore
    pairs: PairStore
    store: ReviewStore
    file_rows: FileRows
    decide: RowDecider
    clock: Clock

    def __call__(self, owner: str, review_id: str, side: ImportRow, choice: Choice) -> Decided:
        """Decide; returns the earlier decision if it is the same. Raises as `DecideReview`."""
        if choice.values or choice.versions:
            raise InvalidInput("A row of a file is imported as it is; there is nothing to choose.", field="choices")
        if choice.into is not None and choice.answer is not Answer.SAME:
            raise InvalidInput('Only the decision "same" has a contact that stays.', field="into")
        earlier = self.store.find(owner, review_id)
        if earlier is not None and not self._waits(owner, side):
            return repeated(earlier, choice)
        if choice.answer is Answer.LATER:
            self.store.put_off_until_asked(owner, review_id)
            return Decided(review_id, Answer.LATER, milliseconds(self.clock.now()), owner)
        review = self.file_rows.find(owner, side)
        if review is None:
            raise review_not_found()
        contact_id = (choice.into or review.right) if choice.answer is Answer.SAME else ""
        if choice.answer is Answer.SAME and not contact_id:
            raise review_not_found()
        job = self._started(owner, review, side, contact_id)
        decided = Decided(
            review_id, choice.answer, milliseconds(self.clock.now()), owner, into=contact_id, job_id=job.job_id
        )
        return self._noted(owner, decided, earlier, choice)

    def _waits(self, owner: str, side: ImportRow) -> bool:
        """Whether the row waits, also because the job that was to import it has failed."""
        try:
            return self.file_rows.find(owner, side) is not None
        except (Conflict, NotFound):
            return False

    def _started(self, owner: str, review: Review, side: ImportRow, contact_id: str) -> Job:
        """The job that imports the row. Raises as `RowDecider`."""
        pair_id = "" if contact_id else self._keep_apart(owner, review)
        try:
            return self.decide(owner, side.import_id, side.row, contact_id or None)
        except CallerError:
            if pair_id:
                self.store.dynamo.commit([self.pairs.remove_write(owner, pair_id)])
            raise

    def _keep_apart(self, owner: str, review: Review) -> str:
        """Remember that row and contact are different, before the job could link them; returns the pair's id."""
        contact = self.contacts.find(owner, review.right) if review.right else None
        if contact is None or review.row is None:
            return ""
        pair = pair_of(review.row, contact, Verdict.DIFFERENT, at=milliseconds(self.clock.now()), by=owner)
        self.store.dynamo.commit([self.pairs.put_write(owner, pair)])
        return pair.pair_id

    def _noted(self, owner: str, decided: Decided, seen: Decided | None, choice: Choice) -> Decided:
        """The decision, once it is stored; the one of another request that was made at the same time."""
        writes = [self.store.put_write(owner, decided, seen), self.store.take_up_write(owner, decided.review_id)]
        try:
            self.store.dynamo.commit(writes)
        except TransactionCanceled:
            earlier = self.store.find(owner, decided.review_id)
            if earlier is None:
                raise AlreadyDecided(decided) from None
            return repeated(earlier, choice)
        return decided
