"""Jobs of one organization take turns in a lane: a large import does not keep a small one waiting.

Those of other owners are in lanes of their own. They get their turn because each claim ends after a while.
"""

from datetime import timedelta

from chalicelib.jobs.job import ParkReason
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore

REST = timedelta(seconds=1)  # of a job that another one goes before


def let_next_go_first(run: Run, jobs: JobStore) -> None:
    """End this claim: if another job waits in the lane, it goes first, and this one to the end of the queue."""
    if len(jobs.queue(run.job.owner, run.job.lane).jobs) > 1:
        run.park(REST, ParkReason.LATER)
