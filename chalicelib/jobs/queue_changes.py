"""The writes with which a job joins its queue, leaves it, or lets the job behind it go first.

The rules are those of `queue.py`; this module reads what they depend on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.errors import Conflict, TooMany
from chalicelib.jobs.counts import Outcomes
from chalicelib.jobs.job import BOOK_LANE, Job
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.queue import JobQueue, Lanes, front_change, with_new_job
from chalicelib.jobs.reads import JobReads

if TYPE_CHECKING:
    from chalicelib.jobs.writes import JobWrites


@dataclass(frozen=True)
class QueueChanges:
    """Prepares the changes of job queues; `JobStore` writes them."""

    jobs: JobReads
    writes: "JobWrites"

    def join(self, new: NewJob, canceling: Sequence[str]) -> tuple[Job, list[Write], list[Job]]:
        """The new job, the writes that create it at its place in the queue, and the jobs that they cancel.

        Args:
            canceling: ids of jobs of the queue that the same writes cancel.

        Raises:
            TooMany: the queue is full, or the owner has too many jobs in other lanes.
            Conflict: the owner is being erased.
        """
        queue = self.jobs.queue(new.owner, new.lane)
        lanes = self.jobs.lanes(new.owner) if new.lane else Lanes()
        others = lanes.jobs.difference(set(canceling).intersection(queue.jobs))
        if not new.erases:  # an erasure that failed may be started again
            _check_erasing(queue, lanes, *([self.jobs.queue(new.owner)] if new.lane else []))
            self._check_room(len(others))
        known = self.jobs.get_many([*canceling, *_two_at_front(queue, canceling)])
        canceled = [known[job_id] for job_id in canceling if job_id in queue.jobs]
        job, writes = self._join_queue(new, queue, known, canceled, self.jobs.clock.now())
        return job, [*writes, *self._owner_writes(new, lanes, others)], canceled

    def join_lanes(self, owner: str, new: Sequence[NewJob]) -> tuple[list[Job], list[Write]]:
        """The new jobs, each of another lane outside the book's, and the writes that create all of them.

        Raises:
            TooMany: a queue would be too long, or the owner would have too many jobs in lanes.
            Conflict: the owner is being erased.
        """
        queues = self.jobs.queues(owner, [BOOK_LANE, *(each.lane for each in new)])
        lanes, now = self.jobs.lanes(owner), self.jobs.clock.now()
        _check_erasing(*queues.values(), lanes)
        self._check_room(len(lanes.jobs), adding=len(new))
        known = self.jobs.get_many([job_id for each in new for job_id in _two_at_front(queues[each.lane])])
        joined = [self._join_queue(each, queues[each.lane], known, (), now) for each in new]
        entered = self.writes.add_to_lanes(owner, [each.job_id for each in new], self.jobs.max_in_lanes)
        return [job for job, _ in joined], [*(write for _, writes in joined for write in writes), entered]

    def leave(self, job: Job, queue: JobQueue, now: datetime) -> list[Write]:
        """The writes that take a job, as it is when it ends, out of its queue and promote the next one."""
        rest = queue.without([job.job_id])
        change = front_change(queue.jobs, rest, self.jobs.get_many(rest[:1]), now)
        lanes = [self.writes.remove_from_lanes(job.owner, job.job_id)] if job.lane else []
        return [self.writes.update_queue(queue, rest, leaving=job), *self.writes.change_front(change), *lanes]

    def check_or_leave(self, job: Job, progress: Progress, now: datetime) -> list[Write]:
        """The check that the job is at the front; on the last commit, the queue without the job instead."""
        if progress.state is None:
            return [self.writes.check_front(job)]
        queue = self.jobs.queue(job.owner, job.lane)
        if progress.forgets_owner:
            return [
                self.writes.delete_queue(queue),
                self.writes.delete_lanes(job.owner),
                self.writes.delete_listing(job),
            ]
        return self.leave(replace(job, counts=job.counts.plus(progress.tally())), queue, now)

    def let_pass(self, job: Job, until: datetime, now: datetime) -> tuple[Job, list[Write]] | None:
        """The job behind this one and the writes that put it at the front, if it can run before `until`."""
        queue = self.jobs.queue(job.owner, job.lane)
        following = queue.jobs[1:2] if queue.jobs[:1] == (job.job_id,) else ()
        front = self.jobs.get_many(following).get(following[0]) if following else None
        if front is None or max(now, front.not_before or now) >= until:
            return None
        rotated = (*queue.jobs[1:], job.job_id)
        change = front_change(queue.jobs, rotated, {front.job_id: front}, now)
        return front, [self.writes.update_queue(queue, rotated, leaving=job), *self.writes.change_front(change)]

    def _check_room(self, in_lanes: int, *, adding: int = 1) -> None:
        """Raises TooMany if the owner has too many jobs outside the book's lane for so many more."""
        if in_lanes + adding > self.jobs.max_in_lanes:
            raise _too_many_jobs(in_lanes)

    def _join_queue(
        self, new: NewJob, queue: JobQueue, known: Mapping[str, Job], canceled: Sequence[Job], now: datetime
    ) -> tuple[Job, list[Write]]:
        """The new job, and the writes that create it at its place in the queue and cancel others.

        Args:
            known: the two jobs at the front of those that stay, and those to cancel, by id.

        Raises:
            TooMany: the queue is full.
        """
        staying = replace(queue, jobs=queue.without([job.job_id for job in canceled]))
        if len(staying.jobs) >= self.jobs.max_queue_length:
            raise _too_many_jobs(len(staying.jobs))
        front = known.get(staying.jobs[0]) if staying.jobs else None
        order = with_new_job(staying, new.job_id, front, now)
        outcomes = self.jobs.kinds.outcomes(new.kind) or Outcomes()
        job = new.queued(now, at_front=order[0] == new.job_id, outcomes=outcomes)
        reordering = self._reorder_writes(queue, order, known, canceled, now, erasing=new.erases)
        return job, [*self.writes.put_job(job, expires=self.jobs.kinds.expires(new.kind)), *reordering]

    def _reorder_writes(
        self,
        queue: JobQueue,
        order: Sequence[str],
        known: Mapping[str, Job],
        canceled: Sequence[Job],
        now: datetime,
        *,
        erasing: bool,
    ) -> list[Write]:
        """The writes that cancel these jobs and give the queue this order.

        Args:
            known: the canceled jobs and those at the front before and after, by id.
        """
        change = front_change(queue.jobs, order, known, now)
        ended = next((job for job in canceled if job.job_id == queue.jobs[0]), None)
        return [
            self.writes.update_queue(queue, order, leaving=change.demoted or ended, erasing=erasing),
            *[self.writes.cancel(job, now) for job in canceled],
            *self.writes.change_front(change),
        ]

    def _owner_writes(self, new: NewJob, lanes: Lanes, others: frozenset[str]) -> list[Write]:
        """The writes that enter the job in the owner's item.

        Args:
            lanes: the item as it was read.
            others: its jobs without those that the same writes cancel.
        """
        writes = []
        if new.lane and others != lanes.jobs:
            writes.append(self.writes.replace_lanes(new.owner, lanes.jobs, others | {new.job_id}))
        elif new.lane:
            writes.append(self.writes.add_to_lanes(new.owner, [new.job_id], self.jobs.max_in_lanes))
        if new.erases:
            writes.append(self.writes.close_lanes(new.owner))
        return writes


def _check_erasing(*items: JobQueue | Lanes) -> None:
    """Raises Conflict if the owner of these is being erased."""
    if any(item.erasing for item in items):
        raise Conflict("This account's data is being erased. Nothing new can start until that has finished.")


def _two_at_front(queue: JobQueue, canceling: Sequence[str] = ()) -> Sequence[str]:
    """The job at the front of those that stay, and the one behind it, which moves up if the front has to wait."""
    return queue.without(canceling)[:2]


def _too_many_jobs(unfinished: int) -> TooMany:
    message = f"There are already {unfinished} unfinished jobs. Wait for one of them to finish."
    return TooMany(message, retry_after=timedelta(minutes=1))
