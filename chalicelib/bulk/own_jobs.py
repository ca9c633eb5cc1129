"""A person's own bulk jobs: what is missing, somebody else's and of another kind looks the same."""

from chalicelib.foundation.router import not_found
from chalicelib.jobs.job import Job
from chalicelib.jobs.store import JobStore


def find_own_job(jobs: JobStore, owner: str, job_id: str, *kinds: str) -> Job | None:
    job = jobs.find(job_id)
    return job if job is not None and job.owner == owner and job.kind in kinds else None


def own_job(jobs: JobStore, owner: str, job_id: str, *kinds: str) -> Job:
    """The job of this person. Raises NotFound for a missing one, somebody else's and one of another kind, alike."""
    job = find_own_job(jobs, owner, job_id, *kinds)
    if job is None:
        raise not_found()
    return job
