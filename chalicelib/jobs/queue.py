"""The job queue of one lane of an owner: which of the unfinished jobs may run. Pure rules; the store applies them.

Only the job at the front of a queue has a `due`. So two jobs of one lane never run at once, no lock can be left behind,
and the length of the queue is the quota. Every job that changes the owner's book is in one lane, the book's; jobs that
change no book may run side by side in lanes of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.jobs.job import BOOK_LANE, Job, JobState


@dataclass(frozen=True, slots=True)
class JobQueue:
    """The unfinished jobs of one lane, in order."""

    owner: str
    jobs: tuple[str, ...] = ()  #: ids, the front first
    erasing: bool = False  #: the owner is being erased, so no job may be added; only the book's lane (see `Lanes`)
    changed: str = ""  #: "<job id>.<rev>" of the last job that left the front after changing something; "" for none
    lane: str = BOOK_LANE

    def without(self, job_ids: Sequence[str]) -> tuple[str, ...]:
        return tuple(job_id for job_id in self.jobs if job_id not in job_ids)


@dataclass(frozen=True, slots=True)
class Lanes:
    """The owner's jobs outside the book's lane."""

    jobs: frozenset[str] = frozenset()  #: ids of the unfinished jobs of all those lanes
    erasing: bool = False  #: the owner is being erased, so no job may be added


@dataclass(frozen=True, slots=True)
class FrontChange:
    """The job that loses its `due` and the one that gets one, when a queue changes."""

    demoted: Job | None
    promoted: Job | None
    due: datetime | None  #: when the promoted job is due


def front_change(before: Sequence[str], after: Sequence[str], known: Mapping[str, Job], now: datetime) -> FrontChange:
    """The effect of a change of the queue on the jobs that stay in it.

    Args:
        known: the jobs at the front before and after, by id, as they are stored now.
    """
    old, new = before[:1], after[:1]
    if list(old) == list(new):
        return FrontChange(None, None, None)
    demoted = known.get(old[0]) if old and old[0] in after else None
    promoted = known.get(new[0]) if new else None
    return FrontChange(demoted, promoted, max(now, promoted.not_before or now) if promoted else None)


def with_new_job(queue: JobQueue, job_id: str, front: Job | None, now: datetime) -> tuple[str, ...]:
    """The ids of the queue with a new job.

    A job at the front that is waiting (for a provider, a retry) moves to the end, so that the others need not wait.
    """
    is_waiting = front is not None and front.state is JobState.QUEUED and front.due is not None and front.due > now
    if front is not None and is_waiting and front.not_before is not None:
        return (*queue.without([front.job_id]), job_id, front.job_id)
    return (*queue.jobs, job_id)
