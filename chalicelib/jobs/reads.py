"""Reading the jobs table. All reads are consistent, except those that ask an index: `due` and `created_on`."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any

from chalicelib.foundation.clock import Clock, instant, milliseconds
from chalicelib.foundation.dynamo import Dynamo, Item
from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.executor import Executor
from chalicelib.jobs.contact_changes import ContactChanges
from chalicelib.jobs.job import BOOK_LANE, Job, LedgerLine
from chalicelib.jobs.job_kinds import JobKinds
from chalicelib.jobs.queue import JobQueue, Lanes
from chalicelib.jobs.rows import (
    Row,
    listed_day,
    listed_key,
    queue_key,
    to_job,
    to_lanes,
    to_lines,
    to_queue,
)
from chalicelib.tables import keys
from chalicelib.tables.keys import Key

FEW_JOBS = 10  # of an owner who has just started; their file may have been planned several times

# DynamoDB looks for the outcome in the JSON text of a chunk's lines.
_WITH_OUTCOME = {"FilterExpression": "contains(#lines, :outcome)", "ExpressionAttributeNames": {"#lines": "lines"}}


@dataclass(frozen=True, slots=True)
class LedgerChunk:
    """One item of a ledger."""

    chunk: int  #: its number within the generation
    lines: Sequence[LedgerLine]
    deleted_ids: Sequence[str] = field(default_factory=tuple)  #: source ids that the provider reported as deleted
    blob: str | None = None  #: the name of the blob that belongs to the chunk
    counted: Mapping[str, int] = field(default_factory=dict)  #: further items by outcome, whose lines the blob has
    contacts: ContactChanges | None = None  #: the contacts that it changed; None if the lines tell that


@dataclass(frozen=True)
class JobReads:
    """The jobs table, for reading. Every method may raise `ResponseLost` if DynamoDB does not respond."""

    dynamo: Dynamo
    table: str
    clock: Clock
    executor: Executor
    #: Over how many partitions of the index due jobs are spread; each takes 500 commits a second.
    shards: int = 4
    earlier_shards: int = 0  #: over how many an older version spread them; the schedule still finds those jobs
    max_queue_length: int = 20  #: unfinished jobs of one lane
    max_in_lanes: int = 100  #: unfinished jobs of one owner outside the book's lane, in all lanes together
    kinds: JobKinds = JobKinds()  # noqa: RUF009 # frozen

    def find(self, job_id: str) -> Job | None:
        item = self.dynamo.get(self.table, keys.JOB.key(job_id=job_id).item)
        return None if item is None else to_job(item, self.kinds)

    def get(self, job_id: str) -> Job:
        """Raises NotFound if there is no such job."""
        job = self.find(job_id)
        if job is None:
            raise NotFound("Job not found.")
        return job

    def queue(self, owner: str, lane: str = BOOK_LANE) -> JobQueue:
        return to_queue(owner, self.dynamo.get(self.table, queue_key(owner, lane).item), lane)

    def queues(self, owner: str, lanes: Sequence[str]) -> dict[str, JobQueue]:
        """The queues of several lanes, by lane."""
        keys_of = {queue_key(owner, lane).sk: lane for lane in lanes}
        items = self.dynamo.get_many(self.table, [queue_key(owner, lane).item for lane in lanes])
        stored = {item["sk"]["S"]: item for item in items}
        return {lane: to_queue(owner, stored.get(sk), lane) for sk, lane in keys_of.items()}

    def lanes(self, owner: str) -> Lanes:
        return to_lanes(self.dynamo.get(self.table, keys.LANES.key(owner=owner).item))

    def unfinished(self, owner: str) -> list[Job]:
        """The owner's unfinished jobs: those of the book's lane in the order of its queue, then the others by age."""
        both = [queue_key(owner).item, keys.LANES.key(owner=owner).item]
        items = {item["sk"]["S"]: item for item in self.dynamo.get_many(self.table, both)}
        queue, others = to_queue(owner, items.get(keys.BOOK_QUEUE.sk)).jobs, to_lanes(items.get(keys.LANES.sk)).jobs
        known = self.get_many([*queue, *sorted(others)])
        in_lanes = sorted((known[job_id] for job_id in others if job_id in known), key=_age)
        return [*(known[job_id] for job_id in queue if job_id in known), *in_lanes]

    def of_owner(self, owner: str, *, before: str | None = None, limit: int = 50) -> tuple[list[Job], str | None]:
        """A page of the owner's jobs, newest first, and where the next page starts (None at the end)."""
        page = self._listed(owner, before, limit=limit + 1)
        listed = [item for item in page["Items"] if item["sk"]["S"] != before][:limit]
        ids = [item["job_id"]["S"] for item in listed]
        known = self.get_many(ids)
        more = len(page["Items"]) > limit or "LastEvaluatedKey" in page
        return [known[job_id] for job_id in ids if job_id in known], listed[-1]["sk"]["S"] if listed and more else None

    def is_first_to_change_book(self, job: Job) -> bool:
        """Whether the owner never had another job that may have changed the book; False also if they had many jobs.

        Only an erasure removes jobs from the owner's list that may have changed the book.
        """
        page = self._listed(job.owner, None, limit=FEW_JOBS)
        others = (item for item in page["Items"] if item["job_id"]["S"] != job.job_id)
        return "LastEvaluatedKey" not in page and all(self.kinds.spares_book(item["kind"]["S"]) for item in others)

    def _listed(self, owner: str, before: str | None, *, limit: int) -> Mapping[str, Any]:
        """Items of the owner's list of jobs, newest first, from the sort key `before` on."""
        pk, newest = listed_key(owner, instant(9_999_999_999_999), "~")
        return self.dynamo.query_page(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues={
                ":pk": {"S": pk},
                ":first": {"S": keys.LISTED_JOB.sk_prefix()},
                ":last": {"S": before or newest},
            },
            ScanIndexForward=False,
            ConsistentRead=True,
            Limit=limit,
        )

    def created_on(self, day: datetime, *, before: str, limit: int) -> list[str]:
        """Sort keys of the jobs of all owners that were created on that UTC day, newest first (see `rows.sort_key`).

        The index may be stale: a new job may be missing, and a job of an erased person still be there.

        Args:
            before: only keys that sort before this one.

        Returns:
            At most `limit` keys; fewer if there are no more on that day.
        """
        page = self.dynamo.query_page(
            TableName=self.table,
            IndexName="listed",
            KeyConditionExpression="listed_day = :day AND listed_at < :before",
            ExpressionAttributeValues={":day": {"S": listed_day(day)}, ":before": {"S": before}},
            ScanIndexForward=False,
            Limit=limit,
        )
        return [item["listed_at"]["S"] for item in page["Items"]]

    def jobs_ahead(self, jobs: Iterable[Job]) -> dict[str, int]:
        """The number of jobs ahead of each of these in its lane, by job id; finished jobs are left out."""
        queue_keys = dict.fromkeys(queue_key(job.owner, job.lane) for job in jobs if not job.is_finished)
        if not queue_keys:
            return {}
        queues = [to_queue("", item) for item in self.dynamo.get_many(self.table, [key.item for key in queue_keys])]
        return {job_id: ahead for queue in queues for ahead, job_id in enumerate(queue.jobs)}

    def ledger(
        self, job: Job, *, after: int = -1, outcome: str | None = None, page_size: int | None = None
    ) -> Iterator[LedgerChunk]:
        """The ledger chunks of the job's current generation, in order, from the one after chunk `after` on.

        Args:
            outcome: leaves out chunks without a line of this outcome; a chunk that has one comes with all its lines.
            page_size: chunks per request, for callers that usually need only the first few; None for as many as fit.
        """
        pk, first = _ledger_key(job, after + 1)
        last = _ledger_key(job, 999_999).sk
        values = {":pk": {"S": pk}, ":first": {"S": first}, ":last": {"S": last}}
        request: dict[str, Any] = {"Limit": page_size} if page_size else {}
        if outcome is not None:
            request |= _WITH_OUTCOME
            values[":outcome"] = {"S": json.dumps(outcome)}
        items = self.dynamo.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=values,
            ConsistentRead=True,
            **request,
        )
        return (_ledger_chunk(job, item) for item in items)

    def ledger_chunks(self, job: Job, chunks: Sequence[int]) -> Sequence[LedgerChunk]:
        """The ledger chunks with these numbers, in order."""
        items = self.dynamo.get_many(self.table, [_ledger_key(job, chunk).item for chunk in chunks])
        return sorted((_ledger_chunk(job, item) for item in items), key=attrgetter("chunk"))

    def due(self, now: datetime, *, limit: int) -> list[str]:
        """Ids of due jobs, the longest due first. The index may be stale; only a claim decides."""
        return [job_id for job_id, _ in self.due_since(now, limit=limit)]

    def due_since(self, now: datetime, *, limit: int) -> list[tuple[str, datetime]]:
        """The jobs of `due`, each with the instant it has been due since."""
        return self._due_in(max(self.shards, self.earlier_shards), now, limit)

    def oldest_due(self, now: datetime) -> datetime | None:
        """Since when the oldest due job has been due; None if no job is due.

        Without the jobs in `earlier_shards`, until a worker claims them.
        """
        return next((since for _, since in self._due_in(self.shards, now, 1)), None)

    def _due_in(self, shards: int, now: datetime, limit: int) -> list[tuple[str, datetime]]:
        items = [item for shard in self.executor.all(self._due_queries(shards, now, limit)) for item in shard]
        items.sort(key=lambda item: int(item["due"]["N"]))
        return [(keys.JOB.parts(Key.of(item))["job_id"], instant(int(item["due"]["N"]))) for item in items[:limit]]

    def last_schedule_run(self) -> datetime | None:
        """When the schedule last ran; None if it never did."""
        item = self.dynamo.get(self.table, keys.SCHEDULE_RUN.key().item)
        return None if item is None else instant(int(item["ran_at"]["N"]))

    def _due_queries(self, shards: int, now: datetime, limit: int) -> list[Callable[[], list[Item]]]:
        def of_shard(shard: int) -> Callable[[], list[Item]]:
            return lambda: list(
                self.dynamo.query_page(
                    TableName=self.table,
                    IndexName="due",
                    KeyConditionExpression="due_shard = :shard AND due <= :now",
                    ExpressionAttributeValues={
                        ":shard": {"S": keys.DUE_SHARD.format(shard=shard)},
                        ":now": {"N": str(milliseconds(now))},
                    },
                    Limit=limit,
                )["Items"]
            )

        return [of_shard(shard) for shard in range(shards)]

    def get_many(self, job_ids: Sequence[str]) -> dict[str, Job]:
        """The jobs with these ids that exist, by id."""
        if not job_ids:
            return {}
        items = self.dynamo.get_many(self.table, [keys.JOB.key(job_id=job_id).item for job_id in job_ids])
        return {job.job_id: job for job in (to_job(item, self.kinds) for item in items)}


def _age(job: Job) -> tuple[datetime, str]:
    return job.created_at, job.job_id


def _ledger_chunk(job: Job, item: Item) -> LedgerChunk:
    row = Row(item)
    return LedgerChunk(
        int(keys.LEDGER_CHUNK.parts(Key.of(item))["chunk"]),
        to_lines(row, job.counts.outcomes),
        tuple(row.json("gone") or ()),
        item.get("blob", {}).get("S"),
        row.json("counted") or {},
        ContactChanges(*contacts) if (contacts := row.json("contacts")) is not None else None,
    )


def _ledger_key(job: Job, chunk: int) -> Key:
    return keys.LEDGER_CHUNK.key(job_id=job.job_id, generation=job.generation, chunk=chunk)
