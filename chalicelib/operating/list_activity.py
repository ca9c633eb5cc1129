"""Lists what happened, newest first: the jobs of all people, and the noted events that are not jobs.

One request looks at a limited number of days and entries; a page that is short for that reason has a cursor.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from heapq import merge

from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.cursors import decode_cursor, encode_cursor
from chalicelib.foundation.executor import Executor
from chalicelib.foundation.json import Json
from chalicelib.foundation.service_owners import VENDOR_OWNER
from chalicelib.jobs.activity import ActivityKind, ActivityStore, Event
from chalicelib.jobs.job import Job
from chalicelib.jobs.rows import sort_key, sort_key_instant, sort_key_job_id
from chalicelib.jobs.store import JobStore
from chalicelib.operating.day_pages import DAY, pages_of_sort_keys
from chalicelib.tables.keys import LISTED_JOB

MOST_DAYS = 14  # that one request looks back
MOST_LOOKED_AT = 500  # entries that one request reads
READ_TOGETHER = 50
SKEW = timedelta(minutes=5)  # that the clock of whoever noted something may be ahead of ours
_SORT_KEY = re.compile(r"[0-9]{13}#[\w-]{0,60}")


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened."""

    sort_key: str
    entry_id: str
    #: When it happened or, of a job, when it was created; in milliseconds since 1970.
    at: int
    kind: str
    #: Whom it concerns and who did it; "" for nobody, and for somebody who was erased since.
    person: str
    by: str
    is_erased: bool
    #: Of a job: its state, and what happened to how many items.
    state: str
    counts: Mapping[str, int]
    #: Names and numbers of other events, such as a setting before and after.
    details: Mapping[str, Json]

    @classmethod
    def of_job(cls, job: Job, counted: Sequence[str] = ()) -> "Entry":
        """The entry of a job.

        Args:
            counted: as `RoomJob.counted` has it, of the job's kind.
        """
        counts = {name: count for name, count in job.counts.items() if count}
        vendor = job.details.get("vendor")
        details: dict[str, Json] = {} if vendor is None else {"vendor": vendor}
        if job.client:
            details["client"] = job.client
        if counted:
            counts = {name: int(job.details[name]) for name in counted if job.details.get(name)}
        if job.owner == VENDOR_OWNER and job.is_finished and job.error:
            details["why"] = job.error
        at = milliseconds(job.created_at)
        key, person = sort_key(job.created_at, job.job_id), "" if job.owner == VENDOR_OWNER else job.owner
        return cls(key, job.job_id, at, job.kind, person, "", False, job.state.value, counts, details)

    @classmethod
    def of_event(cls, event: Event) -> "Entry":
        details = dict(event.details)
        state, counts = str(details.pop("state", "")), details.pop("counts", {})
        return cls(
            event.sort_key,
            event.event_id,
            event.at,
            event.kind,
            event.owner,
            event.by,
            event.is_erased,
            state,
            counts if isinstance(counts, dict) else {},
            details,
        )


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """A filter of entries; None matches any."""

    kind: str | None = None
    person: str | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """A page of entries, and where the next one starts (None on the last)."""

    entries: list[Entry] = field(default_factory=list)
    cursor: str | None = None
    #: Everything between this instant and the start of the page was looked at.
    looked_back_to: datetime | None = None


@dataclass(frozen=True)
class ListActivity:
    """Lists what happened."""

    jobs: JobStore
    activity: ActivityStore
    executor: Executor
    clock: Clock
    #: The kinds of jobs that are listed.
    kinds: Set[str]
    #: Those of them that are listed for their person alone.
    own_kinds: Set[str] = frozenset()
    #: By kind: `RoomJob.counted`.
    counted: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __call__(self, chosen: ActivityFilter, *, cursor: str | None = None, limit: int = 50) -> ActivityPage:
        """A page of what matches. Raises InvalidInput if the cursor is malformed."""
        before, floor, earliest = self._span(chosen, cursor)
        found: list[Entry] = []
        last = ""
        for looked_at, entry in enumerate(self._read(chosen, before, floor), 1):
            if entry.entry_id == last:
                continue  # a job of a person who is being erased is noted before it is deleted
            last = entry.entry_id
            if self._matches(chosen, entry):
                found.append(entry)
            if len(found) == limit or looked_at == MOST_LOOKED_AT:
                return ActivityPage(found, encode_cursor(entry.sort_key), sort_key_instant(entry.sort_key))
        rest = encode_cursor(floor) if floor > earliest else None
        return ActivityPage(found, rest, sort_key_instant(floor))

    def _span(self, chosen: ActivityFilter, cursor: str | None) -> tuple[str, str, str]:
        """The sort keys before which the page begins and down to which it looks, and the earliest that can match."""
        now = self.clock.now()
        before, earliest = sort_key(now + SKEW), sort_key(now - self.activity.lasts)
        if chosen.day is not None:
            first = datetime(chosen.day.year, chosen.day.month, chosen.day.day, tzinfo=now.tzinfo)
            if first > now:
                return earliest, earliest, earliest
            before, earliest = min(before, sort_key(first + DAY)), max(earliest, sort_key(first))
        if cursor:
            before = min(before, decode_cursor(cursor, _SORT_KEY)[0])
        horizon = sort_key(_midnight(sort_key_instant(before)) - DAY * (MOST_DAYS - 1))
        return before, earliest if chosen.person is not None else max(earliest, horizon), earliest

    def _matches(self, chosen: ActivityFilter, entry: Entry) -> bool:
        is_listed = entry.state == "" or entry.kind in self.kinds
        if chosen.person is None and (entry.kind == ActivityKind.DELETED or entry.kind in self.own_kinds):
            return False  # what becomes of single contacts, and parts of what is listed as a whole
        is_of_person = chosen.person is None or chosen.person in (entry.person, entry.by)
        return is_listed and is_of_person and chosen.kind in (None, entry.kind)

    def _read(self, chosen: ActivityFilter, before: str, floor: str) -> Iterator[Entry]:
        if before <= floor:
            return
        if chosen.person is not None:
            jobs, events = self._jobs_of(chosen.person, before), self.activity.of_person(chosen.person, before=before)
        else:
            jobs, events = self._all_jobs(before, floor), self._all_events(before, floor)
        streams: list[Iterable[Entry]] = [map(Entry.of_event, events), map(self._entry_of, jobs)]
        for entry in merge(*streams, key=lambda each: each.sort_key, reverse=True):
            if entry.sort_key < floor:
                return
            yield entry

    def _entry_of(self, job: Job) -> Entry:
        return Entry.of_job(job, self.counted.get(job.kind, ()))

    def _all_jobs(self, before: str, floor: str) -> Iterator[Job]:
        for keys in pages_of_sort_keys(self.jobs, self.executor, before=before, floor=floor, size=READ_TOGETHER):
            known = self.jobs.get_many([sort_key_job_id(key) for key in keys])
            yield from (known[job_id] for job_id in map(sort_key_job_id, keys) if job_id in known)

    def _jobs_of(self, person: str, before: str) -> Iterator[Job]:
        start: str | None = f"{LISTED_JOB.sk_prefix()}{before}"
        while start is not None:
            page, start = self.jobs.of_owner(person, before=start, limit=READ_TOGETHER)
            yield from page

    def _all_events(self, before: str, floor: str) -> Iterator[Event]:
        day = _midnight(sort_key_instant(before))
        while sort_key(day + DAY) > floor:
            start = before
            while True:
                events = self.activity.on_day(day.date().isoformat(), before=start, limit=READ_TOGETHER)
                yield from events
                if len(events) < READ_TOGETHER:
                    break
                start = events[-1].sort_key
            day -= DAY


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
