"""The line of one owner: which of their unfinished jobs may run. Pure rules; the store writes what they decide.

Only the head of a line has a `due`. So two jobs of one owner never run at once, no lock can be left behind, and the
length of the line is the quota.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from chalicelib.jobs.job import Job, JobState


@dataclass(frozen=True, slots=True)
class Line:
    """Args:
    jobs: ids of unfinished jobs, the head first.
    edits: how often people changed identities in this book; a chunk planned before an edit is planned again.
    erasing: the person is being erased; nothing new may begin.
    changed: which job, at which rev, was the last to leave the head having changed contacts; "" for none yet.
    """

    owner: str
    jobs: tuple[str, ...] = ()
    edits: int = 0
    erasing: bool = False
    changed: str = ""

    def without(self, leaving: Sequence[str]) -> tuple[str, ...]:
        return tuple(job_id for job_id in self.jobs if job_id not in leaving)


class BookVersion(NamedTuple):
    """Another one after every write to a book's contacts, and never again one that it was before.

    Contacts are written by people, who add to `edits`, and by the job at the head of the line, whose chunks count up
    in `head`. Whoever leaves the head having changed something leaves its mark in `changed`. An import that finds
    everything unchanged moves none of the three.

    Args:
        head: "<job id>.<generation>.<chunk>" of the head, "" while it has not changed anything.
    """

    edits: int
    changed: str
    head: str

    def edited(self) -> "BookVersion":
        """What it is after one edit of a person, where nothing else happened."""
        return self._replace(edits=self.edits + 1)


@dataclass(frozen=True, slots=True)
class BookState:
    """Args:
    is_changing: a job that has changed contacts is on its way. is_erasing: the person is being erased.
    """

    version: BookVersion
    is_changing: bool
    is_erasing: bool


def book_state(line: Line, head: Job | None) -> BookState:
    """What the line and its head say of the book. The line must have been read before the head."""
    at_work = head is not None and head.has_changed_contacts
    progress = f"{head.job_id}.{head.generation}.{head.chunk}" if head is not None and at_work else ""
    return BookState(BookVersion(line.edits, line.changed, progress), at_work, line.erasing)


@dataclass(frozen=True, slots=True)
class HeadChange:
    """Who must give up their `due`, and who gets one, when one line becomes another."""

    stepping_back: Job | None
    stepping_up: Job | None
    due: datetime | None  # when the new head is due


def head_change(before: Sequence[str], after: Sequence[str], known: Mapping[str, Job], now: datetime) -> HeadChange:
    """What the change of head means for the jobs that stay in the line; `known` holds them as they stand."""
    old, new = before[:1], after[:1]
    if list(old) == list(new):
        return HeadChange(None, None, None)
    back = known.get(old[0]) if old and old[0] in after else None
    up = known.get(new[0]) if new else None
    return HeadChange(back, up, max(now, up.not_before or now) if up else None)


def appended(line: Line, job_id: str, head: Job | None, now: datetime) -> tuple[str, ...]:
    """The line with a new job; a head that waits for a provider anyway goes to the end, so that nobody waits for it."""
    rested = head is not None and head.state is JobState.QUEUED and head.due is not None and head.due > now
    if head is not None and rested and head.not_before is not None:
        return (*line.without([head.job_id]), job_id, head.job_id)
    return (*line.jobs, job_id)
