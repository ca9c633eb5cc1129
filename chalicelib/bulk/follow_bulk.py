"""Follow a bulk job: what it says just now, and, from its ledger, what became of each contact."""

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
    """A job and what surrounds it; `body` is what the API says of it."""

    job: Job
    around: WaitContext
    body: Mapping[str, Json]


@dataclass(frozen=True)
class BulkJobReader:
    """What both kinds have in common."""

    jobs: JobStore
    clock: Clock
    has_queue: bool = False

    def around(self, job: Job) -> WaitContext:
        return self._all_around([job])[job.job_id]

    def lines(self, job: Job) -> list[LedgerLine]:
        """As they stood when the job was read, so that they and its counts agree."""
        return [line for chunk in self.jobs.ledger(job) if chunk.chunk < job.chunk for line in chunk.lines]

    def bodies(self, jobs: Sequence[Job]) -> list[dict[str, Json]]:
        """What a list says of each, without what became of its contacts."""
        around = self._all_around(jobs)
        return [job_body(job, around[job.job_id]) for job in jobs]

    def _all_around(self, jobs: Sequence[Job]) -> Mapping[str, WaitContext]:
        return wait_contexts(self.jobs, self.clock, jobs, has_queue=self.has_queue)


@dataclass(frozen=True)
class FollowBulkCreate:
    job_reader: BulkJobReader

    def __call__(self, owner: str, job_id: str) -> BulkJobSnapshot:
        """The run in full. Raises NotFound: it is missing, somebody else's or no create run; nobody can tell which."""
        job = own_job(self.job_reader.jobs, owner, job_id, CREATE_KIND)
        around = self.job_reader.around(job)
        body = {**create_body(job, around), **create_results(self.job_reader.lines(job))}
        return BulkJobSnapshot(job, around, body)

    def brief(self, job: Job) -> dict[str, Json]:
        return create_body(job, self.job_reader.around(job))


@dataclass(frozen=True)
class FollowBulkCleanup:
    job_reader: BulkJobReader

    def __call__(self, owner: str, job_id: str) -> BulkJobSnapshot:
        """Likewise for a cleanup."""
        job = own_job(self.job_reader.jobs, owner, job_id, CLEANUP_KIND)
        around = self.job_reader.around(job)
        body = {**cleanup_body(job, around), **cleanup_results(self.job_reader.lines(job))}
        return BulkJobSnapshot(job, around, body)

    def brief(self, job: Job) -> dict[str, Json]:
        return cleanup_body(job, self.job_reader.around(job))
