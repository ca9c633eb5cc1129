"""Follow a bulk job: its current status, and the outcome of each contact from its ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.bulk.bulk_job import CLEANUP_KIND, CREATE_KIND
from chalicelib.bulk.own_jobs import own_job
from chalicelib.bulk.status import cleanup_body, cleanup_results, create_body, create_results, job_body
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.json import Json
from chalicelib.jobs.job import Job, LedgerLine
from chalicelib.jobs.listing import wait_contexts
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.waiting import WaitContext


@dataclass(frozen=True)
class BulkJobSnapshot:
    """A job with its published JSON, and what its polling interval depends on."""

    job: Job
    context: WaitContext
    body: Mapping[str, Json]


@dataclass(frozen=True)
class BulkJobReader:
    """Reads bulk jobs of either kind with what their status needs."""

    jobs: JobStore
    clock: Clock
    #: Whether a work queue starts jobs.
    has_queue: bool = False

    def wait_context(self, job: Job) -> WaitContext:
        return self._wait_contexts([job])[job.job_id]

    def lines(self, job: Job) -> list[LedgerLine]:
        """The ledger lines committed when the job was read, so that they agree with its counts."""
        return [line for chunk in self.jobs.ledger(job) if chunk.chunk < job.chunk for line in chunk.lines]

    def bodies(self, jobs: Sequence[Job]) -> list[dict[str, Json]]:
        """The published JSON of each job, without the outcomes of its contacts."""
        contexts = self._wait_contexts(jobs)
        return [job_body(job, contexts[job.job_id]) for job in jobs]

    def _wait_contexts(self, jobs: Sequence[Job]) -> Mapping[str, WaitContext]:
        return wait_contexts(self.jobs, self.clock, jobs, has_queue=self.has_queue)


@dataclass(frozen=True)
class FollowBulkCreate:
    """Reads bulk creates of one person."""

    job_reader: BulkJobReader

    def __call__(self, owner: str, job_id: str) -> BulkJobSnapshot:
        """The bulk create with the outcomes of its contacts.

        Raises:
            NotFound: as `own_job`.
        """
        job = own_job(self.job_reader.jobs, owner, job_id, CREATE_KIND)
        context = self.job_reader.wait_context(job)
        body = {**create_body(job, context), **create_results(self.job_reader.lines(job))}
        return BulkJobSnapshot(job, context, body)

    def summary(self, job: Job) -> dict[str, Json]:
        """The published JSON without the outcomes of contacts."""
        return create_body(job, self.job_reader.wait_context(job))


@dataclass(frozen=True)
class FollowBulkCleanup:
    """Reads cleanups of one person."""

    job_reader: BulkJobReader

    def __call__(self, owner: str, job_id: str) -> BulkJobSnapshot:
        """The cleanup with the outcomes of its contacts.

        Raises:
            NotFound: as `own_job`.
        """
        job = own_job(self.job_reader.jobs, owner, job_id, CLEANUP_KIND)
        context = self.job_reader.wait_context(job)
        body = {**cleanup_body(job, context), **cleanup_results(self.job_reader.lines(job))}
        return BulkJobSnapshot(job, context, body)

    def summary(self, job: Job) -> dict[str, Json]:
        """The published JSON without the outcomes of contacts."""
        return cleanup_body(job, self.job_reader.wait_context(job))
