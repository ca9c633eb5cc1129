"""Merges all certain pairs of a search at once, by a job that is undone as one."""

from dataclasses import dataclass

from chalicelib.foundation.errors import Conflict
from chalicelib.jobs.job import Job
from chalicelib.reviews.decide_like import DecideLike
from chalicelib.reviews.list_certain import ListCertain
from chalicelib.reviews.review import Answer


@dataclass(frozen=True)
class AcceptCertain:
    """Use case: accept the certain pairs that a person has seen."""

    list_certain: ListCertain
    decide_like: DecideLike

    def __call__(self, owner: str, count: int) -> Job:
        """Start the job that merges them; it leaves out a pair of which a contact has changed by then.

        Args:
            count: how many certain pairs the person saw, at least one.

        Raises:
            Conflict: their number has changed; has the new one.
            TooMany: the person has too many unfinished jobs.
        """
        pairs = self.list_certain(owner)
        if len(pairs) != count:
            raise Conflict(
                f"By now, {len(pairs):,} pairs are certain. Look at them again, then decide.", count=len(pairs)
            )
        return self.decide_like.start(owner, {each.review.review_id: each.versions for each in pairs}, Answer.SAME)
