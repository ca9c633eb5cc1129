"""Pages of one owner's jobs, newest first."""

import re
from collections.abc import Callable, Sequence

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.cursors import decode_cursor, encode_cursor
from chalicelib.jobs.job import Job
from chalicelib.jobs.rows import listed_key
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.waiting import WaitContext
from chalicelib.tables.keys import LISTED_JOB

MOST_PAGES = 5  # of the table, read for one page; with a rarely matching filter the page is short and has a cursor
_SORT_KEY = re.compile(LISTED_JOB.sk_prefix() + r"[0-9]{13}#[\w-]{1,60}")


def list_page(
    jobs: JobStore, owner: str, matches: Callable[[Job], bool], *, cursor: str | None, limit: int
) -> tuple[list[Job], str | None]:
    """A page of the owner's jobs that match, and the cursor of the next page (None at the end).

    Raises:
        InvalidInput: the cursor is not one of ours.
    """
    before = None if cursor is None else decode_cursor(cursor, _SORT_KEY)[0]
    page: list[Job] = []
    for _ in range(MOST_PAGES):
        read, before = jobs.of_owner(owner, before=before, limit=limit)
        for index, job in enumerate(read):
            if matches(job):
                page.append(job)
            if len(page) == limit and (before is not None or index + 1 < len(read)):
                return page, encode_cursor(listed_key(owner, job.created_at, job.job_id)[1])
        if before is None:
            break
    return page, None if before is None else encode_cursor(before)


def wait_contexts(
    jobs: JobStore, clock: Clock, listed: Sequence[Job], *, has_queue: bool = False
) -> dict[str, WaitContext]:
    """The wait contexts of these jobs, by id. Reads queues and the schedule only if one of them is unfinished."""
    ahead = jobs.jobs_ahead(listed)
    last_run = None if all(job.is_finished for job in listed) else jobs.last_schedule_run()
    now = clock.now()
    return {job.job_id: WaitContext(now, ahead.get(job.job_id, 0), last_run, has_queue) for job in listed}
