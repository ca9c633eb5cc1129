"""The jobs table: every method is one write of the protocol and resolves its own races."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.dynamo import (
    CancellationReason,
    ConditionFailed,
    Item,
    ResponseLost,
    TransactionCanceled,
    Write,
)
from chalicelib.foundation.errors import Conflict, TooMany
from chalicelib.foundation.json import Json
from chalicelib.jobs.counts import Counts, Outcomes
from chalicelib.jobs.job import BOOK_LANE, Job, JobState, ParkReason
from chalicelib.jobs.progress import Progress, apply_progress
from chalicelib.jobs.queue import JobQueue, Lanes, front_change, with_new_job
from chalicelib.jobs.reads import JobReads
from chalicelib.jobs.refusals import (
    Fenced,
    Replan,
    Retry,
    StoreBusy,
    Written,
    refused_extra_write,
    refused_writes,
)
from chalicelib.jobs.rows import (
    fingerprint,
    idempotency_row_key,
    to_job,
)
from chalicelib.tables import keys

if TYPE_CHECKING:
    from chalicelib.jobs.writes import JobWrites

LEASE = timedelta(seconds=60)
TRIES = 4  # of one write whose response was lost
OWN_WRITES = 3  # of a commit that does not end the job: the job, the check of its queue, the ledger
QUEUE_TRIES = 12  # how often a queue may change under a write before we give up


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be created."""

    job_id: str
    owner: str
    kind: str
    details: Mapping[str, Json]  #: what the kind needs to know; plain JSON
    retry_of: str | None = None  #: the id of the finished job that it repeats
    viewer: str | None = None  #: SHA-256 of a key that may read this one job
    erases: bool = False  #: marks the owner as being erased: no other job may be created before this one ends
    lane: str = BOOK_LANE  #: letters, digits, "-" and "_"; `BOOK_LANE` for every kind that changes the book


@dataclass(frozen=True)
class JobStore(JobReads):
    """The jobs table, for reading and writing."""

    @property
    def writes(self) -> "JobWrites":
        from chalicelib.jobs.writes import JobWrites  # PynamoDB loads slowly, and reading does without

        return JobWrites(self.table, self.shards)

    def record_schedule_run(self, now: datetime) -> None:
        item = {**keys.SCHEDULE_RUN.key().item, "ran_at": {"N": str(milliseconds(now))}}
        self.dynamo.put(TableName=self.table, Item=item)

    # ── create

    def create(
        self,
        new: NewJob,
        *,
        idempotency_key: str | None = None,
        canceling: Sequence[str] = (),
        extra_writes: Sequence[Write] = (),
    ) -> Job:
        """Add the job to the queue of its lane; the same job id or idempotency key returns the same job.

        Args:
            idempotency_key: is remembered for 24 hours.
            canceling: ids of unfinished jobs of the same lane that are canceled in the same transaction.
            extra_writes: further writes of the same transaction.

        Raises:
            TooMany: the queue is full, or keeps changing.
            Conflict: the key was used for a different request, or the owner is being erased.
            ExtraWriteRefused: the condition of an extra write failed; nothing was created.
            KindError: jobs of this kind do not run in this lane.
        """
        self.kinds.check_lane(new.kind, new.lane)
        for _ in range(QUEUE_TRIES):
            known = self.find_duplicate(new, idempotency_key)
            if known is not None:
                return known
            queue = self.queue(new.owner, new.lane)
            if not new.erases:  # an erasure that failed may be started again
                self._check_owner(new, queue)
            now = self.clock.now()
            job, actions = self._creation(new, queue, canceling, now)
            if idempotency_key is not None:
                request = _request_fingerprint(new)
                actions.append(self.writes.put_idempotency_key(new.owner, idempotency_key, new.job_id, request, now))
            if self._try_create(actions, extra_writes):
                return job
        raise _too_many_changes()

    def find_duplicate(self, new: NewJob, idempotency_key: str | None) -> Job | None:
        """The existing job that `create` would return.

        Raises:
            Conflict: the key was used for a different request.
        """
        if idempotency_key is not None:
            item = self.dynamo.get(self.table, idempotency_row_key(new.owner, idempotency_key).item)
            if item is not None and int(item["ttl"]["N"]) > self.clock.now().timestamp():
                if item["asked"]["S"] != _request_fingerprint(new):
                    raise Conflict("This idempotency key was already used for a different request. Use a new key.")
                return self.get(item["job_id"]["S"])
        return self.find(new.job_id)

    def _check_owner(self, new: NewJob, queue: JobQueue) -> None:
        """Raises Conflict if the owner is being erased, TooMany if they have too many jobs in other lanes."""
        lanes = self.lanes(new.owner) if new.lane else Lanes()
        is_erasing = queue.erasing or lanes.erasing or (bool(new.lane) and self.queue(new.owner).erasing)
        if is_erasing:
            raise Conflict("This account's data is being erased. Nothing new can start until that has finished.")
        if len(lanes.jobs) >= self.max_in_lanes:
            raise _too_many_jobs(len(lanes.jobs))

    def _creation(
        self, new: NewJob, queue: JobQueue, canceling: Sequence[str], now: datetime
    ) -> tuple[Job, list[Write]]:
        staying = replace(queue, jobs=queue.without(canceling))
        if len(staying.jobs) >= self.max_queue_length:
            raise _too_many_jobs(len(staying.jobs))
        known = self.get_many([*canceling, *staying.jobs[:2]])  # the front, and the next one if it is demoted
        front = known.get(staying.jobs[0]) if staying.jobs else None
        jobs = with_new_job(staying, new.job_id, front, now)
        job = Job(
            new.job_id,
            new.owner,
            new.kind,
            JobState.QUEUED,
            0,
            now,
            details=new.details,
            updated_at=now,
            retry_of=new.retry_of,
            viewer=new.viewer,
            due=now if jobs[0] == new.job_id else None,
            lane=new.lane,
            counts=Counts.of(self.kinds.outcomes(new.kind) or Outcomes(), {}),
        )
        change = front_change(queue.jobs, jobs, known, now)
        canceled = [self.writes.cancel(known[job_id], now) for job_id in canceling if job_id in queue.jobs]
        ended = known.get(queue.jobs[0]) if queue.jobs and queue.jobs[0] in canceling else None
        update = self.writes.update_queue(queue, jobs, leaving=change.demoted or ended, erasing=new.erases)
        actions = [*self.writes.put_job(job), update, *canceled, *self.writes.change_front(change)]
        if new.lane:
            actions.append(self.writes.add_to_lanes(new.owner, new.job_id, self.max_in_lanes))
        if new.erases:
            actions.append(self.writes.close_lanes(new.owner))
        return job, actions

    def _try_create(self, actions: Sequence[Write], extra_writes: Sequence[Write]) -> bool:
        """Send the transaction; False if a queue changed or the job exists already. Raises ExtraWriteRefused."""
        try:
            self.dynamo.commit([*actions, *extra_writes])
        except TransactionCanceled as canceled:
            if any(reason.is_condition for reason in canceled.reasons[: len(actions)]):
                return False
            refused = refused_extra_write(canceled.reasons[len(actions) :])
            if refused is not None:
                raise refused from None
            return False
        return True

    # ── work on it

    def claim(self, job_id: str, holder: str, now: datetime) -> Job | None:
        """Lease the job until `now` + `LEASE`.

        Args:
            holder: an id that is new for each claim; a claim whose response was lost recognizes itself by it.

        Returns:
            The job, whose `rev` is the holder's fence; None if it is not due, finished, or leased to another worker.

        Raises:
            ResponseLost: no try got a response; the job may be leased to this holder.
        """
        seen, rev = JobState.QUEUED, None
        for _ in range(TRIES):
            try:
                request = self.writes.claim(job_id, seen=seen, rev=rev, holder=holder, now=now, lease=LEASE)
                return to_job(self.dynamo.update(**request), self.kinds)
            except ResponseLost:
                continue
            except ConditionFailed as refused:
                stored = self._stored_job(refused)
            if stored is None or stored.state is not JobState.PROCESSING or stored.due is None:
                return None
            if stored.holder == holder:
                return stored
            if stored.due > now:
                return None
            seen, rev = JobState.PROCESSING, stored.rev  # its lease has expired
        raise ResponseLost("claim")

    def commit(self, job: Job, progress: Progress) -> Job:
        """Write a chunk in one transaction and renew the lease; with `progress.state`, end the job.

        Returns:
            The job after the commit.

        Raises:
            Fenced: the job no longer belongs to this worker.
            Replan: contacts of the chunk have changed since it was planned.
            ExtraWriteRefused: the condition of an extra write failed.
            StoreBusy: the store refused every try.
            ResponseLost: no try got a response; only the job's item tells whether the chunk was written.
            KindError: the job's kind does not declare one of the outcomes.
        """
        self.kinds.check_outcomes(job.kind, {line.outcome for line in progress.lines})
        for _ in range(QUEUE_TRIES):
            now = self.clock.now()
            queue = self._queue_writes(job, progress, now)
            ledger = [self.writes.ledger(job, progress)] if progress.lines or progress.deleted_ids else []
            own = [self.writes.advance(job, progress, now=now, lease=LEASE), *queue, *ledger]
            try:
                self.dynamo.commit([*own, *progress.extra_writes, *progress.writes])
            except TransactionCanceled as canceled:
                match self._judge_commit(job, progress, canceled.reasons, queue=len(queue), own=len(own)):
                    case Written():
                        return apply_progress(job, progress, now, LEASE)
                    case Retry():
                        continue
                    case refusal:
                        raise refusal from canceled
            return apply_progress(job, progress, now, LEASE)
        raise StoreBusy

    def _judge_commit(
        self, job: Job, progress: Progress, reasons: Sequence[CancellationReason], *, queue: int, own: int
    ) -> Written | Retry | Exception:
        """The meaning of a refused commit.

        Args:
            reasons: one for each write: the job's, those of its queue, the ledger's, the extra ones, the contacts'.
            queue: the number of writes of the queue. own: the number of writes before the extra ones.
        """
        extra = own + len(progress.extra_writes)
        queue_changed = any(reason.is_condition for reason in reasons[1 : 1 + queue])
        if self._is_own_write(job, progress, reasons[0]):
            return Written()
        if reasons[0].is_condition:
            return Fenced()
        if not queue_changed and (refused := refused_extra_write(reasons[own:extra])) is not None:
            return refused
        if changed := refused_writes(progress.writes, reasons[extra:]):
            return Replan(changed)
        if queue_changed:  # only a job that ends may write without being at the front
            return Fenced() if progress.state is None else Retry(job)
        return StoreBusy()

    def _queue_writes(self, job: Job, progress: Progress, now: datetime) -> list[Write]:
        """The check that the job is at the front; on the last commit, the queue without the job instead."""
        if progress.state is None:
            return [self.writes.check_front(job)]
        queue = self.queue(job.owner, job.lane)
        if progress.forgets_owner:
            return [
                self.writes.delete_queue(queue),
                self.writes.delete_lanes(job.owner),
                self.writes.delete_listing(job),
            ]
        ended = replace(job, counts=job.counts.plus(progress.tally()))
        return self._leave_writes(ended, queue, now)

    def _leave_writes(self, job: Job, queue: JobQueue, now: datetime) -> list[Write]:
        """Take the job out of its queue and promote the next one."""
        rest = queue.without([job.job_id])
        change = front_change(queue.jobs, rest, self.get_many(rest[:1]), now)
        lanes = [self.writes.remove_from_lanes(job.owner, job.job_id)] if job.lane else []
        return [self.writes.update_queue(queue, rest, leaving=job), *self.writes.change_front(change), *lanes]

    def _is_own_write(self, job: Job, progress: Progress, reason: CancellationReason) -> bool:
        """Whether an earlier try was written and only its response was lost: same claim, next `rev`, same cursor."""
        if not reason.is_condition or reason.old is None:
            return False
        stored = to_job(reason.old, self.kinds)
        state = progress.state or JobState.PROCESSING
        return (stored.holder, stored.rev, stored.cursor, stored.state) == (
            job.holder,
            job.rev + 1,
            progress.cursor,
            state,
        )

    def park(
        self, job: Job, *, until: datetime, waiting: ParkReason, failed: bool = False, error: str | None = None
    ) -> str | None:
        """End the lease and let the job wait until `until`; another job of the queue that can run sooner goes first.

        Args:
            failed: whether to count a failure.
            error: why it waits, in a sentence.

        Returns:
            The id of the job that is at the front now; None if the front has not changed.

        Raises:
            Fenced: the job no longer belongs to this worker.
            ResponseLost: no try got a response; the job may be parked.
        """
        for _ in range(QUEUE_TRIES):
            try:
                return self._try_park(job, until=until, waiting=waiting, failed=failed, error=error)
            except (ConditionFailed, TransactionCanceled) as refused:
                judgment = self._judge_park(job, self._stored_job(refused))
            match judgment:
                case Written():
                    return None
                case Retry(job=stored):
                    job = stored
                case refusal:
                    raise refusal
        raise Fenced

    def _try_park(
        self, job: Job, *, until: datetime, waiting: ParkReason, failed: bool, error: str | None
    ) -> str | None:
        now = self.clock.now()
        queue = self.queue(job.owner, job.lane) if waiting is not ParkReason.HAND_OVER else None
        front = None if queue is None else self._sooner(queue, job, until, now)
        update = self.writes.park(
            job, until=until, now=now, waiting=waiting, failed=failed, at_front=front is None, error=error
        )
        if queue is None or front is None:
            self._update(update)
            return None
        rotated = (*queue.jobs[1:], job.job_id)
        change = front_change(queue.jobs, rotated, {front.job_id: front}, now)
        update_queue = self.writes.update_queue(queue, rotated, leaving=job)
        self.dynamo.commit([{"Update": update}, update_queue, *self.writes.change_front(change)])
        return front.job_id

    def _sooner(self, queue: JobQueue, job: Job, until: datetime, now: datetime) -> Job | None:
        """The job behind `job` at the front of the queue, if it can run before `until`."""
        following = queue.jobs[1:2] if queue.jobs[:1] == (job.job_id,) else ()
        front = self.get_many(following).get(following[0]) if following else None
        return None if front is None or max(now, front.not_before or now) >= until else front

    def _judge_park(self, job: Job, stored: Job | None) -> Written | Retry | Fenced:
        """The meaning of a refused park, from the job as it is stored."""
        if stored is None or stored.rev == job.rev:
            return Retry(job)  # the queue changed, not the job
        if stored.rev == job.rev + 1 and stored.holder == job.holder and not stored.is_finished:
            return Retry(stored)  # our last commit was written after all
        if stored.rev == job.rev + 1 and stored.state is JobState.QUEUED and stored.not_before is not None:
            return Written()
        return Fenced()

    def restart(self, job: Job, *, cursor: Json, details: Mapping[str, Json]) -> Job:
        """List the source from the start: a new generation whose counts begin at zero.

        Raises:
            Fenced: the job no longer belongs to this worker.
            ResponseLost: no try got a response; the job may have been restarted.
        """
        now = self.clock.now()
        request = self.writes.restart(job, cursor=cursor, details=details, now=now, lease=LEASE)
        try:
            return to_job(self._update(request), self.kinds)
        except ConditionFailed as refused:
            stored = self._stored_job(refused)
            expected = (job.holder, job.rev + 1, job.generation + 1)
            if stored is not None and (stored.holder, stored.rev, stored.generation) == expected:
                return stored  # the response of an earlier try was lost
            raise Fenced from refused

    # ── end it

    def cancel(self, job_id: str) -> Job:
        """Cancel the job; what was committed stays. A canceled job stays as it is.

        Raises:
            NotFound: there is no such job.
            Conflict: it has finished.
            TooMany: its queue keeps changing.
        """
        for _ in range(QUEUE_TRIES):
            job, now = self.get(job_id), self.clock.now()
            if job.state is JobState.CANCELED:
                return job
            if job.is_finished:
                raise Conflict("This job has already finished.", state=job.state.value)
            queue = self.queue(job.owner, job.lane)
            actions = [self.writes.cancel(job, now), *self._leave_writes(job, queue, now)]
            try:
                self.dynamo.commit(actions)
            except TransactionCanceled:
                continue
            return self.get(job_id)
        raise _too_many_changes()

    def cancel_lane_jobs(self, owner: str) -> None:
        """Cancel every job outside the book's lane. May be repeated."""
        for job_id in sorted(self.lanes(owner).jobs):
            with suppress(Conflict):  # it has just finished
                self.cancel(job_id)

    def close_lanes_write(self, owner: str) -> Write:
        """The write after which no job may be created outside the book's lane, because the owner is being erased."""
        return self.writes.close_lanes(owner)

    def delete_other_jobs(self, owner: str, keeping: str) -> None:
        """Delete all finished jobs of an owner but one, with their ledgers. May be interrupted and repeated."""
        jobs, ledger = keys.LISTED_JOB.sk_prefix(), keys.LEDGER_CHUNK.sk_prefix()
        for listed in list(self._keys_between(keys.LISTED_JOB.partition(owner=owner), jobs, f"{jobs}~")):
            job_id = keys.LISTED_JOB.parts(keys.Key.of(listed))["job_id"]
            if job_id != keeping:
                own = keys.JOB.key(job_id=job_id)
                self.dynamo.delete_many(self.table, list(self._keys_between(own.pk, own.sk, f"{ledger}~")))
                self.dynamo.delete_many(self.table, [listed])  # last, because the rest is found by it

    def _keys_between(self, pk: str, first: str, last: str) -> Iterator[Item]:
        return self.dynamo.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues={":pk": {"S": pk}, ":first": {"S": first}, ":last": {"S": last}},
            ProjectionExpression="pk, sk",
            ConsistentRead=True,
        )

    def _stored_job(self, refused: ConditionFailed | TransactionCanceled) -> Job | None:
        """The job as it was stored when its write was refused."""
        item = refused.old if isinstance(refused, ConditionFailed) else refused.reasons[0].old
        return None if item is None else to_job(item, self.kinds)

    def _update(self, request: Mapping[str, object]) -> Item:
        for _ in range(TRIES - 1):
            try:
                return self.dynamo.update(**request)
            except ResponseLost:
                continue
        return self.dynamo.update(**request)


def _request_fingerprint(new: NewJob) -> str:
    """A fingerprint of the request to which an idempotency key is bound."""
    lane = [new.lane] if new.lane else []  # keys stored by older versions have no lane
    return fingerprint([new.owner, new.kind, dict(new.details), new.retry_of, *lane])


def _too_many_jobs(unfinished: int) -> TooMany:
    message = f"There are already {unfinished} unfinished jobs. Wait for one of them to finish."
    return TooMany(message, retry_after=timedelta(minutes=1))


def _too_many_changes() -> TooMany:
    return TooMany("Too many concurrent changes. Try again in a second.", retry_after=timedelta(seconds=1))
