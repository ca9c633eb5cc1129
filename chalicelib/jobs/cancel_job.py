"""Cancel a job: what was committed stays, nothing more is written, and the next job of the queue starts."""

from dataclasses import dataclass

from chalicelib.jobs.job import Job
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import WorkQueue


@dataclass(frozen=True)
class CancelJob:
    """The use case of canceling a job."""

    jobs: JobStore
    work_queue: WorkQueue

    def __call__(self, owner: str, job_id: str) -> Job:
        """Cancel a job of this owner; a canceled job stays as it is.

        Raises:
            Conflict: it has finished.
        """
        canceled = self.jobs.cancel(job_id)
        for next_id in self.jobs.queue(owner, canceled.lane).jobs[:1]:
            self.work_queue.send(next_id)
        return canceled
