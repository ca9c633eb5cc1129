"""The update of a job's own item with a commit. By hand: every chunk has one, and PynamoDB takes a millisecond each."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.json import Json
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.rows import count_column, due_shard
from chalicelib.tables import keys

ERASURE_JOB_LIFE = timedelta(days=30)  # after its end, so that the person can see that it is done
_Value = dict[str, Any]  # in DynamoDB's own JSON


def advance_request(job: Job, progress: Progress, *, table: str, shards: int, now: datetime, lease: timedelta) -> Any:
    """The UpdateItem request after which the job is as `apply_progress` says, if its `rev` is still the same."""
    update, tally = _Update(), progress.tally()
    update.add = {"rev": 1, **({"chunk": 1} if progress.is_chunk else {})}
    update.add.update({count_column(outcome): count for outcome, count in tally.items()})
    update.set = {
        "cursor": {"NULL": True} if progress.cursor is None else _json(progress.cursor),
        "failures": _number(0),
        "crashes": _number(0),
        "updated_at": _number(milliseconds(now)),
    }
    if progress.estimate is not None:
        update.set["estimate"] = _number(progress.estimate)
    if job.error is not None and progress.error is None:
        update.remove.append("error")  # the retry has worked
    failed_chunks = progress.failed_chunks(job, tally)
    if failed_chunks is not job.failed_chunks:
        update.set["failed_chunks"] = _json({"generation": job.generation, "chunks": dict(failed_chunks)})
    if progress.details:
        update.set["details"] = _json({**job.details, **progress.details})
    if progress.state is None:
        update.set["due"] = _number(milliseconds(now + lease))
        update.set["due_shard"] = {"S": due_shard(job.job_id, shards)}
    else:
        _end(update, progress, progress.state, now)
    return {"TableName": table, "Key": keys.JOB.key(job_id=job.job_id).item, **update.request(rev=job.rev)}


def _end(update: "_Update", progress: Progress, state: JobState, now: datetime) -> None:
    update.set["state"] = {"S": state.value}
    update.set["finished_at"] = _number(milliseconds(now))
    update.remove += ["due", "due_shard"]
    if progress.forgets_owner:
        update.set["ttl"] = _number(int((now + ERASURE_JOB_LIFE).timestamp()))
    if progress.error is not None:
        update.set["error"] = {"S": progress.error}
    if progress.error_code is not None:
        update.set["error_code"] = {"S": progress.error_code}


@dataclass(slots=True)
class _Update:
    """The changes of one item, by attribute."""

    set: dict[str, _Value] = field(default_factory=dict)
    add: dict[str, int] = field(default_factory=dict)
    remove: list[str] = field(default_factory=list)

    def request(self, *, rev: int) -> Mapping[str, Any]:
        """The part of the request that says what changes, if the item has this `rev`; a refusal returns the item."""
        names = {name: f"#{index}" for index, name in enumerate([*self.set, *self.remove, *self.add])}
        changed = {**self.set, **{name: _number(count) for name, count in self.add.items()}}
        values = {name: f":{index}" for index, name in enumerate(changed)}
        clauses = [
            "SET " + ", ".join([f"{names[name]} = {values[name]}" for name in self.set]),
            "REMOVE " + ", ".join([names[name] for name in self.remove]) if self.remove else "",
            "ADD " + ", ".join([f"{names[name]} {values[name]}" for name in self.add]),
        ]
        return {
            "UpdateExpression": " ".join(filter(None, clauses)),
            "ConditionExpression": f"{names['rev']} = :rev",
            "ExpressionAttributeNames": {short: name for name, short in names.items()},
            "ExpressionAttributeValues": {
                ":rev": _number(rev),
                **{short: changed[name] for name, short in values.items()},
            },
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }


def _number(number: int) -> _Value:
    return {"N": str(number)}


def _json(value: Json) -> _Value:
    return {"S": json.dumps(value)}
