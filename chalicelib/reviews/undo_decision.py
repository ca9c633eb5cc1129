"""Undoes the decision about a review, so that the review waits again."""

from dataclasses import dataclass

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import Conflict, NotFound
from chalicelib.foundation.repeat_change import repeat_change
from chalicelib.reviews.deciding import AlreadyDecided
from chalicelib.reviews.file_rows import FileRows
from chalicelib.reviews.keep_apart import KeepApart
from chalicelib.reviews.merge_pair import MergePair
from chalicelib.reviews.review import Answer, ImportRow, sides_in
from chalicelib.reviews.review_store import ReviewStore


class RowImported(Conflict):
    """A job has imported the row; undoing that job undoes the decision."""

    def __init__(self, job_id: str) -> None:
        super().__init__("This row was imported by a job. Undo that job instead.", job_id=job_id)
        self.job_id = job_id


@dataclass(frozen=True)
class UndoDecision:
    """Use case: undo the decision about a review."""

    store: ReviewStore
    keep_apart: KeepApart
    merge_pair: MergePair
    file_rows: FileRows
    clock: Clock

    def __call__(self, owner: str, review_id: str, by_job: str = "") -> None:
        """Undo the latest decision.

        Args:
            by_job: the job that must have made it; "" if anyone may have.

        Raises:
            NotFound: nothing was decided, or it was undone already.
            AlreadyDecided: the job did not make the latest decision.
            RowImported: a job has imported the row.
            Conflict: the person is being erased.
            TooMany: others kept changing the contacts at the same time.
        """
        sides = sides_in(review_id)
        if sides is None:
            raise _nothing_decided()
        if by_job and self.store.take_up_by_job(owner, review_id, by_job):
            return
        if isinstance(sides, ImportRow) and (imported := self.file_rows.decided(owner, sides)) is not None:
            raise RowImported(imported.job_id)
        repeat_change(self.clock, lambda: self._attempt(owner, review_id, by_job) or None)

    def _attempt(self, owner: str, review_id: str, by_job: str) -> bool:
        """Whether the decision is undone; False if something has changed meanwhile."""
        decided = self.store.find(owner, review_id)
        if decided is None:
            if by_job or not self.store.is_put_off(owner, review_id):
                raise _nothing_decided()
            self.store.take_up(owner, review_id)
            return True
        if by_job not in ("", decided.by_job):
            raise AlreadyDecided(decided)
        undo = self.merge_pair.undo if decided.answer is Answer.SAME else self.keep_apart.undo
        return undo(owner, decided)


def _nothing_decided() -> NotFound:
    return NotFound("There is no decision to undo. It may have been undone already.")
