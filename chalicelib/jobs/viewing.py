"""Who may look at one job: its owner, and the browser that was given the key to it."""

from chalicelib.foundation.door import nothing_here
from chalicelib.foundation.http import Asked
from chalicelib.foundation.sign_in import may_view
from chalicelib.jobs.job import Job
from chalicelib.jobs.reading import JobReads


def viewed(jobs: JobReads, asked: Asked, job_id: str) -> Job:
    """The job, for whoever may look at it.

    Raises:
        NotFound: it is missing or somebody else's; nobody can tell which.
    """
    job = jobs.find(job_id)
    if job is None:
        raise nothing_here()
    is_owner = asked.person is not None and asked.person.sub == job.owner
    if not is_owner and not may_view(asked.viewer_key, job.viewer):
        raise nothing_here()
    return job
