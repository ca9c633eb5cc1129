"""The gate of each source: how much it has sent lately, and which job will take what waits.

Requests are counted in attributes named by minute and by day, each by one conditional write, so that no write resets
them; the job that takes the records removes old ones, and so does the first refused request of a minute. While records
wait, the gate is in the index `due`, so that the minute schedule finds those whose job was never created, or has gone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.foundation.clock import instant, milliseconds
from chalicelib.foundation.dynamo import ConditionFailed, Dynamo, Item, Write
from chalicelib.foundation.errors import TooMany
from chalicelib.tables.keys import DUE_INGEST, INGEST_GATE, Key

LOOK_AFTER = timedelta(minutes=2)  # at records whose job should have taken them
MOST_RECENT = 20  # jobs that are remembered
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
# They begin the names of counts: requests of a minute, records of a day, wrongly signed requests of a minute.
_REQUESTS, _RECORDS, _WRONG = _COUNTS = ("m", "d", "w")


@dataclass(frozen=True, slots=True)
class Gate:
    """What is known of the records of one source that wait."""

    source_id: str
    #: the job that will take them; None if there is none
    job: str | None = None
    #: counts all requests, so that a change is seen
    total: int = 0
    #: when the schedule looks at it; None if nothing waits
    due: datetime | None = None
    #: the last jobs that took some, the latest last
    recent: tuple[str, ...] = ()
    #: how the last request was wrapped; "" before the first one
    envelope: str = ""


@dataclass(frozen=True)
class GateStore:
    """Reads and writes gates. Every method that sends a request may raise `ResponseLost`."""

    dynamo: Dynamo
    table: str

    def get(self, source_id: str) -> Gate:
        item = self.dynamo.get(self.table, INGEST_GATE.key(source_id=source_id).item)
        return Gate(source_id) if item is None else _gate(item)

    def count(
        self, source_id: str, records: int, now: datetime, *, per_minute: int, per_day: int, envelope: str
    ) -> None:
        """Count a request with so many records, before they are stored.

        Args:
            envelope: how they were wrapped.

        Raises:
            TooMany: the source has sent as much as it may.
        """
        if records > per_day:
            raise _too_many_records(now, per_day)
        minute, day = _minute(now), _day(now)
        try:
            self.dynamo.update(
                TableName=self.table,
                Key=INGEST_GATE.key(source_id=source_id).item,
                UpdateExpression="ADD #minute :one, #day :records, #total :one "
                "SET #due = if_not_exists(#due, :due), due_shard = :shard, envelope = :envelope",
                ConditionExpression="(attribute_not_exists(#minute) OR #minute < :minute) "
                "AND (attribute_not_exists(#day) OR #day <= :day)",
                ExpressionAttributeNames={"#minute": minute, "#day": day, "#total": "total", "#due": "due"},
                ExpressionAttributeValues={
                    ":one": {"N": "1"},
                    ":envelope": {"S": envelope},
                    ":records": {"N": str(records)},
                    ":minute": {"N": str(per_minute)},
                    ":day": {"N": str(per_day - records)},
                    ":due": {"N": str(milliseconds(now + LOOK_AFTER))},
                    ":shard": {"S": DUE_INGEST},
                },
            )
        except ConditionFailed as failed:
            is_day = failed.old is not None and int(failed.old.get(day, {"N": "0"})["N"]) > per_day - records
            raise (_too_many_records(now, per_day) if is_day else _too_many_requests(now, per_minute)) from None

    def count_refused(self, source_id: str, now: datetime, *, per_minute: int, is_proved: bool) -> None:
        """Count a request of which nothing is taken.

        Args:
            is_proved: whether its signature is right, or none is needed. Wrongly signed requests have a count of their
                own, so that a stolen key alone cannot use up the limit of the source.

        Raises:
            TooMany: there were as many as there may be in a minute.
        """
        minute = _minute(now, _REQUESTS if is_proved else _WRONG)
        try:
            gate = self.dynamo.update(
                TableName=self.table,
                Key=INGEST_GATE.key(source_id=source_id).item,
                UpdateExpression="ADD #minute :one",
                ConditionExpression="attribute_not_exists(#minute) OR #minute < :most",
                ExpressionAttributeNames={"#minute": minute},
                ExpressionAttributeValues={":one": {"N": "1"}, ":most": {"N": str(per_minute)}},
            )
        except ConditionFailed:
            raise _too_many_requests(now, per_minute) from None
        if gate[minute] == {"N": "1"}:
            self._forget_counts(source_id, now)

    def wait_write(self, source_id: str, job_id: str, now: datetime) -> Write:
        """The write that notes the job which will take the records, if no other one will."""
        return {
            "Update": {
                "TableName": self.table,
                "Key": INGEST_GATE.key(source_id=source_id).item,
                "UpdateExpression": "SET #job = :job, #due = :due, due_shard = :shard",
                "ConditionExpression": "attribute_not_exists(#job)",
                "ExpressionAttributeNames": {"#job": "job", "#due": "due"},
                "ExpressionAttributeValues": {
                    ":job": {"S": job_id},
                    ":due": {"N": str(milliseconds(now + LOOK_AFTER))},
                    ":shard": {"S": DUE_INGEST},
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }

    def release(self, source_id: str, job_id: str, now: datetime) -> Gate:
        """Note that this job takes what there is, so that later records get another one. May be repeated."""
        gate = self.get(source_id)
        if gate.job == job_id:
            self._change(source_id, "REMOVE #job", "#job = :job", {"#job": "job"}, {":job": {"S": job_id}})
        self._forget_counts(source_id, now)
        return gate

    def note_taken(self, source_id: str, job_id: str) -> None:
        """Note that a job has taken records. May be repeated."""
        gate = self.get(source_id)
        if job_id in gate.recent:
            return
        recent = [*gate.recent, job_id][-MOST_RECENT:]
        values: dict[str, Item] = {":recent": {"L": [{"S": each} for each in recent]}}
        self._change(source_id, "SET recent = :recent", "attribute_exists(pk)", {}, values)

    def hold(self, source_id: str, job_id: str) -> str:
        """Let this job alone import records of the source; returns the job that does. May be repeated."""
        free = "attribute_not_exists(importing) OR importing = :job"
        self._change(source_id, "SET importing = :job", free, {}, {":job": {"S": job_id}})
        item = self.dynamo.get(self.table, INGEST_GATE.key(source_id=source_id).item) or {}
        return str(item["importing"]["S"]) if "importing" in item else job_id

    def let_go(self, source_id: str, job_id: str) -> None:
        """Let another job import records of the source, if this one does."""
        self._change(source_id, "REMOVE importing", "importing = :job", {}, {":job": {"S": job_id}})

    def settle(self, gate: Gate) -> None:
        """Note that nothing waits, unless there was a request since the gate was read."""
        self._change(
            gate.source_id,
            "REMOVE #due, due_shard",
            "#total = :total AND attribute_not_exists(#job)",
            {"#due": "due", "#total": "total", "#job": "job"},
            {":total": {"N": str(gate.total)}},
        )

    def look_later(self, gate: Gate, now: datetime, *, without_job: bool) -> None:
        """Let the schedule look again later.

        Args:
            without_job: whether the job that the gate names has gone.
        """
        expression = "SET #due = :due" + (" REMOVE #job" if without_job else "")
        condition = "#job = :job" if gate.job else "attribute_not_exists(#job)"
        values = {":due": {"N": str(milliseconds(now + LOOK_AFTER))}, **({":job": {"S": gate.job}} if gate.job else {})}
        self._change(gate.source_id, expression, condition, {"#due": "due", "#job": "job"}, values)

    def due(self, now: datetime, *, limit: int) -> Iterator[Gate]:
        """The gates that the schedule must look at. The index may be stale, so they are read again."""
        page = self.dynamo.query_page(
            TableName=self.table,
            IndexName="due",
            KeyConditionExpression="due_shard = :due AND due <= :now",
            ExpressionAttributeValues={":due": {"S": DUE_INGEST}, ":now": {"N": str(milliseconds(now))}},
            Limit=limit,
        )
        keys = [Key.of(item).item for item in page["Items"]]
        gates = map(_gate, self.dynamo.get_many(self.table, keys) if keys else ())
        return (each for each in gates if each.due is not None and each.due <= now)

    def delete(self, source_id: str) -> None:
        self.dynamo.delete(TableName=self.table, Key=INGEST_GATE.key(source_id=source_id).item)

    def _forget_counts(self, source_id: str, now: datetime) -> None:
        """Remove the counts of minutes and days that are over."""
        item = self.dynamo.get(self.table, INGEST_GATE.key(source_id=source_id).item) or {}
        minutes = {_minute(each, name) for each in (now, now - _MINUTE) for name in (_REQUESTS, _WRONG)}
        kept = {*minutes, _day(now)}
        old = [name for name in item if name[:1] in _COUNTS and name[1:].isdecimal() and name not in kept]
        if old:
            names = {f"#{index}": name for index, name in enumerate(old[:100])}
            self._change(source_id, "REMOVE " + ", ".join(names), "attribute_exists(pk)", names, {})

    def _change(
        self, source_id: str, expression: str, condition: str, names: dict[str, str], values: dict[str, Item]
    ) -> None:
        """Change the gate if the condition holds; else leave it."""
        request = {
            "TableName": self.table,
            "Key": INGEST_GATE.key(source_id=source_id).item,
            "UpdateExpression": expression,
            "ConditionExpression": condition,
            **({"ExpressionAttributeNames": names} if names else {}),
            **({"ExpressionAttributeValues": values} if values else {}),
        }
        try:
            self.dynamo.update(**request)
        except ConditionFailed:
            return


def _gate(item: Item) -> Gate:
    return Gate(
        INGEST_GATE.parts(Key.of(item))["source_id"],
        item["job"]["S"] if "job" in item else None,
        int(item.get("total", {"N": "0"})["N"]),
        instant(int(item["due"]["N"])) if "due" in item else None,
        tuple(each["S"] for each in item["recent"]["L"]) if "recent" in item else (),
        item.get("envelope", {"S": ""})["S"],
    )


def _minute(now: datetime, name: str = _REQUESTS) -> str:
    return f"{name}{int(now.timestamp()) // 60}"


def _day(now: datetime) -> str:
    return f"{_RECORDS}{int(now.timestamp()) // 86_400}"


def _too_many_requests(now: datetime, most: int) -> TooMany:
    return _too_many(now, _MINUTE, f"This source may send {most:,} requests a minute.")


def _too_many_records(now: datetime, most: int) -> TooMany:
    return _too_many(now, _DAY, f"This source may send {most:,} records a day (UTC).")


def _too_many(now: datetime, length: timedelta, words: str) -> TooMany:
    seconds = int(length.total_seconds()) - int(now.timestamp()) % int(length.total_seconds())
    return TooMany(words, retry_after=timedelta(seconds=seconds))
