"""Finds bulk jobs of one person. Missing jobs, other people's and jobs of other kinds are indistinguishable."""

from chalicelib.foundation.router import not_found
from chalicelib.jobs.job import Job
from chalicelib.jobs.store import JobStore


def find_own_job(jobs: JobStore, owner: str, job_id: str, *kinds: str) -> Job | None:
    """The job if it belongs to this person and is of one of these kinds, else None."""
    job = jobs.find(job_id)
    return job if job is not None and job.owner == owner and job.kind in kinds else None


def own_job(jobs: JobStore, owner: str, job_id: str, *kinds: str) -> Job:
    """The job of this person.

    Raises:
        NotFound: the job does not exist, belongs to another person, or is of another kind.
    """
    job = find_own_job(jobs, owner, job_id, *kinds)
    if job is None:
        raise not_found()
    return job
