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
from chalicelib.provider_imports.status import ImportSurroundings, PublicState, public_state, status_body


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

    def surroundings(self, job: Job) -> ImportSurroundings:
        return self.surroundings_of([job])[job.job_id]

    def statuses(self, jobs: Sequence[Job]) -> list[dict[str, Json]]:
        """The statuses of jobs of one owner."""
        surroundings = self.surroundings_of(jobs)
        return [status_body(job, surroundings[job.job_id]) for job in jobs]

    def status(self, job: Job) -> dict[str, Json]:
        return self.statuses([job])[0]

    def surroundings_of(self, jobs: Sequence[Job]) -> Mapping[str, ImportSurroundings]:
        """What surrounds jobs of one owner, by id."""
        surroundings = wait_contexts(self.jobs, self.clock, jobs, has_queue=self.has_queue)
        return {job.job_id: self._with_held_removals(job, surroundings[job.job_id]) for job in jobs}

    def _with_held_removals(self, job: Job, surroundings: WaitContext) -> ImportSurroundings:
        pending = self._removals_pending(job)
        return ImportSurroundings(
            surroundings.now,
            surroundings.ahead,
            surroundings.last_run,
            surroundings.has_queue,
            removals_pending=pending,
        )

    def _removals_pending(self, job: Job) -> int:
        if public_state(job) is not PublicState.COMPLETED or not job.details.get("removals_pending"):
            return 0
        return removals_pending(job, self.find_connection(job.owner, job.details["connection_id"]))
