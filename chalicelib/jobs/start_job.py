"""The instant start: a message of the work queue names a job, and the worker that gets it works on that job."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.jobs.worker import RunOutcome, Worker


@dataclass(frozen=True)
class StartJob:
    """The use case of working on a job from the queue."""

    worker: Worker

    def __call__(self, job_id: str, *, until: datetime, reserve: timedelta) -> RunOutcome | None:
        """Work on the job; None if it cannot be claimed, which settles the message too.

        Raises:
            ResponseLost: the claim got no response; the message must be delivered again.
        """
        job = self.worker.claim(job_id)
        return None if job is None else self.worker.run(job, until=until, reserve=reserve)
