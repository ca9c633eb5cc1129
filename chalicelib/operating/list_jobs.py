"""List the jobs of everybody, newest first. No answer looks at more than a bounded number of days and of jobs."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from chalicelib.foundation.cursors import decode_cursor, encode_cursor
from chalicelib.foundation.executor import Executor
from chalicelib.jobs.job import UNFINISHED, Job, JobState
from chalicelib.jobs.retry import LONGEST_LIFE
from chalicelib.jobs.rows import sort_key, sort_key_instant, sort_key_job_id
from chalicelib.jobs.store import JobStore
from chalicelib.operating.day_pages import DAY, walk
from chalicelib.operating.schedule_health import ScheduleHealth
from chalicelib.tables.keys import LISTED_JOB

MOST_DAYS = 14  # one answer looks back over; the next one goes on from there
MOST_LOOKED_AT = 300  # jobs one answer reads; with a filter that finds little it is short, and has a cursor
READ_TOGETHER = 100  # where a filter may leave most of them out
FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)  # there was no job before
SKEW = timedelta(minutes=5)  # by which the clock of whoever made a job may be ahead of ours
UNFINISHED_FOR = LONGEST_LIFE + DAY  # no job stays unfinished for longer once the schedule reaches it
UNFINISHED_WORD = "unfinished"
STATES: Mapping[str, frozenset[JobState]] = {
    UNFINISHED_WORD: frozenset(UNFINISHED),
    **{state.value: frozenset({state}) for state in JobState},
}
"""The words of the filter, and the states each of them means."""
_PLACE = re.compile(r"[0-9]{13}#[\w-]{0,60}")


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which jobs; None for any.

    Args:
        state: one of `STATES`. older_than, younger_than: by when they were created.
    """

    state: str | None = None
    kind: str | None = None
    provider: str | None = None
    owner: str | None = None
    older_than: timedelta | None = None
    younger_than: timedelta | None = None

    @property
    def leaves_out(self) -> bool:
        """Whether it may leave out some of the jobs that are looked at."""
        return (self.state, self.kind, self.provider) != (None, None, None)

    @property
    def only_unfinished(self) -> bool:
        return self.state is not None and STATES[self.state] <= set(UNFINISHED)

    def fits(self, job: Job) -> bool:
        return (
            (self.state is None or job.state in STATES[self.state])
            and self.kind in (None, job.kind)
            and self.provider in (None, job.details.get("provider"))
            and self.owner in (None, job.owner)
        )


@dataclass(frozen=True, slots=True)
class Found:
    """Args:
    cursor: where the next page starts; None when there is nothing older to look at.
    looked_back_to: all jobs created since then, and before the page's start, were looked at.
    """

    looked_back_to: datetime
    jobs: list[Job] = field(default_factory=list)
    cursor: str | None = None


@dataclass(frozen=True)
class ListJobs:
    jobs: JobStore
    executor: Executor

    def __call__(self, wish: JobFilter, pulse: ScheduleHealth, *, cursor: str | None = None, limit: int = 50) -> Found:
        """A page of them; it may be short, or empty, and still have a cursor.

        Raises:
            InvalidInput: the cursor is not one of ours.
        """
        before, earliest = _start(wish, pulse, cursor), _earliest(wish, pulse)
        floor = earliest if wish.owner is not None else max(earliest, _horizon(before))
        found: list[Job] = []
        size = READ_TOGETHER if wish.leaves_out else limit
        for looked_at, (place, job) in enumerate(self._seen(wish, before, floor, size), 1):
            if job is not None and wish.fits(job):
                found.append(job)
            if len(found) == limit or looked_at == MOST_LOOKED_AT:
                return Found(sort_key_instant(place), found, encode_cursor(place))
        return Found(sort_key_instant(floor), found, encode_cursor(floor) if floor > earliest else None)

    def _seen(self, wish: JobFilter, before: str, floor: str, size: int) -> Iterator[tuple[str, Job | None]]:
        """Each job with its place; None for one that is gone, which an index may not know yet."""
        if before <= floor:
            return
        if wish.owner is not None:
            yield from self._of_owner(wish.owner, before, floor, size)
            return
        for places in walk(self.jobs, self.executor, before=before, floor=floor, size=size):
            known = self.jobs.get_many([sort_key_job_id(place) for place in places])
            for place in places:
                yield place, known.get(sort_key_job_id(place))

    def _of_owner(self, owner: str, before: str, floor: str, size: int) -> Iterator[tuple[str, Job]]:
        start: str | None = f"{LISTED_JOB.sk_prefix()}{before}"
        while start is not None:
            page, start = self.jobs.of_owner(owner, before=start, limit=size)
            for job in page:
                place = sort_key(job.created_at, job.job_id)
                if place < floor:
                    return
                yield place, job


def _start(wish: JobFilter, pulse: ScheduleHealth, cursor: str | None) -> str:
    """Only what stands before this place is looked at."""
    newest = pulse.now + SKEW if wish.older_than is None else pulse.now - wish.older_than
    return min(sort_key(newest), decode_cursor(cursor, _PLACE)[0] if cursor else "~")


def _earliest(wish: JobFilter, pulse: ScheduleHealth) -> str:
    """No job before this place can fit."""
    bounds = [FIRST_DAY]
    if wish.younger_than is not None:
        bounds.append(pulse.now - wish.younger_than)
    if wish.only_unfinished:
        bounds.append((pulse.oldest_due or pulse.now) - UNFINISHED_FOR)
    return sort_key(max(bounds))


def _horizon(before: str) -> str:
    """As far as one answer looks back."""
    last = sort_key_instant(before).replace(hour=0, minute=0, second=0, microsecond=0)
    return sort_key(last - DAY * (MOST_DAYS - 1))
