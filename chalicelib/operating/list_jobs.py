"""List the jobs of all people, newest first. One request reads a limited number of days and jobs."""

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
from chalicelib.operating.day_pages import DAY, pages_of_sort_keys
from chalicelib.operating.schedule_health import ScheduleHealth
from chalicelib.tables.keys import LISTED_JOB

MOST_DAYS = 14  # that one request looks back; the next page continues there
MOST_LOOKED_AT = 300  # jobs that one request reads; if few of them match, the page is short but has a cursor
READ_TOGETHER = 100  # jobs, if the filter may exclude most of them
FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)  # no job is older
SKEW = timedelta(minutes=5)  # that the clock of a job's creator may be ahead of ours
UNFINISHED_FOR = LONGEST_LIFE + DAY  # no job that the schedule reaches stays unfinished longer
STATES: Mapping[str, frozenset[JobState]] = {
    "unfinished": frozenset(UNFINISHED),
    **{state.value: frozenset({state}) for state in JobState},
}
"""The values of the filter `state`, and the job states that each includes."""
_SORT_KEY = re.compile(r"[0-9]{13}#[\w-]{0,60}")


@dataclass(frozen=True, slots=True)
class JobFilter:
    """A filter of jobs; None matches any."""

    #: A key of `STATES`.
    state: str | None = None
    kind: str | None = None
    provider: str | None = None
    owner: str | None = None
    #: The age of the job, from its creation.
    older_than: timedelta | None = None
    younger_than: timedelta | None = None

    @property
    def is_selective(self) -> bool:
        """Whether the filter may exclude jobs that were read."""
        return (self.state, self.kind, self.provider) != (None, None, None)

    @property
    def only_unfinished(self) -> bool:
        return self.state is not None and STATES[self.state] <= set(UNFINISHED)

    def matches(self, job: Job) -> bool:
        return (
            (self.state is None or job.state in STATES[self.state])
            and self.kind in (None, job.kind)
            and self.provider in (None, job.details.get("provider"))
            and self.owner in (None, job.owner)
        )


@dataclass(frozen=True, slots=True)
class JobPage:
    """A page of jobs."""

    #: All jobs created between this instant and the start of the page were read.
    looked_back_to: datetime
    jobs: list[Job] = field(default_factory=list)
    #: Where the next page starts; None on the last page.
    cursor: str | None = None


@dataclass(frozen=True)
class ListJobs:
    """Lists jobs of all people."""

    jobs: JobStore
    executor: Executor

    def __call__(
        self, job_filter: JobFilter, schedule: ScheduleHealth, *, cursor: str | None = None, limit: int = 50
    ) -> JobPage:
        """A page of matching jobs. It may be short or even empty and still have a cursor.

        Raises:
            InvalidInput: the cursor is malformed.
        """
        before, earliest = _start(job_filter, schedule, cursor), _earliest(job_filter, schedule)
        floor = earliest if job_filter.owner is not None else max(earliest, _horizon(before))
        found: list[Job] = []
        size = READ_TOGETHER if job_filter.is_selective else limit
        for looked_at, (key, job) in enumerate(self._read(job_filter, before, floor, size), 1):
            if job is not None and job_filter.matches(job):
                found.append(job)
            if len(found) == limit or looked_at == MOST_LOOKED_AT:
                return JobPage(sort_key_instant(key), found, encode_cursor(key))
        return JobPage(sort_key_instant(floor), found, encode_cursor(floor) if floor > earliest else None)

    def _read(self, job_filter: JobFilter, before: str, floor: str, size: int) -> Iterator[tuple[str, Job | None]]:
        """Each sort key with its job; None if the job was deleted but is still in the index."""
        if before <= floor:
            return
        if job_filter.owner is not None:
            yield from self._of_owner(job_filter.owner, before, floor, size)
            return
        for sort_keys in pages_of_sort_keys(self.jobs, self.executor, before=before, floor=floor, size=size):
            known = self.jobs.get_many([sort_key_job_id(key) for key in sort_keys])
            for key in sort_keys:
                yield key, known.get(sort_key_job_id(key))

    def _of_owner(self, owner: str, before: str, floor: str, size: int) -> Iterator[tuple[str, Job]]:
        start: str | None = f"{LISTED_JOB.sk_prefix()}{before}"
        while start is not None:
            page, start = self.jobs.of_owner(owner, before=start, limit=size)
            for job in page:
                key = sort_key(job.created_at, job.job_id)
                if key < floor:
                    return
                yield key, job


def _start(job_filter: JobFilter, schedule: ScheduleHealth, cursor: str | None) -> str:
    """Jobs with this sort key or a later one are skipped."""
    newest = schedule.now + SKEW if job_filter.older_than is None else schedule.now - job_filter.older_than
    return min(sort_key(newest), decode_cursor(cursor, _SORT_KEY)[0] if cursor else "~")


def _earliest(job_filter: JobFilter, schedule: ScheduleHealth) -> str:
    """No job with an earlier sort key can match."""
    bounds = [FIRST_DAY]
    if job_filter.younger_than is not None:
        bounds.append(schedule.now - job_filter.younger_than)
    if job_filter.only_unfinished:
        bounds.append((schedule.oldest_due or schedule.now) - UNFINISHED_FOR)
    return sort_key(max(bounds))


def _horizon(before: str) -> str:
    """The earliest day that one request searches."""
    last = sort_key_instant(before).replace(hour=0, minute=0, second=0, microsecond=0)
    return sort_key(last - DAY * (MOST_DAYS - 1))
