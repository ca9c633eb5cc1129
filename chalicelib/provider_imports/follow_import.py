"""Finds an import for its viewer, and builds its current status."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.accounts.connection import Connection, removals_pending
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.http import Request
from chalicelib.foundation.json import Json
from chalicelib.foundation.router import not_found
from chalicelib.jobs.job import Job
from chalicelib.jobs.listing import wait_contexts
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.viewers import get_viewable_job
from chalicelib.jobs.waiting import WaitContext
from chalicelib.provider_imports.status import ImportWaitContext, PublicState, public_state, status_body


@dataclass(frozen=True)
class FollowImport:
    """The status of imports, with what a job alone does not have: the queue before it, and held removals."""

    jobs: JobStore
    find_connection: Callable[[str, str], Connection | None]  # not the store, which loads slowly and is rarely needed
    clock: Clock
    has_queue: bool = False

    def viewable_job(self, request: Request, job_id: str) -> Job:
        """The job, for its owner or for the browser that connected the account.

        Raises:
            NotFound: there is no such job, or this request may not view it; the response is the same.
        """
        return get_viewable_job(self.jobs, request, job_id)

    def owned_job(self, owner: str, job_id: str) -> Job:
        """The job, for its owner only.

        Raises:
            NotFound: this owner has no such job.
        """
        job = self.jobs.find(job_id)
        if job is None or job.owner != owner:
            raise not_found()
        return job

    def wait_context(self, job: Job) -> ImportWaitContext:
        return self.wait_contexts_of([job])[job.job_id]

    def statuses(self, jobs: Sequence[Job]) -> list[dict[str, Json]]:
        """The statuses of jobs of one owner."""
        contexts = self.wait_contexts_of(jobs)
        return [status_body(job, contexts[job.job_id]) for job in jobs]

    def status(self, job: Job) -> dict[str, Json]:
        """The status of one job."""
        return self.statuses([job])[0]

    def wait_contexts_of(self, jobs: Sequence[Job]) -> Mapping[str, ImportWaitContext]:
        """The wait contexts of jobs of one owner, by job id."""
        contexts = wait_contexts(self.jobs, self.clock, jobs, has_queue=self.has_queue)
        return {job.job_id: self._with_held_removals(job, contexts[job.job_id]) for job in jobs}

    def _with_held_removals(self, job: Job, context: WaitContext) -> ImportWaitContext:
        pending = self._removals_pending(job)
        return ImportWaitContext(
            context.now,
            context.ahead,
            context.last_run,
            context.has_queue,
            removals_pending=pending,
        )

    def _removals_pending(self, job: Job) -> int:
        if public_state(job) is not PublicState.COMPLETED or not job.details.get("removals_pending"):
            return 0
        return removals_pending(job, self.find_connection(job.owner, job.details["connection_id"]))
