"""Jobs of which a person may start another one once the last has ended, but never two at once.

The id of such a job follows from what it is about and from its number, so two starts at one moment name the same job:
the transaction that creates it succeeds once, and both callers get the same job.
"""

from chalicelib.foundation.ids import id_of
from chalicelib.jobs.job import Job
from chalicelib.jobs.reads import JobReads


def latest_and_next(jobs: JobReads, *about: str) -> tuple[Job | None, str]:
    """The latest job about this, and the id of the one that may follow it.

    To be read before anything that the next job depends on: if another caller creates that job meanwhile, `create`
    returns it, even if it has ended by then.
    """
    latest, number = None, 0
    while (found := jobs.find(_id_of(about, number))) is not None:
        latest, number = found, number + 1
    return latest, _id_of(about, number)


def _id_of(about: tuple[str, ...], number: int) -> str:
    return id_of(*about, str(number))
