"""List my bulk jobs, running and past, of both kinds, newest first."""

import re
from dataclasses import dataclass

from chalicelib.bulk.bulk_job import CREATE_KIND, KINDS, shown_state
from chalicelib.foundation.cursors import closed, opened
from chalicelib.jobs.job import Job
from chalicelib.jobs.rows import listed_key
from chalicelib.jobs.store import JobStore

MOST_PAGES = 5  # one answer looks at; with a filter that finds little it is short, and has a cursor
_PLACE = re.compile(r"job#[0-9]{13}#[\w-]{1,60}")


@dataclass(frozen=True, slots=True)
class Wish:
    """Which jobs; None for any.

    Args:
        kind: "create" or "cleanup". state: one of `bulk_job.Shown`. client_source: what the client called itself.
    """

    kind: str | None = None
    state: str | None = None
    client_source: str | None = None

    def fits(self, job: Job) -> bool:
        kinds = tuple(KINDS.values()) if self.kind is None else (KINDS[self.kind],)
        return (
            job.kind in kinds
            and self.state in (None, shown_state(job))
            and (
                self.client_source is None
                or (job.kind == CREATE_KIND and job.details["client_source"] == self.client_source)
            )
        )


@dataclass(frozen=True)
class ListBulkJobs:
    jobs: JobStore

    def __call__(
        self,
        owner: str,
        wish: Wish = Wish(),
        *,
        cursor: str | None = None,
        limit: int = 50,  # frozen
    ) -> tuple[list[Job], str | None]:
        """A page, and where the next one starts; None at the end. Raises InvalidInput for a cursor that is not ours."""
        before = None if cursor is None else opened(cursor, _PLACE)[0]
        found: list[Job] = []
        for _ in range(MOST_PAGES):
            page, before = self.jobs.of_owner(owner, before=before, limit=limit)
            for index, job in enumerate(page):
                if wish.fits(job):
                    found.append(job)
                if len(found) == limit and (before is not None or index + 1 < len(page)):
                    return found, closed(listed_key(owner, job.created_at, job.job_id)[1])
            if before is None:
                break
        return found, None if before is None else closed(before)
