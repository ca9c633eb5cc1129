"""Reads the index of all jobs backward, day by day and lazily."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from chalicelib.foundation.executor import Executor
from chalicelib.jobs.rows import sort_key_instant
from chalicelib.jobs.store import JobStore

DAY = timedelta(days=1)


def pages_of_sort_keys(
    jobs: JobStore, executor: Executor, *, before: str, floor: str, size: int
) -> Iterator[list[str]]:
    """Yields the sort keys of jobs in pages of about `size`, newest first, from below `before` down to `floor`.

    Usually the first day or two are enough. The further a caller reads, the more days are read in parallel.
    """
    days, seen = _days(sort_key_instant(before), sort_key_instant(floor)), 0
    while seen < len(days):
        batch, keys = days[seen : seen + max(1, 3 * seen)], list[str]()
        seen += len(batch)
        first_pages = executor.all([partial(jobs.created_on, day, before=before, limit=size) for day in batch])
        for day, listed in zip(batch, first_pages, strict=True):
            for some in _pages_of_day(jobs, day, listed, floor, size):
                keys += some
                if len(keys) >= size:
                    yield keys
                    keys = []
        yield keys


def _pages_of_day(jobs: JobStore, day: datetime, listed: list[str], floor: str, size: int) -> Iterator[list[str]]:
    while listed:
        yield [key for key in listed if key >= floor]
        if len(listed) < size or listed[-1] < floor:
            return
        listed = jobs.created_on(day, before=listed[-1], limit=size)


def _days(last: datetime, first: datetime) -> list[datetime]:
    """One instant in each day from `last` back to the day of `first`; at least one."""
    between = (last.date() - first.date()).days
    return [last - DAY * number for number in range(max(0, between) + 1)]
