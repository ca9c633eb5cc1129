"""The jobs as they are kept: every method is one write of the protocol, and keeps its own race."""

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
from chalicelib.jobs.queue import JobQueue, Lanes, appended, front_change
from chalicelib.jobs.reads import JobReads
from chalicelib.jobs.refusals import Fenced, Replan, StoreBusy, raise_for_extra_writes, refused_writes
from chalicelib.jobs.rows import (
    fingerprint,
    idempotency_row_key,
    to_job,
)
from chalicelib.tables import keys

if TYPE_CHECKING:
    from chalicelib.jobs.writes import JobWrites

LEASE = timedelta(seconds=60)
TRIES = 4  # of one write whose answer got lost
OWN_WRITES = 3  # of a commit that does not end the job: the job, the check of its line, the ledger
QUEUE_TRIES = 12  # how often a line may move under a write before we say so


@dataclass(frozen=True, slots=True)
class NewJob:
    """Args:
    viewer: SHA-256 of a key that may read this one job. details: plain JSON, what the kind needs.
    erases: marks the owner: nothing new begins before this job is done.
    lane: a name of letters, digits, "-" and "_"; `BOOK_LANE` for every kind that changes the book.
    """

    job_id: str
    owner: str
    kind: str
    details: Mapping[str, Json]
    retry_of: str | None = None
    viewer: str | None = None
    erases: bool = False
    lane: str = BOOK_LANE


@dataclass(frozen=True)
class JobStore(JobReads):
    """The jobs table, read and written."""

    @property
    def writes(self) -> "JobWrites":
        from chalicelib.jobs.writes import JobWrites  # PynamoDB loads slowly, and reading does without

        return JobWrites(self.table, self.shards)

    def record_schedule_run(self, now: datetime) -> None:
        self.dynamo.put(
            TableName=self.table, Item={**keys.SCHEDULE_RUN.key().item, "ran_at": {"N": str(milliseconds(now))}}
        )

    def create(
        self,
        new: NewJob,
        *,
        idempotency_key: str | None = None,
        canceling: Sequence[str] = (),
        extra_writes: Sequence[Write] = (),
    ) -> Job:
        """Put the job into the line of its lane; the same job id or key gives the same job.

        Args:
            once: an idempotency key, good for 24 hours.
            cancelling: unfinished jobs of the same lane that end with this one's beginning.
            also: writes that land in the same transaction.

        Raises:
            TooMany: the line is full. Conflict: the key was used for something else, or the person is being erased.
            ExtraWriteRefused: one of `extra_writes` was refused; nothing was created.
            KindError: jobs of this kind do not run in this lane.
        """
        self.kinds.check_lane(new.kind, new.lane)
        asked = _asked(new)
        for _ in range(QUEUE_TRIES):
            known = self.find_duplicate(new, idempotency_key)
            if known is not None:
                return known
            line = self.queue(new.owner, new.lane)
            if not new.erases:  # an erasure that failed may be begun again
                self._check_owner(new, line)
            now = self.clock.now()
            job, actions = self._creation(new, line, canceling, now)
            if idempotency_key is not None:
                actions.append(self.writes.put_idempotency_key(new.owner, idempotency_key, new.job_id, asked, now))
            if self._landed([*actions, *extra_writes], len(actions)):
                return job
        raise TooMany("Too much happens to this account at once.", retry_after=timedelta(seconds=1))

    def claim(self, job_id: str, holder: str, now: datetime) -> Job | None:
        """Take the job until `now` + `LEASE`; None when it is not due, finished, or somebody else's.

        The returned `rev` is the holder's fence. `holder` must be fresh for each claim: it is how a claim whose
        answer got lost recognises itself.
        """
        seen, rev = JobState.QUEUED, None
        for _ in range(TRIES):
            try:
                request = self.writes.claim(job_id, seen=seen, rev=rev, holder=holder, now=now, lease=LEASE)
                return to_job(self.dynamo.update(**request), self.kinds)
            except ResponseLost:
                continue
            except ConditionFailed as refused:
                old = None if refused.old is None else to_job(refused.old, self.kinds)
            if old is None or old.state is not JobState.PROCESSING or old.due is None:
                return None
            if old.holder == holder:
                return old
            if old.due > now:
                return None
            seen, rev = JobState.PROCESSING, old.rev
        raise ResponseLost("claim")

    def commit(self, job: Job, progress: Progress) -> Job:
        """Land a chunk whole, or not at all; with `progress.state` it is the job's end.

        Raises:
            Fenced, Replan, StoreBusy, ExtraWriteRefused: see there.
            ResponseLost: nobody knows; the job's item does. KindError: the kind does not declare one of the outcomes.
        """
        self.kinds.check_outcomes(job.kind, {line.outcome for line in progress.lines})
        for _ in range(QUEUE_TRIES):
            now = self.clock.now()
            advance = self.writes.advance(job, progress, now=now, lease=LEASE)
            turn = self._turn(job, progress, now)
            ledger = [self.writes.ledger(job, progress)] if progress.lines or progress.deleted_ids else []
            actions = [advance, *turn, *ledger]
            try:
                self.dynamo.commit([*actions, *progress.extra_writes, *progress.writes])
            except TransactionCanceled as refused:
                if self._is_own(job, progress, refused.reasons[0]):
                    return apply_progress(job, progress, now, LEASE)
                if self._must_reline(refused.reasons, turn, progress, len(actions)):
                    continue
            return apply_progress(job, progress, now, LEASE)
        raise StoreBusy

    def park(
        self, job: Job, *, until: datetime, waiting: ParkReason, failed: bool = False, error: str | None = None
    ) -> str | None:
        """Put the job back until later. Whoever waits for a provider lets the others in the line go first.

        Returns:
            The id of the job that is the head of the line now, when that is another one.

        Raises:
            Fenced: the job is not ours any more.
        """
        for _ in range(QUEUE_TRIES):
            now = self.clock.now()
            line, head, rotated = self._rotation(job, until, waiting, now)
            update = self.writes.park(
                job, until=until, now=now, waiting=waiting, failed=failed, at_head=not rotated, error=error
            )
            try:
                if head is None:
                    self._update(update)
                    return None
                change = front_change(line.jobs, rotated, {head.job_id: head}, now)
                update_queue = self.writes.update_queue(line, rotated, leaving=job)
                self.dynamo.commit([{"Update": update}, update_queue, *self.writes.change_front(change)])
                return head.job_id
            except (ConditionFailed, TransactionCanceled) as refused:
                old = self._old_job(refused)
            if old is None or old.rev == job.rev:
                continue  # the line moved, not the job
            if not (old.holder == job.holder and old.rev == job.rev + 1 and not old.is_finished):
                if old.state is JobState.QUEUED and old.rev == job.rev + 1 and old.not_before is not None:
                    return None  # our own parking, whose answer got lost
                raise Fenced
            job = old  # our last commit had landed after all
        raise Fenced

    def restart(self, job: Job, *, cursor: Json, details: Mapping[str, Json]) -> Job:
        """List the source from the start: a new generation, counts from zero."""
        now = self.clock.now()
        request = self.writes.restart(job, cursor=cursor, details=details, now=now, lease=LEASE)
        try:
            return to_job(self._update(request), self.kinds)
        except ConditionFailed as refused:
            old = None if refused.old is None else to_job(refused.old, self.kinds)
            mine = old is not None and (old.holder, old.rev) == (job.holder, job.rev + 1)
            if old is not None and mine and old.generation == job.generation + 1:
                return old
            raise Fenced from refused

    def delete_other_jobs(self, owner: str, keeping: str) -> None:
        """Delete all finished jobs of an owner but one, with their ledgers. Interrupted, it can be repeated."""
        jobs, ledger = keys.LISTED_JOB.sk_prefix(), keys.LEDGER_CHUNK.sk_prefix()
        for listed in list(self._keys_from(keys.LISTED_JOB.partition(owner=owner), jobs, f"{jobs}~")):
            job_id = keys.LISTED_JOB.parts(listed)["job_id"]
            if job_id != keeping:
                own = keys.JOB.key(job_id=job_id)
                self.dynamo.delete_many(self.table, list(self._keys_from(own.pk, own.sk, f"{ledger}~")))
                self.dynamo.delete_many(self.table, [listed])  # last: only by it is the rest found again

    def _keys_from(self, pk: str, first: str, last: str) -> Iterator[Item]:
        return self.dynamo.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues={":pk": {"S": pk}, ":first": {"S": first}, ":last": {"S": last}},
            ProjectionExpression="pk, sk",
            ConsistentRead=True,
        )

    def cancel(self, job_id: str) -> Job:
        """End the job; what was committed stays. Canceling twice is one canceling.

        Raises:
            Conflict: it has finished already.
        """
        for _ in range(QUEUE_TRIES):
            job, now = self.get(job_id), self.clock.now()
            if job.state is JobState.CANCELED:
                return job
            if job.is_finished:
                raise Conflict("This job has already finished.", state=job.state.value)
            line = self.queue(job.owner, job.lane)
            rest = line.without([job_id])
            change = front_change(line.jobs, rest, self.get_many(rest[:1]), now)
            update_queue = self.writes.update_queue(line, rest, leaving=job)
            actions = [
                self.writes.cancel(job, now),
                update_queue,
                *self.writes.change_front(change),
                *self._leaving(job),
            ]
            try:
                self.dynamo.commit(actions)
            except TransactionCanceled:
                continue
            return self.get(job_id)
        raise TooMany("Too much happens to this account at once.", retry_after=timedelta(seconds=1))

    def cancel_lane_jobs(self, owner: str) -> None:
        """Cancel every job outside the book's lane. May be repeated."""
        for job_id in sorted(self.lanes(owner).jobs):
            with suppress(Conflict):  # it has ended just now
                self.cancel(job_id)

    def close_lanes_write(self, owner: str) -> Write:
        """The write after which no job outside the book's lane may begin: the person is being erased."""
        return self.writes.close_lanes(owner)

    def find_duplicate(self, new: NewJob, idempotency_key: str | None) -> Job | None:
        """The job that this one would repeat. Raises Conflict as `create`."""
        if idempotency_key is not None:
            item = self.dynamo.get(self.table, idempotency_row_key(new.owner, idempotency_key).item)
            if item is not None and int(item["ttl"]["N"]) > self.clock.now().timestamp():
                if item["asked"]["S"] != _asked(new):
                    raise Conflict("This idempotency key was used for a different request; use a fresh one.")
                return self.get(item["job_id"]["S"])
        return self.find(new.job_id)

    def _creation(
        self, new: NewJob, line: JobQueue, canceling: Sequence[str], now: datetime
    ) -> tuple[Job, list[Write]]:
        staying = replace(line, jobs=line.without(canceling))
        if len(staying.jobs) >= self.max_queue_length:
            raise _too_many(len(staying.jobs))
        known = self.get_many([*canceling, *staying.jobs[:2]])  # the head, and the next one if it steps back
        head = known.get(staying.jobs[0]) if staying.jobs else None
        jobs = appended(staying, new.job_id, head, now)
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
        change = front_change(line.jobs, jobs, known, now)
        canceled = [self.writes.cancel(known[job_id], now) for job_id in canceling if job_id in line.jobs]
        ended = known.get(line.jobs[0]) if line.jobs and line.jobs[0] in canceling else None
        update_queue = self.writes.update_queue(line, jobs, leaving=change.demoted or ended, erasing=new.erases)
        actions = [*self.writes.put_job(job), update_queue, *canceled, *self.writes.change_front(change)]
        if new.lane:
            actions.append(self.writes.add_to_lanes(new.owner, new.job_id, self.max_in_lanes))
        if new.erases:
            actions.append(self.writes.close_lanes(new.owner))
        return job, actions

    def _check_owner(self, new: NewJob, line: JobQueue) -> None:
        """Raises Conflict if the owner is being erased, TooMany if they have too much going on in other lanes."""
        lanes = self.lanes(new.owner) if new.lane else Lanes()
        is_erasing = line.erasing or lanes.erasing or (bool(new.lane) and self.queue(new.owner).erasing)
        if is_erasing:
            raise Conflict("This person's data is being erased; nothing new can begin before that is done.")
        if len(lanes.jobs) >= self.max_in_lanes:
            raise _too_many(len(lanes.jobs))

    def _landed(self, actions: Sequence[Write], own: int) -> bool:
        """False when a line moved or the job is there already: look again."""
        try:
            self.dynamo.commit(actions)
        except TransactionCanceled as refused:
            if any(reason.is_condition for reason in refused.reasons[:own]):
                return False
            raise_for_extra_writes(refused.reasons[own:])
            return False
        return True

    def _turn(self, job: Job, progress: Progress, now: datetime) -> list[Write]:
        """The check of the job's line; on the last commit, the line without the job instead."""
        if progress.state is None:
            return [self.writes.check_front(job)]
        line = self.queue(job.owner, job.lane)
        if progress.forgets_owner:
            return [
                self.writes.delete_queue(line),
                self.writes.delete_lanes(job.owner),
                self.writes.delete_listing(job),
            ]
        rest = line.without([job.job_id])
        change = front_change(line.jobs, rest, self.get_many(rest[:1]), now)
        ended = replace(job, counts=job.counts.plus(progress.tally()))
        return [
            self.writes.update_queue(line, rest, leaving=ended),
            *self.writes.change_front(change),
            *self._leaving(job),
        ]

    def _leaving(self, job: Job) -> list[Write]:
        """What else the end of a job outside the book's lane writes."""
        return [self.writes.remove_from_lanes(job.owner, job.job_id)] if job.lane else []

    def _must_reline(
        self, reasons: Sequence[CancellationReason], turn: Sequence[Write], progress: Progress, own: int
    ) -> bool:
        """True when only the line moved, on the last commit; raises for every other reason."""
        if reasons[0].is_condition:
            raise Fenced
        turned = any(reason.is_condition for reason in reasons[1 : 1 + len(turn)])
        behind = own + len(progress.extra_writes)
        if not turned:
            raise_for_extra_writes(reasons[own:behind])
        moved = refused_writes(progress.writes, reasons[behind:])
        if moved:
            raise Replan(moved)
        if turned and progress.state is None:
            raise Fenced
        if turned:
            return True
        raise StoreBusy

    def _is_own(self, job: Job, progress: Progress, reason: CancellationReason) -> bool:
        """Whether the refused write had landed before and its answer got lost: my claim, one revision on, my cursor."""
        if not reason.is_condition or reason.old is None:
            return False
        old = to_job(reason.old, self.kinds)
        state = progress.state or JobState.PROCESSING
        return (old.holder, old.rev, old.cursor, old.state) == (job.holder, job.rev + 1, progress.cursor, state)

    def _old_job(self, refused: ConditionFailed | TransactionCanceled) -> Job | None:
        item = refused.old if isinstance(refused, ConditionFailed) else refused.reasons[0].old
        return None if item is None else to_job(item, self.kinds)

    def _rotation(
        self, job: Job, until: datetime, waiting: ParkReason, now: datetime
    ) -> tuple[JobQueue, Job | None, tuple[str, ...]]:
        """The line with the job at its end and the new head, when that one could run earlier; else no new head."""
        if waiting is ParkReason.HAND_OVER:
            return JobQueue(job.owner, lane=job.lane), None, ()
        line = self.queue(job.owner, job.lane)
        following = line.jobs[1:2] if line.jobs[:1] == (job.job_id,) else ()
        head = self.get_many(following).get(following[0]) if following else None
        if head is None or max(now, head.not_before or now) >= until:
            return line, None, ()
        return line, head, (*line.jobs[1:], job.job_id)

    def _update(self, request: Mapping[str, object]) -> Item:
        for _ in range(TRIES - 1):
            try:
                return self.dynamo.update(**request)
            except ResponseLost:
                continue
        return self.dynamo.update(**request)


def _asked(new: NewJob) -> str:
    """What an idempotency key stands for."""
    lane = [new.lane] if new.lane else []  # older keys know none
    return fingerprint([new.owner, new.kind, dict(new.details), new.retry_of, *lane])


def _too_many(waiting: int) -> TooMany:
    return TooMany(f"{waiting} jobs are waiting already; let some of them finish.", retry_after=timedelta(minutes=1))
