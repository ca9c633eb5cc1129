"""The line of one lane of an owner: which of its unfinished jobs may run. Pure rules; the store applies them.

Only the head of a line has a `due`. So two jobs of one lane never run at once, no lock can be left behind, and the
length of the line is the quota. Every job that changes the owner's book is in one lane, the book's; jobs that change no
book may run side by side in lanes of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.jobs.job import BOOK_LANE, Job, JobState


@dataclass(frozen=True, slots=True)
class JobQueue:
    """Args:
    jobs: ids of unfinished jobs, the head first.
    erasing: the person is being erased; nothing new may begin. Only the book's lane says so; for others see `Lanes`.
    changed: which job, at which rev, was the last to leave the head having changed something; "" for none yet.
    """

    owner: str
    jobs: tuple[str, ...] = ()
    erasing: bool = False
    changed: str = ""
    lane: str = BOOK_LANE

    def without(self, leaving: Sequence[str]) -> tuple[str, ...]:
        return tuple(job_id for job_id in self.jobs if job_id not in leaving)


@dataclass(frozen=True, slots=True)
class Lanes:
    """What an owner has going on outside the book's lane.

    Args:
        jobs: ids of unfinished jobs, of all those lanes. erasing: the person is being erased; nothing new may begin.
    """

    jobs: frozenset[str] = frozenset()
    erasing: bool = False


@dataclass(frozen=True, slots=True)
class FrontChange:
    """Who must give up their `due`, and who gets one, when one line becomes another."""

    demoted: Job | None
    promoted: Job | None
    due: datetime | None  # when the new head is due


def front_change(before: Sequence[str], after: Sequence[str], known: Mapping[str, Job], now: datetime) -> FrontChange:
    """What the change of head means for the jobs that stay in the line; `known` holds them as they stand."""
    old, new = before[:1], after[:1]
    if list(old) == list(new):
        return FrontChange(None, None, None)
    back = known.get(old[0]) if old and old[0] in after else None
    up = known.get(new[0]) if new else None
    return FrontChange(back, up, max(now, up.not_before or now) if up else None)


def appended(line: JobQueue, job_id: str, head: Job | None, now: datetime) -> tuple[str, ...]:
    """The line with a new job; a head that waits for a provider anyway goes to the end, so that nobody waits for it."""
    rested = head is not None and head.state is JobState.QUEUED and head.due is not None and head.due > now
    if head is not None and rested and head.not_before is not None:
        return (*line.without([head.job_id]), job_id, head.job_id)
    return (*line.jobs, job_id)
