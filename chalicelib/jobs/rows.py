"""Keys of the jobs table, and conversion between its items and the engine's types. Items never leave the store."""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from chalicelib.foundation.clock import instant, milliseconds
from chalicelib.foundation.dynamo import Item
from chalicelib.jobs.counts import STORED, Counts, Outcomes
from chalicelib.jobs.job import BOOK_LANE, Job, JobState, LedgerLine, ParkReason
from chalicelib.jobs.job_kinds import JobKinds
from chalicelib.jobs.queue import JobQueue, Lanes
from chalicelib.tables import keys
from chalicelib.tables.keys import Key

_COUNT = "count_"  # prefix of the attributes of counts without a column of their own


def queue_key(owner: str, lane: str = BOOK_LANE) -> Key:
    return keys.LANE_QUEUE.key(owner=owner, lane=lane) if lane else keys.BOOK_QUEUE.key(owner=owner)


def listed_key(owner: str, created_at: datetime, job_id: str) -> Key:
    return keys.LISTED_JOB.key(owner=owner, created=milliseconds(created_at), job_id=job_id)


def sort_key(created_at: datetime, job_id: str = "") -> str:
    """Text that sorts jobs by creation; without an id, it sorts before all jobs of that instant."""
    return keys.LISTED_AT.format(created=milliseconds(created_at), job_id=job_id)


def sort_key_instant(key: str) -> datetime:
    return instant(int(key.partition("#")[0]))


def sort_key_job_id(key: str) -> str:
    return key.partition("#")[2]


def listed_day(created_at: datetime) -> str:
    """The UTC day, one partition of the index of all jobs; a partition takes a thousand new jobs a second."""
    return keys.LISTED_DAY.format(date=created_at.astimezone(UTC).date().isoformat())


def due_shard(job_id: str, shards: int) -> str:
    """The index partition of a due job. Several, because the throughput of a single one would bound the whole table."""
    return keys.DUE_SHARD.format(shard=zlib.crc32(job_id.encode()) % shards)


@dataclass(frozen=True, slots=True)
class Row:
    """An item as it was read. By hand, since PynamoDB loads slowly and the status route needs it for nothing else."""

    item: Item

    def text(self, name: str) -> str | None:
        text: str | None = self.item.get(name, {}).get("S")
        return text

    def number(self, name: str) -> int | None:
        number = self.item.get(name, {}).get("N")
        return None if number is None else int(number)

    def json(self, name: str) -> Any:
        text = self.text(name)
        return None if text is None else json.loads(text)

    def moment(self, name: str) -> datetime | None:
        number = self.number(name)
        return None if number is None else instant(number)


def count_column(outcome: str) -> str:
    """The attribute of a job that counts the outcome; `JobRow` declares those of contacts."""
    return outcome if outcome in STORED else f"{_COUNT}{outcome}"


def to_counts(item: Item, outcomes: Outcomes | None) -> Counts:
    """The counts in a job's item.

    Args:
        outcomes: of the job's kind; None if it is not declared: then every count is taken for a change.
    """
    if outcomes is None:
        names = [*STORED, *sorted(name.removeprefix(_COUNT) for name in item if name.startswith(_COUNT))]
        outcomes = Outcomes.of(names, changing=names)
    columns = {name: item.get(count_column(name)) for name in outcomes.names}
    return Counts.of(outcomes, {name: int(column["N"]) for name, column in columns.items() if column is not None})


def to_job(item: Item, kinds: JobKinds) -> Job:
    row = Row(item)
    waiting = row.text("waiting")
    return Job(
        job_id=item["job_id"]["S"],
        owner=item["owner"]["S"],
        kind=item["kind"]["S"],
        state=JobState(item["state"]["S"]),
        rev=int(item["rev"]["N"]),
        created_at=instant(int(item["created_at"]["N"])),
        holder=row.text("holder"),
        due=row.moment("due"),
        not_before=row.moment("not_before"),
        waiting=ParkReason(waiting) if waiting else None,
        cursor=row.json("cursor"),
        counts=to_counts(item, kinds.outcomes(item["kind"]["S"])),
        estimate=row.number("estimate"),
        details=row.json("details"),
        claimed_at=row.moment("claimed_at"),
        updated_at=row.moment("updated_at"),
        finished_at=row.moment("finished_at"),
        generation=int(item["generation"]["N"]),
        chunk=int(item["chunk"]["N"]),
        failed_chunks=_failed_chunks(row),
        attempts=int(item["attempts"]["N"]),
        failures=int(item["failures"]["N"]),
        crashes=int(item["crashes"]["N"]),
        error=row.text("error"),
        error_code=row.text("error_code"),
        retry_of=row.text("retry_of"),
        viewer=row.text("viewer"),
        lane=row.text("lane") or BOOK_LANE,
        request_id=row.text("request_id"),
        client=row.text("client"),
    )


def _failed_chunks(row: Row) -> Mapping[int, int]:
    """Those of the job's generation; an older version may have restarted it without removing them."""
    stored = row.json("failed_chunks")
    if stored is None or stored["generation"] != row.number("generation"):
        return {}
    return {int(chunk): failed for chunk, failed in stored["chunks"].items()}


def to_queue(owner: str, item: Item | None, lane: str = BOOK_LANE) -> JobQueue:
    if item is None:
        return JobQueue(owner, lane=lane)
    jobs = tuple(each["S"] for each in item["jobs"]["L"])
    return JobQueue(owner, jobs, "erasing" in item, Row(item).text("changed") or "", lane)


def to_lanes(item: Item | None) -> Lanes:
    if item is None:
        return Lanes()
    return Lanes(frozenset(item.get("jobs", {}).get("SS", ())), "erasing" in item)


def lines_text(lines: Iterable[LedgerLine]) -> str:
    """The JSON of a chunk's lines: [source id, outcome, contact id, reason, name], trailing empties left out."""
    return ledger_json([_trimmed(*line) for line in lines])


def ledger_json(value: Sequence[Any] | Mapping[str, Any]) -> str:
    """Compact JSON. Ids may be any text; what is not Unicode is escaped."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return json.dumps(value)


def to_lines(row: Row, outcomes: Outcomes) -> list[LedgerLine]:
    names = {str(name): name for name in outcomes.names}  # as declared, such as the members of an enum
    return [
        LedgerLine(source_id, names.get(outcome, outcome), *_pad(rest))
        for source_id, outcome, *rest in row.json("lines")
    ]


def _trimmed(
    source_id: str, outcome: str, contact_id: str | None, reason: str | None, name: str
) -> Sequence[str | None]:
    if name:
        return source_id, outcome, contact_id, reason, name
    if reason:
        return source_id, outcome, contact_id, reason
    return (source_id, outcome, contact_id) if contact_id else (source_id, outcome)


def _pad(rest: Sequence[str | None]) -> tuple[str | None, str | None, str]:
    contact_id, reason, name = (*rest, None, None, None)[:3]
    return contact_id, reason, name or ""
