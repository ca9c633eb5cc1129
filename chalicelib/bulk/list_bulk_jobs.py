"""List a person's bulk jobs of both kinds, active and finished, newest first."""

from dataclasses import dataclass

from chalicelib.bulk.bulk_job import CREATE_KIND, KINDS, bulk_state
from chalicelib.jobs.job import Job
from chalicelib.jobs.listing import list_page
from chalicelib.jobs.store import JobStore


@dataclass(frozen=True, slots=True)
class BulkJobFilter:
    """A filter of jobs; None matches any."""

    #: "create" or "cleanup".
    kind: str | None = None
    #: A `BulkState`.
    state: str | None = None
    #: The client's name; matches bulk creates only.
    client_source: str | None = None

    def matches(self, job: Job) -> bool:
        kinds = tuple(KINDS.values()) if self.kind is None else (KINDS[self.kind],)
        return (
            job.kind in kinds
            and self.state in (None, bulk_state(job))
            and (
                self.client_source is None
                or (job.kind == CREATE_KIND and job.details["client_source"] == self.client_source)
            )
        )


@dataclass(frozen=True)
class ListBulkJobs:
    """Lists bulk jobs of one person."""

    jobs: JobStore

    def __call__(
        self,
        owner: str,
        job_filter: BulkJobFilter = BulkJobFilter(),
        *,
        cursor: str | None = None,
        limit: int = 50,
    ) -> tuple[list[Job], str | None]:
        """A page of jobs and the cursor of the next page; None on the last page.

        Raises:
            InvalidInput: the cursor is malformed.
        """
        return list_page(self.jobs, owner, job_filter.matches, cursor=cursor, limit=limit)
