"""The notice in a job's status that people edited the book while the job was changing it."""

from chalicelib.jobs.job import Job

REPLANNED = "replanned"  # in a job's details: the number of chunks planned again because of edits


def edit_notice(job: Job) -> str | None:
    """A sentence for people while the job is running; None if no chunk was planned again."""
    times = 0 if job.is_finished else int(job.details.get(REPLANNED, 0))
    if not times:
        return None
    how_often = f" ({times} times)" if times > 1 else ""
    return f"Contacts were edited while this was running, so we read them again{how_often}"
