"""Reads the outbox: events that are not handed out yet. `jobs/outbox.py` writes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.dynamo import Dynamo, Item, Write
from chalicelib.foundation.fast_json import decode_json
from chalicelib.foundation.json import Json
from chalicelib.jobs.events import CONTACT_TYPES
from chalicelib.tables.keys import DUE_EVENTS, EVENT, Key


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event of an item of the outbox."""

    event_id: str
    type: str
    data: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Happened:
    """Events that happened together: one item of the outbox."""

    owner: str
    #: In milliseconds since 1970.
    at: int
    events: tuple[StoredEvent, ...]
    key: Key

    @property
    def edit(self) -> StoredEvent | None:
        """The only event, if it is of contacts that a person changed by hand. Those of one type are told together."""
        only = self.events[0] if len(self.events) == 1 else None
        return only if only is not None and only.type in CONTACT_TYPES else None


@dataclass(frozen=True)
class EventStore:
    """Reads and deletes what the outbox holds. Every method may raise `ResponseLost`."""

    dynamo: Dynamo
    table: str

    def owners(self, now: datetime, *, limit: int) -> list[str]:
        """Owners with events that are not handed out, the longest waiting first. The index may be stale."""
        page = self.dynamo.query_page(
            TableName=self.table,
            IndexName="due",
            KeyConditionExpression="due_shard = :due AND due <= :now",
            ExpressionAttributeValues={":due": {"S": DUE_EVENTS}, ":now": {"N": str(milliseconds(now))}},
            Limit=limit,
        )
        return list(dict.fromkeys(EVENT.parts(Key.of(item))["owner"] for item in page["Items"]))

    def of_owner(self, owner: str, *, limit: int) -> list[Happened]:
        """What is not handed out of an owner's events, the oldest first."""
        return list(map(_to_happened, self._items(owner, Limit=limit)))

    def delete_write(self, happened: Happened) -> Write:
        """The write with which it is handed out; its condition fails if it was before."""
        return {
            "Delete": {
                "TableName": self.table,
                "Key": happened.key.item,
                "ConditionExpression": "attribute_exists(pk)",
            }
        }

    def forget(self, owner: str) -> None:
        """Delete all of an owner's events. May be repeated."""
        while items := self._items(owner, ProjectionExpression="pk, sk"):
            self.dynamo.delete_many(self.table, [Key.of(item).item for item in items])

    def _items(self, owner: str, **more: Any) -> Sequence[Item]:
        items: Sequence[Item] = self.dynamo.query_page(
            TableName=self.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": EVENT.partition(owner=owner)}},
            ConsistentRead=True,
            **more,
        )["Items"]
        return items


def _to_happened(item: Item) -> Happened:
    key = Key.of(item)
    parts = EVENT.parts(key)
    events = tuple(StoredEvent(each["id"], each["type"], each["data"]) for each in decode_json(item["events"]["S"]))
    return Happened(parts["owner"], int(parts["at"]), events, key)
