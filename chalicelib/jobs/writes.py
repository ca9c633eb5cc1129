"""The conditional writes of the engine, as DynamoDB actions. Each is one row of the protocol in ARCHITECTURE.md."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import NumberAttribute
from pynamodb.expressions.condition import size
from pynamodb.expressions.update import Action

from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.json import Json
from chalicelib.jobs.advance_job import advance_request
from chalicelib.jobs.counts import STORED
from chalicelib.jobs.job import UNFINISHED, Job, JobState, ParkReason
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.queue import FrontChange, JobQueue
from chalicelib.jobs.row_models import JobRow, ListedRow, OwnerRow, QueueRow
from chalicelib.jobs.rows import (
    count_column,
    due_shard,
    ledger_json,
    lines_text,
    listed_day,
    listed_key,
    queue_key,
    sort_key,
)
from chalicelib.tables import keys

ALL_OLD = "ALL_OLD"
EXPIRES_AFTER = timedelta(days=30)  # longer than any job lives


@dataclass(frozen=True)
class JobWrites:
    """Builds the writes of the jobs table."""

    table: str
    shards: int

    def claim(
        self, job_id: str, *, seen: JobState, rev: int | None, holder: str, now: datetime, lease: timedelta
    ) -> Any:
        actions: list[Action] = [
            JobRow.state.set(JobState.PROCESSING.value),
            JobRow.holder.set(holder),
            *self._due(job_id, now + lease),
            JobRow.rev.add(1),
            JobRow.attempts.add(1),
            JobRow.claimed_at.set(JobRow.claimed_at | milliseconds(now)),
            JobRow.not_before.remove(),
            JobRow.waiting.remove(),
        ]
        if seen is JobState.PROCESSING:
            actions.append(JobRow.crashes.add(1))
        condition = (JobRow.state == seen.value) & (JobRow.due <= milliseconds(now))
        return self._update(job_id, actions, condition if rev is None else condition & (JobRow.rev == rev))

    def advance(self, job: Job, progress: Progress, *, now: datetime, lease: timedelta) -> Write:
        """The write of the job itself in COMMIT, and in END if `progress.state` is final."""
        request = advance_request(job, progress, table=self.table, shards=self.shards, now=now, lease=lease)
        return {"Update": request}

    def park(
        self,
        job: Job,
        *,
        until: datetime,
        now: datetime,
        waiting: ParkReason,
        failed: bool,
        at_front: bool,
        error: str | None,
    ) -> Any:
        actions: list[Action] = [
            JobRow.rev.add(1),
            JobRow.state.set(JobState.QUEUED.value),
            JobRow.waiting.set(waiting.value),
            JobRow.not_before.set(milliseconds(until)),
            JobRow.updated_at.set(milliseconds(now)),
            JobRow.holder.remove(),
            *(self._due(job.job_id, until) if at_front else (JobRow.due.remove(), JobRow.due_shard.remove())),
        ]
        if failed:
            actions.append(JobRow.failures.add(1))
        if error is not None:
            actions.append(JobRow.error.set(error))
        return self._update(job.job_id, actions, JobRow.rev == job.rev)

    def wake(self, job_id: str, now: datetime) -> Any:
        """End a wait at the front of a queue in which the job has nothing to do."""
        actions = [JobRow.rev.add(1), JobRow.not_before.remove(), JobRow.waiting.remove(), *self._due(job_id, now)]
        waits = (JobRow.state == JobState.QUEUED.value) & (JobRow.waiting == ParkReason.LATER.value)
        return self._update(job_id, actions, waits & (JobRow.due > milliseconds(now)))

    def restart(self, job: Job, *, cursor: Json, details: Mapping[str, Json], now: datetime, lease: timedelta) -> Any:
        actions = [
            JobRow.rev.add(1),
            JobRow.generation.add(1),
            JobRow.cursor.set(cursor),
            JobRow.details.set({**job.details, **details}),
            JobRow.updated_at.set(milliseconds(now)),
            JobRow.chunk.set(0),
            JobRow.failed_chunks.remove(),
            *[_column(outcome).set(0) for outcome in dict.fromkeys((*STORED, *job.counts))],
            *self._due(job.job_id, now + lease),
        ]
        return self._update(job.job_id, actions, JobRow.rev == job.rev)

    def cancel(self, job: Job, now: datetime) -> Write:
        actions = [
            JobRow.rev.add(1),
            JobRow.state.set(JobState.CANCELED.value),
            JobRow.finished_at.set(milliseconds(now)),
            *[attribute.remove() for attribute in (JobRow.due, JobRow.due_shard, JobRow.holder, JobRow.not_before)],
        ]
        unfinished = JobRow.state.is_in(*[state.value for state in UNFINISHED])
        return {"Update": self._update(job.job_id, actions, unfinished & (JobRow.rev == job.rev))}

    def change_front(self, change: FrontChange) -> list[Write]:
        """Take `due` from the job that was at the front, and give one to the job that is now."""
        writes: list[Write] = []
        if change.demoted is not None:
            job = change.demoted
            actions = [JobRow.rev.add(1), JobRow.due.remove(), JobRow.due_shard.remove()]
            writes.append({"Update": self._update(job.job_id, actions, JobRow.rev == job.rev)})
        if change.promoted is not None and change.due is not None:
            job = change.promoted
            actions = [JobRow.rev.add(1), *self._due(job.job_id, change.due)]
            writes.append({"Update": self._update(job.job_id, actions, JobRow.rev == job.rev)})
        return writes

    def put_job(self, job: Job, *, expires: bool = False) -> list[Write]:
        """The writes of a new job and of its place in its owner's list.

        Args:
            expires: whether DynamoDB deletes both after `EXPIRES_AFTER`.
        """
        row = to_row(job, self.shards)
        listed = ListedRow(*listed_key(job.owner, job.created_at, job.job_id), job_id=job.job_id, kind=job.kind)
        listed.listed_day, listed.listed_at = listed_day(job.created_at), sort_key(job.created_at, job.job_id)
        if expires:
            row.ttl = listed.ttl = job.created_at + EXPIRES_AFTER
        return [{"Put": self._put(row, JobRow.pk.does_not_exist())}, {"Put": self._put(listed)}]

    def delete_listing(self, job: Job) -> Write:
        row = ListedRow(*listed_key(job.owner, job.created_at, job.job_id))
        return {"Delete": self._in_table(row.get_delete_kwargs_from_instance(None, ALL_OLD))}

    def ledger(self, job: Job, progress: Progress) -> Write:
        """The ledger's item of one chunk. By hand, like the check below, because every chunk has both."""
        key = keys.LEDGER_CHUNK.key(job_id=job.job_id, generation=job.generation, chunk=job.chunk)
        item = {**key.item, "lines": {"S": lines_text(progress.lines)}}
        if progress.deleted_ids:
            item["gone"] = {"S": ledger_json(progress.deleted_ids)}
        if progress.counted:
            item["counted"] = {"S": ledger_json({str(name): count for name, count in progress.counted.items()})}
        if progress.blob:
            item["blob"] = {"S": progress.blob}
        if progress.contacts is not None:
            item["contacts"] = {"S": ledger_json(progress.contacts)}
        return {"Put": {"TableName": self.table, "Item": item}}

    def check_front(self, job: Job) -> Write:
        """Check that the job is at the front of its queue."""
        return {
            "ConditionCheck": {
                "TableName": self.table,
                "Key": queue_key(job.owner, job.lane).item,
                "ConditionExpression": "#jobs[0] = :job",
                "ExpressionAttributeNames": {"#jobs": "jobs"},
                "ExpressionAttributeValues": {":job": {"S": job.job_id}},
                "ReturnValuesOnConditionCheckFailure": ALL_OLD,
            }
        }

    def update_queue(
        self, queue: JobQueue, jobs: Sequence[str], *, leaving: Job | None = None, erasing: bool = False
    ) -> Write:
        """Replace the queue's jobs, if the queue is still as it was read.

        Args:
            jobs: the new ids, in order.
            leaving: the job that leaves the front, as it is stored; noted in the queue if it changed something.
            erasing: mark the owner as being erased.
        """
        row = QueueRow(*queue_key(queue.owner, queue.lane))
        condition = QueueRow.jobs == list(queue.jobs)
        if queue.lane and not jobs:  # an empty lane leaves no item behind
            return {"Delete": self._in_table(row.get_delete_kwargs_from_instance(condition, ALL_OLD))}
        if not queue.jobs:
            condition = QueueRow.jobs.does_not_exist() | condition
        condition &= QueueRow.erasing == True if queue.erasing else QueueRow.erasing.does_not_exist()  # noqa: E712 # builds
        actions: list[Action] = [QueueRow.jobs.set(list(jobs)), QueueRow.edits.add(0)]  # older versions read it
        if leaving is not None and leaving.has_changed:
            actions.append(QueueRow.changed.set(f"{leaving.job_id}.{leaving.rev}"))
        if erasing:
            actions.append(QueueRow.erasing.set(True))
        return {"Update": self._in_table(row.get_update_kwargs_from_instance(actions, condition, ALL_OLD))}

    def delete_queue(self, queue: JobQueue) -> Write:
        """End an erasure: delete the queue and its mark, so that the person can start again."""
        row = QueueRow(*queue_key(queue.owner))
        condition = QueueRow.jobs == list(queue.jobs)
        return {"Delete": self._in_table(row.get_delete_kwargs_from_instance(condition, ALL_OLD))}

    def add_to_lanes(self, owner: str, job_ids: Collection[str], most: int) -> Write:
        """Add jobs outside the book's lane, if the owner has at most `most` there then and is not being erased."""
        count = size(OwnerRow.jobs)  # type: ignore[no-untyped-call] # PynamoDB leaves it untyped
        has_room = OwnerRow.jobs.does_not_exist() | (count <= most - len(job_ids))
        return self._owner_update(
            owner, [OwnerRow.jobs.add(set(job_ids))], OwnerRow.erasing.does_not_exist() & has_room
        )

    def replace_lanes(self, owner: str, seen: frozenset[str], jobs: frozenset[str]) -> Write:
        """Replace the ids of all jobs outside the book's lane, if they are as they were seen."""
        condition = OwnerRow.erasing.does_not_exist() & (OwnerRow.jobs == set(seen))
        return self._owner_update(owner, [OwnerRow.jobs.set(set(jobs))], condition)

    def remove_from_lanes(self, owner: str, job_id: str) -> Write:
        return self._owner_update(owner, [OwnerRow.jobs.delete({job_id})])

    def close_lanes(self, owner: str) -> Write:
        """Stop new jobs outside the book's lane, because the owner is being erased."""
        return self._owner_update(owner, [OwnerRow.erasing.set(True)])

    def delete_lanes(self, owner: str) -> Write:
        """The end of an erasure, if no job is left in any of those lanes."""
        row, condition = OwnerRow(*keys.LANES.key(owner=owner)), OwnerRow.jobs.does_not_exist()
        return {"Delete": self._in_table(row.get_delete_kwargs_from_instance(condition, ALL_OLD))}

    def _owner_update(self, owner: str, actions: list[Action], condition: Any = None) -> Write:
        row = OwnerRow(*keys.LANES.key(owner=owner))
        return {"Update": self._in_table(row.get_update_kwargs_from_instance(actions, condition, ALL_OLD))}

    def _due(self, job_id: str, due: datetime) -> tuple[Action, Action]:
        return JobRow.due.set(milliseconds(due)), JobRow.due_shard.set(due_shard(job_id, self.shards))

    def _update(self, job_id: str, actions: Sequence[Action], condition: Any) -> Any:
        row = JobRow(*keys.JOB.key(job_id=job_id))
        return self._in_table(row.get_update_kwargs_from_instance(list(actions), condition, ALL_OLD))

    def _put(self, row: Any, condition: Any = None) -> Any:
        return self._in_table(row.get_save_kwargs_from_instance(condition, ALL_OLD))

    def _in_table(self, request: Any) -> Any:
        return {**request, "TableName": self.table}


def _column(outcome: str) -> NumberAttribute:
    """The attribute that counts an outcome."""
    column: NumberAttribute | None = getattr(JobRow, count_column(outcome), None)
    return column or NumberAttribute(attr_name=count_column(outcome))


def to_row(job: Job, shards: int) -> JobRow:
    row = JobRow(*keys.JOB.key(job_id=job.job_id))
    for name in ("job_id", "owner", "kind", "rev", "holder", "generation", "chunk", "cursor", "estimate"):
        setattr(row, name, getattr(job, name))
    for name in ("attempts", "failures", "crashes", "error", "error_code", "retry_of", "viewer"):
        setattr(row, name, getattr(job, name))
    row.request_id, row.client = job.request_id, job.client
    for name in ("due", "not_before", "created_at", "claimed_at", "updated_at", "finished_at"):
        at = getattr(job, name)
        setattr(row, name, None if at is None else milliseconds(at))
    for name in STORED:  # older versions read them of every job
        setattr(row, name, 0)
    row.state, row.details = job.state.value, dict(job.details)
    row.lane = job.lane or None
    row.waiting = None if job.waiting is None else job.waiting.value
    if job.due is not None:
        row.due_shard = due_shard(job.job_id, shards)
    return row
