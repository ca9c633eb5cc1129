"""Follow an import: who may read it, and what it says just now."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.accounts.connection import Connection
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.http import Request
from chalicelib.foundation.json import Json
from chalicelib.foundation.router import not_found
from chalicelib.jobs.job import Job
from chalicelib.jobs.listing import wait_contexts
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.viewers import get_viewable_job
from chalicelib.jobs.waiting import WaitContext
from chalicelib.provider_imports.held_removals import removals_pending
from chalicelib.provider_imports.status import Around, PublicState, shown_state, status_body


@dataclass(frozen=True)
class FollowImport:
    jobs: JobStore
    find_connection: Callable[[str, str], Connection | None]  # not the store: it loads slowly, and a status rarely asks
    clock: Clock
    has_queue: bool = False

    def job(self, request: Request, job_id: str) -> Job:
        """The job, for its owner or for the browser whose consent made it.

        Raises:
            NotFound: it is missing or somebody else's; nobody can tell which.
        """
        return get_viewable_job(self.jobs, request, job_id)

    def own(self, owner: str, job_id: str) -> Job:
        """The job, for its owner alone. Raises NotFound as `job`."""
        job = self.jobs.find(job_id)
        if job is None or job.owner != owner:
            raise not_found()
        return job

    def around(self, job: Job) -> Around:
        return self.all_around([job])[job.job_id]

    def bodies(self, jobs: Sequence[Job]) -> list[dict[str, Json]]:
        """The statuses of jobs of one owner."""
        around = self.all_around(jobs)
        return [status_body(job, around[job.job_id]) for job in jobs]

    def body(self, job: Job) -> dict[str, Json]:
        return self.bodies([job])[0]

    def all_around(self, jobs: Sequence[Job]) -> Mapping[str, Around]:
        """What surrounds jobs of one owner, by id."""
        around = wait_contexts(self.jobs, self.clock, jobs, has_queue=self.has_queue)
        return {job.job_id: self._with_removals(job, around[job.job_id]) for job in jobs}

    def _with_removals(self, job: Job, around: WaitContext) -> Around:
        pending = self._removals_pending(job)
        return Around(around.now, around.ahead, around.last_run, around.has_queue, removals_pending=pending)

    def _removals_pending(self, job: Job) -> int:
        if shown_state(job) is not PublicState.COMPLETED or not job.details.get("removals_pending"):
            return 0
        return removals_pending(job, self.find_connection(job.owner, job.details["connection_id"]))
