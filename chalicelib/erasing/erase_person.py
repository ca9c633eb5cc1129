"""Erasing a person is a job: the others stop first, nothing new begins meanwhile, and nothing is left behind.

Accepting it cancels all live jobs of the owner and marks their line and their book, in one transaction; while the marks
stand, no job can be created, no consent can come back and no contact can be edited. A worker that was canceled may
still be on its way: what it could leave (a raw page) is swept once more when the longest run is surely over. Then the
marks go too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.books.book_store import BookStore
from chalicelib.erasing.kinds import ERASURE
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.ids import fresh_id
from chalicelib.jobs.job import Job, JobState, ParkReason
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore, NewJob

KIND = ERASURE.name
LONGEST_RUN = timedelta(minutes=16)  # Lambda ends everything after fifteen


@dataclass(frozen=True)
class ErasePerson:
    """Accept an erasure; asking twice is asking once."""

    jobs: JobStore
    books: BookStore

    def __call__(self, owner: str, *, viewer: str | None = None) -> Job:
        """Args:
        viewer: SHA-256 of a key that may look at the job: whoever is erased is signed out.
        """
        live = self.jobs.unfinished(owner)
        for job in live:
            if job.kind == KIND:
                return job
        new = NewJob(fresh_id(), owner, KIND, {}, viewer=viewer, erases=True)
        others = [job.job_id for job in live if job.lane == new.lane]  # those of other lanes stop when it begins
        return self.jobs.create(new, canceling=others, extra_writes=[self.books.erasing_write(owner)])


@dataclass(frozen=True)
class Erasing:
    """The job's step.

    Args:
        forgets: what each part deletes of an owner, in order; each can be repeated.
    """

    jobs: JobStore
    books: BookStore
    forgets: Sequence[Callable[[str], object]]

    def __call__(self, run: Run) -> None:
        """Two sweeps of the same things, with the longest run of any worker between them."""
        owner = run.job.owner
        if run.job.cursor is None:
            run.commit(Progress({"sweep": 1, "done": 0}, extra_writes=self._marks(owner)))
        self.jobs.cancel_lane_jobs(owner)
        place = run.job.cursor
        for done, forget in enumerate(self.forgets[place["done"] :], place["done"] + 1):
            if run.out_of_time():
                return
            forget(owner)
            run.commit(Progress({"sweep": place["sweep"], "done": done}))
        self.jobs.delete_other_jobs(owner, keeping=run.job.job_id)
        if place["sweep"] == 1:
            run.commit(Progress({"sweep": 2, "done": 0}, extra_writes=self._marks(owner)))
            run.park(LONGEST_RUN, ParkReason.LATER)
        else:
            forgotten = self.books.forget_write(owner)
            run.commit(Progress(None, state=JobState.COMPLETED, extra_writes=[forgotten], forgets_owner=True))

    def _marks(self, owner: str) -> Sequence[Write]:
        """Set again, since an older version that accepted the erasure marked only the line."""
        return self.books.erasing_write(owner), self.jobs.close_lanes_write(owner)
