"""Who may see one job: its owner, and the browser that was given the job's viewer key."""

from chalicelib.foundation.authentication import may_view
from chalicelib.foundation.http import Request
from chalicelib.foundation.router import not_found
from chalicelib.jobs.job import Job
from chalicelib.jobs.reads import JobReads


def get_viewable_job(jobs: JobReads, request: Request, job_id: str) -> Job:
    """The job, if the caller may see it.

    Raises:
        NotFound: there is no such job, or the caller may not see it; the error is the same for both.
    """
    job = jobs.find(job_id)
    if job is None:
        raise not_found()
    is_owner = request.person is not None and request.person.sub == job.owner
    if not is_owner and not may_view(request.viewer_key, job.viewer):
        raise not_found()
    return job
