"""Erasing a person is a job: it stops all other jobs, blocks new ones, and deletes everything.

Accepting it cancels the owner's unfinished jobs and marks their queue and their book, in one transaction. While the
marks exist, no job can be created, no consent can be completed and no contact can be edited. The worker of a canceled
job may still be running and store something (a raw page), so everything is deleted a second time when the longest
possible run is over. Then the marks are deleted too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.books.book_store import BookStore
from chalicelib.erasing.job_kinds import ERASURE
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.json import JsonObject
from chalicelib.jobs.book_registry import unlist_book_write
from chalicelib.jobs.job import Job, JobState, ParkReason
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore

KIND = ERASURE.name
LONGEST_RUN = timedelta(minutes=16)  # Lambda stops every invocation after 15 minutes


@dataclass(frozen=True)
class ErasePerson:
    """Accepts an erasure. Idempotent."""

    jobs: JobStore
    books: BookStore

    def __call__(self, owner: str, *, viewer: str | None = None) -> Job:
        """Creates the job, or returns the unfinished one.

        Args:
            viewer: SHA-256 of a key that gives access to the job's page, because the person is signed out.
        """
        live = self.jobs.unfinished(owner)
        for job in live:
            if job.kind == KIND:
                return job
        new = NewJob(fresh_id(), owner, KIND, {}, viewer=viewer, erases=True)
        others = [job.job_id for job in live if job.lane == new.lane]  # other lanes: when it starts
        return self.jobs.create(new, canceling=others, extra_writes=[self.books.erasing_write(owner)])


@dataclass(frozen=True)
class Erasing:
    """The step of an erasure."""

    jobs: JobStore
    books: BookStore
    #: By name, each deletes something that one room stores about an owner, in this order; all are idempotent.
    forgets: Mapping[str, Callable[[str], object]]

    def __call__(self, run: Run) -> None:
        """Deletes everything twice, with the longest run of any worker in between."""
        owner = run.job.owner
        if run.job.cursor is None:
            run.commit(Progress(_cursor(1), extra_writes=self._marks(owner)))
        self.jobs.cancel_lane_jobs(owner)
        cursor = run.job.cursor
        forgotten = list(cursor.get("forgotten", ()))
        for name, forget in self.forgets.items():
            if name in forgotten:
                continue
            if run.out_of_time():
                return
            forget(owner)
            forgotten.append(name)
            run.commit(Progress(_cursor(cursor["sweep"], *forgotten)))
        self.jobs.delete_other_jobs(owner, keeping=run.job.job_id)
        if cursor["sweep"] == 1:
            run.commit(Progress(_cursor(2), extra_writes=self._marks(owner)))
            run.park(LONGEST_RUN, ParkReason.LATER)
        else:
            book = [self.books.forget_write(owner), unlist_book_write(self.books.table, owner)]
            run.commit(Progress(None, state=JobState.COMPLETED, extra_writes=book, forgets_owner=True))

    def _marks(self, owner: str) -> Sequence[Write]:
        """The marks, written again because an older version that accepted the erasure marked only the queue."""
        return self.books.erasing_write(owner), self.jobs.close_lanes_write(owner)


def _cursor(sweep: int, *forgotten: str) -> JsonObject:
    """The cursor of an erasure.

    Older versions count deletions in `done`, in an order of their own; with 0 they repeat all of them.
    """
    return {"sweep": sweep, "done": 0, "forgotten": list(forgotten)}
