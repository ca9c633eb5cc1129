"""What a status says of people who edit a book while a job changes it."""

from chalicelib.jobs.job import Job

REPLANNED = "replanned"  # in a job's details: how many chunks were planned again because of edits


def edit_notice(job: Job) -> str | None:
    """A sentence for people while the job is under way; None where nothing is to be said."""
    times = 0 if job.is_finished else int(job.details.get(REPLANNED, 0))
    if not times:
        return None
    return f"Contacts are being edited at the same time; they were read again{f' ({times} times)' if times > 1 else ''}"
