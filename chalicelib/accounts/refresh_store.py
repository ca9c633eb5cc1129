"""The store of refreshes, in the jobs table: a refresh that is due is in the index `due`, in a partition of its own.

By hand, since PynamoDB loads slowly and every run of the schedule asks what is due. While nothing is, that is one
query, and nothing is written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.accounts.refresh import DEFAULT, Interval, Refresh
from chalicelib.foundation.clock import Clock, instant, milliseconds
from chalicelib.foundation.dynamo import ConditionFailed, Dynamo, Item, TransactionCanceled, Write
from chalicelib.foundation.lost_responses import retry_lost
from chalicelib.tables.keys import DUE_REFRESHES, REFRESH, Key


@dataclass(frozen=True)
class RefreshStore:
    """Reads and writes refreshes. Every method that sends a request may raise `ResponseLost`.

    Every write but `start_write` and `stop_write` expects the refresh as it was read; its condition fails if anything
    has changed it since.
    """

    dynamo: Dynamo
    table: str
    clock: Clock

    # ── reading

    def get(self, owner: str, connection_id: str) -> Refresh:
        """The refresh of a connection; off if nothing is stored."""
        item = self.dynamo.get(self.table, REFRESH.key(owner=owner, connection_id=connection_id).item)
        return Refresh(owner, connection_id) if item is None else _to_refresh(item)

    def of_owner(self, owner: str) -> dict[str, Refresh]:
        """What is stored of a person's refreshes, by the ids of the connections."""
        return {each.connection_id: each for each in map(_to_refresh, self._query(owner))}

    def due(self, now: datetime, *, limit: int) -> list[Refresh]:
        """Those that are due, the longest due first. The index may be stale, so they are read again."""
        page = self.dynamo.query_page(
            TableName=self.table,
            IndexName="due",
            KeyConditionExpression="due_shard = :due AND due <= :now",
            ExpressionAttributeValues={":due": {"S": DUE_REFRESHES}, ":now": {"N": str(milliseconds(now))}},
            Limit=limit,
        )
        keys = [Key.of(item).item for item in page["Items"]]
        known = map(_to_refresh, self.dynamo.get_many(self.table, keys) if keys else ())
        return sorted((each for each in known if each.due is not None and each.due <= now), key=_due)

    # ── writing

    def start_write(self, owner: str, connection_id: str) -> Write:
        """The write with which an account that is new begins to be imported again, after its first full listing."""
        now = self.clock.now()
        fresh = Refresh(owner, connection_id, DEFAULT, full_at=now)
        return _update(self.table, replace(fresh, due=fresh.next_slot(now)), condition=None)

    def choose_write(self, seen: Refresh, interval: Interval) -> Write:
        """The write of a person's choice."""
        chosen = replace(seen, interval=interval, due=None, failures=0)
        if interval is not Interval.OFF:
            chosen = replace(chosen, due=chosen.next_slot(self._after(seen)))
        return self.put_write(seen, chosen)

    def resume_writes(self, seen: Refresh) -> list[Write]:
        """The writes with which an account that is connected again is due again; none if it is off."""
        return [] if seen.interval is Interval.OFF else [self.choose_write(seen, seen.interval)]

    def put_write(self, seen: Refresh, now: Refresh) -> Write:
        """The write of the next state."""
        return _update(self.table, now, condition=seen)

    def put(self, seen: Refresh, now: Refresh) -> bool:
        """Send `put_write` on its own. False if the refresh has changed since it was read."""
        write = self.put_write(seen, now)
        try:
            retry_lost(lambda: self.dynamo.update(**write["Update"]))
        except ConditionFailed:
            return False
        return True

    def commit(self, writes: Sequence[Write]) -> bool:
        """Send writes of a refresh with others. False if the condition of one of them failed."""
        try:
            self.dynamo.commit(list(writes))
        except TransactionCanceled as refused:
            if not refused.by_others:
                raise
            return False
        return True

    def off_writes(self, owner: str, connection_id: str) -> list[Write]:
        """The writes that turn it off; none if it is."""
        seen = self.get(owner, connection_id)
        return [] if seen.interval is Interval.OFF else [self.choose_write(seen, Interval.OFF)]

    def stop_write(self, owner: str, connection_id: str) -> Write:
        """The write that deletes it, for an account that is being disconnected."""
        return {"Delete": {"TableName": self.table, "Key": REFRESH.key(owner=owner, connection_id=connection_id).item}}

    def erase(self, owner: str) -> None:
        """Delete all of a person's refreshes. May be repeated."""
        self.dynamo.delete_many(self.table, [Key.of(item).item for item in self._query(owner)])

    def _after(self, seen: Refresh) -> datetime:
        """What the next due instant comes after: schedulers whose clocks are ahead may have settled one already."""
        now = self.clock.now()
        return now if seen.last_at is None else max(now, seen.last_at)

    def _query(self, owner: str) -> Iterator[Item]:
        return self.dynamo.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={
                ":pk": {"S": REFRESH.partition(owner=owner)},
                ":prefix": {"S": REFRESH.sk_prefix()},
            },
            ConsistentRead=True,
        )


def _due(refresh: Refresh) -> datetime:
    assert refresh.due is not None  # noqa: S101 # only those that are due are sorted
    return refresh.due


def _to_refresh(item: Item) -> Refresh:
    parts = REFRESH.parts(Key.of(item))
    return Refresh(
        parts["owner"],
        parts["connection_id"],
        Interval(item["interval"]["S"]),
        due=_instant(item, "due"),
        rev=int(item["rev"]["N"]),
        last_at=_instant(item, "last_at"),
        full_at=_instant(item, "full_at"),
        failures=int(item.get("failures", {}).get("N", 0)),
    )


def _update(table: str, refresh: Refresh, *, condition: Refresh | None) -> Write:
    """The write of this state.

    Args:
        condition: as it was read; None to write it whatever is stored.
    """
    values: dict[str, Any] = {
        "interval": {"S": refresh.interval.value},
        "due_shard": None if refresh.due is None else {"S": DUE_REFRESHES},
        "due": _number(refresh.due),
        "last_at": _number(refresh.last_at),
        "full_at": _number(refresh.full_at),
        "failures": {"N": str(refresh.failures)} if refresh.failures else None,
    }
    kept = {name: value for name, value in values.items() if value is not None}
    gone = [f"#{name}" for name in values if name not in kept]
    clauses = ["SET " + ", ".join(f"#{name} = :{name}" for name in kept), "ADD #rev :one"]
    request: dict[str, Any] = {
        "TableName": table,
        "Key": REFRESH.key(owner=refresh.owner, connection_id=refresh.connection_id).item,
        "UpdateExpression": " ".join([*clauses, *(["REMOVE " + ", ".join(gone)] if gone else [])]),
        "ExpressionAttributeNames": {f"#{name}": name for name in (*values, "rev")},
        "ExpressionAttributeValues": {
            ":one": {"N": "1"},
            **{f":{name}": value for name, value in kept.items()},
        },
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    if condition is not None and condition.rev:
        request["ConditionExpression"] = "#rev = :rev"
        request["ExpressionAttributeValues"][":rev"] = {"N": str(condition.rev)}
    elif condition is not None:
        request["ConditionExpression"] = "attribute_not_exists(#rev)"
    return {"Update": request}


def _instant(item: Item, name: str) -> datetime | None:
    return instant(int(item[name]["N"])) if name in item else None


def _number(at: datetime | None) -> Item | None:
    return None if at is None else {"N": str(milliseconds(at))}
