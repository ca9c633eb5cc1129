"""Pages of one owner's jobs, newest first, of those that somebody wants to see."""

import re
from collections.abc import Callable, Sequence

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.cursors import decode_cursor, encode_cursor
from chalicelib.jobs.job import Job
from chalicelib.jobs.rows import listed_key
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.waiting import WaitContext

MOST_PAGES = 5  # one answer looks at; with a filter that finds little it is short, and has a cursor
_PLACE = re.compile(r"job#[0-9]{13}#[\w-]{1,60}")


def list_page(
    jobs: JobStore, owner: str, fits: Callable[[Job], bool], *, cursor: str | None, limit: int
) -> tuple[list[Job], str | None]:
    """A page, and where the next one starts; None at the end. Raises InvalidInput for a cursor that is not ours."""
    before = None if cursor is None else decode_cursor(cursor, _PLACE)[0]
    found: list[Job] = []
    for _ in range(MOST_PAGES):
        page, before = jobs.of_owner(owner, before=before, limit=limit)
        for index, job in enumerate(page):
            if fits(job):
                found.append(job)
            if len(found) == limit and (before is not None or index + 1 < len(page)):
                return found, encode_cursor(listed_key(owner, job.created_at, job.job_id)[1])
        if before is None:
            break
    return found, None if before is None else encode_cursor(before)


def wait_contexts(
    jobs: JobStore, clock: Clock, listed: Sequence[Job], *, has_queue: bool = False
) -> dict[str, WaitContext]:
    """What surrounds these jobs, by id; lines and the schedule are read only where a job waits."""
    places = jobs.jobs_ahead(listed)
    last_run = None if all(job.is_finished for job in listed) else jobs.last_schedule_run()
    now = clock.now()
    return {job.job_id: WaitContext(now, places.get(job.job_id, 0), last_run, has_queue) for job in listed}
