"""The instant start: a queue message names a job, and whoever gets it works on it, unless somebody was faster."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.jobs.worker import RunOutcome, Worker


@dataclass(frozen=True)
class StartJob:
    worker: Worker

    def __call__(self, job_id: str, *, until: datetime, reserve: timedelta) -> RunOutcome | None:
        """Work on the job; None when it is not due, finished, or somebody else's: then the message is done too."""
        job = self.worker.claim(job_id)
        return None if job is None else self.worker.run(job, until=until, reserve=reserve)
