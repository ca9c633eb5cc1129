"""List my bulk jobs, running and past, of both kinds, newest first."""

from dataclasses import dataclass

from chalicelib.bulk.bulk_job import CREATE_KIND, KINDS, bulk_state
from chalicelib.jobs.job import Job
from chalicelib.jobs.listing import list_page
from chalicelib.jobs.store import JobStore


@dataclass(frozen=True, slots=True)
class BulkJobFilter:
    """Which jobs; None for any.

    Args:
        kind: "create" or "cleanup". state: one of `bulk_job.BulkState`. client_source: what the client called itself.
    """

    kind: str | None = None
    state: str | None = None
    client_source: str | None = None

    def fits(self, job: Job) -> bool:
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
    jobs: JobStore

    def __call__(
        self,
        owner: str,
        wish: BulkJobFilter = BulkJobFilter(),
        *,
        cursor: str | None = None,
        limit: int = 50,  # frozen
    ) -> tuple[list[Job], str | None]:
        """A page, and where the next one starts; None at the end. Raises InvalidInput for a cursor that is not ours."""
        return list_page(self.jobs, owner, wish.fits, cursor=cursor, limit=limit)
