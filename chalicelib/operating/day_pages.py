"""Walking back through the jobs of everybody, day by day: nothing is asked for before somebody wants it."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from chalicelib.foundation.executor import Executor
from chalicelib.jobs.rows import sort_key_instant
from chalicelib.jobs.store import JobStore

DAY = timedelta(days=1)


def walk(jobs: JobStore, executor: Executor, *, before: str, floor: str, size: int) -> Iterator[list[str]]:
    """Places of jobs, newest first, from before the place `before` down to `floor`, about `size` together.

    Most often the first day or two are enough. The longer nobody has had enough, the more days are asked side by side.
    """
    days, seen = _days(sort_key_instant(before), sort_key_instant(floor)), 0
    while seen < len(days):
        asked, places = days[seen : seen + max(1, seen)], list[str]()
        seen += len(asked)
        for day, listed in zip(
            asked, executor.all([_beginning(jobs, day, before, size) for day in asked]), strict=True
        ):
            for some in _of_day(jobs, day, listed, floor, size):
                places += some
                if len(places) >= size:
                    yield places
                    places = []
        yield places


def _of_day(jobs: JobStore, day: datetime, listed: list[str], floor: str, size: int) -> Iterator[list[str]]:
    while listed:
        yield [place for place in listed if place >= floor]
        if len(listed) < size or listed[-1] < floor:
            return
        listed = jobs.created_on(day, before=listed[-1], limit=size)


def _beginning(jobs: JobStore, day: datetime, before: str, size: int) -> Callable[[], list[str]]:
    return lambda: jobs.created_on(day, before=before, limit=size)


def _days(last: datetime, first: datetime) -> list[datetime]:
    """One instant of each day from `last` back to that of `first`; always at least one."""
    between = (last.date() - first.date()).days
    return [last - DAY * number for number in range(max(0, between) + 1)]
