"""Between the rows of the jobs table and the words of the engine. Rows never leave the store."""

import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pynamodb.models import Model

from chalicelib.foundation.clock import instant, milliseconds
from chalicelib.foundation.dynamo import Item
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import Counts, Job, JobState, LedgerLine, Waiting
from chalicelib.jobs.line import Line
from chalicelib.jobs.tables import JobRow, LedgerRow, LineRow

NUMBER_WIDTH = 13  # digits of milliseconds, so that text sorts like time


def job_key(job_id: str) -> tuple[str, str]:
    return f"job#{job_id}", "job"


def ledger_key(job_id: str, generation: int, chunk: int) -> tuple[str, str]:
    return f"job#{job_id}", f"ledger#{generation:06d}#{chunk:06d}"


def line_key(owner: str) -> tuple[str, str]:
    return f"owner#{owner}", "line"


def listed_key(owner: str, created_at: datetime, job_id: str) -> tuple[str, str]:
    return f"owner#{owner}", f"job#{milliseconds(created_at):0{NUMBER_WIDTH}d}#{job_id}"


def once_key(owner: str, key: str) -> tuple[str, str]:
    digest = hashlib.sha256("\x1f".join((owner, key)).encode()).hexdigest()
    return f"once#{digest}", "once"


def raw_key(key: tuple[str, str]) -> Item:
    return {"pk": {"S": key[0]}, "sk": {"S": key[1]}}


def due_shard(job_id: str, shards: int) -> str:
    """Spread over shards, because what one index partition takes in a second bounds the whole table."""
    return f"due#{zlib.crc32(job_id.encode()) % shards:02d}"


def to_row(job: Job, shards: int) -> JobRow:
    row = JobRow(*job_key(job.job_id))
    for name in ("job_id", "owner", "kind", "rev", "holder", "generation", "chunk", "cursor", "estimate"):
        setattr(row, name, getattr(job, name))
    for name in ("attempts", "failures", "crashes", "error", "error_code", "retry_of", "viewer"):
        setattr(row, name, getattr(job, name))
    for name in ("due", "not_before", "created_at", "claimed_at", "updated_at", "finished_at"):
        moment = getattr(job, name)
        setattr(row, name, None if moment is None else milliseconds(moment))
    for name in Counts.__slots__:
        setattr(row, name, getattr(job.counts, name))
    row.state, row.details = job.state.value, dict(job.details)
    row.waiting = None if job.waiting is None else job.waiting.value
    if job.due is not None:
        row.due_shard = due_shard(job.job_id, shards)
    return row


def to_job(item: Item) -> Job:
    row = read(JobRow, item)
    return Job(
        job_id=row.job_id,
        owner=row.owner,
        kind=row.kind,
        state=JobState(row.state),
        rev=int(row.rev),
        created_at=instant(int(row.created_at)),
        holder=row.holder,
        due=_instant(row.due),
        not_before=_instant(row.not_before),
        waiting=Waiting(row.waiting) if row.waiting else None,
        generation=int(row.generation),
        chunk=int(row.chunk),
        cursor=row.cursor,
        counts=Counts(**{name: int(getattr(row, name)) for name in Counts.__slots__}),
        estimate=None if row.estimate is None else int(row.estimate),
        attempts=int(row.attempts),
        failures=int(row.failures),
        crashes=int(row.crashes),
        details=row.details,
        error=row.error,
        error_code=row.error_code,
        retry_of=row.retry_of,
        viewer=row.viewer,
        claimed_at=_instant(row.claimed_at),
        updated_at=_instant(row.updated_at),
        finished_at=_instant(row.finished_at),
    )


def to_line(owner: str, item: Item | None) -> Line:
    if item is None:
        return Line(owner)
    row = read(LineRow, item)
    return Line(owner, tuple(row.jobs), int(row.edits), bool(row.erasing))


def lines_json(lines: Iterable[LedgerLine]) -> list[list[str | None]]:
    return [_trimmed([line.source_id, line.outcome.value, line.contact_id, line.reason, line.name]) for line in lines]


def to_lines(row: LedgerRow) -> list[LedgerLine]:
    return [LedgerLine(source_id, Outcome(outcome), *_padded(rest)) for source_id, outcome, *rest in row.lines]


def read(model: type[Model], item: Item) -> Any:
    """The row in `item`, without the members this version of the code does not know."""
    return model.from_raw_data(item)


def fingerprint(asked: Any) -> str:
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _instant(since_epoch_milliseconds: float | None) -> datetime | None:
    return None if since_epoch_milliseconds is None else instant(int(since_epoch_milliseconds))


def _trimmed(line: list[str | None]) -> list[str | None]:
    while not line[-1]:
        line.pop()
    return line


def _padded(rest: Sequence[str | None]) -> tuple[str | None, str | None, str]:
    contact_id, reason, name = (*rest, None, None, None)[:3]
    return contact_id, reason, name or ""
