"""The jobs table: every method is one write of the protocol and resolves its own races."""

from collections.abc import Callable, Iterator, Mapping, Sequence
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
from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.json import Json
from chalicelib.foundation.repeat_change import too_many_changes
from chalicelib.jobs.book_registry import list_book_write
from chalicelib.jobs.events import NewEvent
from chalicelib.jobs.idempotency_keys import IdempotencyKeys
from chalicelib.jobs.job import Job, JobState, ParkReason
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.outbox import Outbox
from chalicelib.jobs.progress import Progress, apply_progress
from chalicelib.jobs.queue_changes import QueueChanges
from chalicelib.jobs.reads import JobReads
from chalicelib.jobs.refusals import (
    Fenced,
    Retry,
    StoreBusy,
    Written,
    judge_commit,
    judge_park,
    refused_extra_write,
)
from chalicelib.jobs.rows import to_job
from chalicelib.tables import keys

if TYPE_CHECKING:
    from chalicelib.jobs.writes import JobWrites

LEASE = timedelta(seconds=60)
TRIES = 4  # of one write whose response was lost
OWN_WRITES = 3  # of a commit that does not end the job: the job, the check of its queue, the ledger
QUEUE_TRIES = 12  # how often a queue may change under a write before we give up


def _no_writes(_: Job) -> Sequence[Write]:
    return ()


@dataclass(frozen=True)
class JobStore(JobReads):
    """The jobs table, for reading and writing."""

    outbox: Outbox | None = None  #: writes the events of jobs; None if nobody wants any
    #: returns the writes, without conditions, that tell its owner by e-mail of a job that has ended by itself
    email_writes: Callable[[Job], Sequence[Write]] = _no_writes

    @property
    def writes(self) -> "JobWrites":
        from chalicelib.jobs.writes import JobWrites  # PynamoDB loads slowly, and reading does without

        return JobWrites(self.table, self.shards)

    @property
    def idempotency_keys(self) -> IdempotencyKeys:
        return IdempotencyKeys(self.dynamo, self.table, self.clock)

    @property
    def _queue_changes(self) -> QueueChanges:
        return QueueChanges(self, self.writes)

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
            job, actions, canceled = self._queue_changes.join(new, canceling)
            if idempotency_key is not None:
                keys = self.idempotency_keys
                actions.append(keys.write(new.owner, idempotency_key, new.request_hash(), new.job_id))
            if self.kinds.changes_book(new.kind) and not new.erases:
                actions.append(list_book_write(self.table, new.owner))
            told = self._event_writes(new.owner, [*self._ends(canceled), *self.kinds.start_events(job)])
            if self._try_create(actions, [*extra_writes, *told]):
                return job
        raise too_many_changes()

    def create_in_lanes(self, new: Sequence[NewJob]) -> list[Job]:
        """Create jobs of one owner, each in another lane outside the book's, by one transaction; known ids stay.

        Raises:
            TooMany: there are too many jobs, or a queue keeps changing.
            Conflict: the owner is being erased.
            KindError: jobs of this kind do not run in this lane.
        """
        for each in new:
            self.kinds.check_lane(each.kind, each.lane)
        for _ in range(QUEUE_TRIES):
            known = self.get_many([each.job_id for each in new])
            missing = [each for each in new if each.job_id not in known]
            if not missing:
                return [known[each.job_id] for each in new]
            created, actions = self._queue_changes.join_lanes(missing[0].owner, missing)
            told = [event for job in created for event in self.kinds.start_events(job)]
            if self._try_create(actions, self._event_writes(missing[0].owner, told)):
                known |= {job.job_id: job for job in created}
                return [known[each.job_id] for each in new]
        raise too_many_changes()

    def find_duplicate(self, new: NewJob, idempotency_key: str | None) -> Job | None:
        """The existing job that `create` would return.

        Raises:
            Conflict: the key was used for a different request.
        """
        if idempotency_key is not None:
            job_id = self.idempotency_keys.find(new.owner, idempotency_key, new.request_hash())
            if job_id is not None:
                return self.get(job_id)
        return self.find(new.job_id)

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
        self.kinds.check_outcomes(job.kind, {*progress.counted, *(line.outcome for line in progress.lines)})
        for _ in range(QUEUE_TRIES):
            now = self.clock.now()
            queue = self._queue_changes.check_or_leave(job, progress, now)
            ledger = [self.writes.ledger(job, progress)] if progress.has_ledger else []
            own = [self.writes.advance(job, progress, now=now, lease=LEASE), *queue, *ledger]
            told = self._end_writes(job, progress, now)
            try:
                self.dynamo.commit([*own, *progress.extra_writes, *progress.writes, *told])
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
        """The meaning of a refused commit; see `judge_commit`."""
        if self._is_own_write(job, progress, reasons[0]):
            return Written()
        return judge_commit(job, progress, reasons, queue=queue, own=own)

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
                judgment = judge_park(job, self._stored_job(refused))
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
        passing = None if waiting is ParkReason.HAND_OVER else self._queue_changes.let_pass(job, until, now)
        update = self.writes.park(
            job, until=until, now=now, waiting=waiting, failed=failed, at_front=passing is None, error=error
        )
        if passing is None:
            self._update(update)
            return None
        front, queue_writes = passing
        self.dynamo.commit([{"Update": update}, *queue_writes])
        return front.job_id

    def wake(self, job_id: str) -> None:
        """Make a job due that waits at the front of its queue with nothing to do; any other job stays as it is."""
        with suppress(ConditionFailed):
            self._update(self.writes.wake(job_id, self.clock.now()))

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
            told = self._event_writes(job.owner, self._ends([job]))
            actions = [self.writes.cancel(job, now), *self._queue_changes.leave(job, queue, now), *told]
            try:
                self.dynamo.commit(actions)
            except TransactionCanceled:
                continue
            return self.get(job_id)
        raise too_many_changes()

    def _end_writes(self, job: Job, progress: Progress, now: datetime) -> list[Write]:
        """The writes that tell of the end of a job, if this progress ends it."""
        if progress.state is None or progress.forgets_owner:
            return []
        ended = apply_progress(job, progress, now, LEASE)
        return [*self._event_writes(job.owner, self.kinds.end_events(ended)), *self.email_writes(ended)]

    def _ends(self, canceled: Sequence[Job]) -> list[NewEvent]:
        """What is told of jobs that are canceled."""
        ended = [replace(job, state=JobState.CANCELED) for job in canceled]
        return [event for job in ended for event in self.kinds.end_events(job)]

    def _event_writes(self, owner: str, events: Sequence[NewEvent]) -> list[Write]:
        return [] if self.outbox is None else self.outbox.writes(owner, events, self.clock.now())

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
        ledger = keys.LEDGER_CHUNK.sk_prefix()
        for kind in (keys.LISTED_JOB, keys.RETIRED_JOB):
            prefix = kind.sk_prefix()
            for listed in list(self._keys_between(kind.partition(owner=owner), prefix, f"{prefix}~")):
                job_id = kind.parts(keys.Key.of(listed))["job_id"]
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
