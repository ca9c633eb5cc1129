"""Decides about a row of a file that waits: it is a contact of the book, or a new one. A job then imports the row.

The transaction that creates the job is the decision; the room of file imports stores it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from chalicelib.books.contact_store import ContactStore
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.json import Json
from chalicelib.jobs.job import Job
from chalicelib.reviews.choices import chosen_values
from chalicelib.reviews.deciding import AlreadyDecided, Choice, check_choice, repeated
from chalicelib.reviews.file_rows import FileRows
from chalicelib.reviews.read_review import review_not_found
from chalicelib.reviews.review import Answer, ImportRow
from chalicelib.reviews.review_store import Decided, ReviewStore


class RowDecider(Protocol):
    """Starts the job that imports a row; the same request returns the same job."""

    def __call__(
        self, owner: str, import_id: str, row: int, contact_id: str | None, choices: Mapping[str, Json]
    ) -> Job:
        """Args:
            contact_id: the contact that the row is; None for a new one.
            choices: what the contact shows then, by field, lists in full.

        Raises:
            NotFound: there is no such row or contact.
            Conflict: the row was decided otherwise, or does not wait any more.
        """


@dataclass(frozen=True)
class DecideRow:
    """Decides a row."""

    contacts: ContactStore
    store: ReviewStore
    file_rows: FileRows
    decide: RowDecider
    clock: Clock

    def __call__(self, owner: str, review_id: str, side: ImportRow, choice: Choice) -> Decided:
        """Decide; returns the earlier decision if it is the same. Raises as `DecideReview`."""
        check_choice(choice)
        if choice.versions:
            raise InvalidInput("A row of a file has no version.", field="versions")
        earlier = self.file_rows.decided(owner, side)
        if earlier is not None:
            return repeated(earlier, choice)
        if choice.answer is Answer.LATER:
            return put_off(self.store, owner, review_id, choice)
        review = self.file_rows.find(owner, side)
        if review is None or review.row is None:
            raise review_not_found()
        contact_id, choices = "", dict[str, Json]()
        if choice.answer is Answer.SAME:
            contact = self.contacts.find(owner, choice.into or review.right)
            if contact is None:
                raise review_not_found()
            contact_id = contact.contact_id
            choices = chosen_values(review.row.shown, contact.shown, choice.values)
        job = self.decide(owner, side.import_id, side.row, contact_id or None, choices)
        self.store.take_up(owner, review_id)
        now = milliseconds(self.clock.now())
        made = Decided(review_id, choice.answer, now, owner, into=contact_id, job_id=job.job_id)
        return self.file_rows.decided(owner, side) or made


def put_off(store: ReviewStore, owner: str, review_id: str, choice: Choice) -> Decided:
    """Put the review off. Raises AlreadyDecided if a job does and it was put off before."""
    now = milliseconds(store.clock.now())
    decided = Decided(review_id, Answer.LATER, now, owner, by_job=choice.by_job)
    if not choice.by_job:
        store.put_off_until_asked(owner, review_id)
    elif not store.put_off_by_job(owner, review_id, choice.by_job):
        raise AlreadyDecided(replace(decided, by_job=""))
    return decided
