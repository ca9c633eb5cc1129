"""The outbox: events, written in the transaction that makes them true, until the room of events hands them out.

One item for each owner says which of their endpoints want which events. It is read when a job is created or ends, or
with a person's own edit, and never by a chunk; whoever has no endpoint that wants the event has nothing written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.dynamo import Dynamo, Item, Write
from chalicelib.foundation.fast_json import encode_json
from chalicelib.foundation.service_owners import SERVICE_OWNER
from chalicelib.jobs.events import NewEvent
from chalicelib.tables.keys import DUE_EVENTS, EVENT, WANTED_EVENTS, Key

TOGETHER = 10  # events of one item; handing them out is one transaction
LASTS = timedelta(days=30)  # of an event that nobody hands out

Wanted = Mapping[str, frozenset[str]]  # the types of events that each endpoint wants, by its id


@dataclass(frozen=True)
class Outbox:
    """Prepares the writes of events. Every method may raise `ResponseLost`: it reads who wants them."""

    dynamo: Dynamo
    table: str

    def writes(self, owner: str, events: Sequence[NewEvent], now: datetime) -> list[Write]:
        """The writes that tell of these events: one for the owner, one for the operators, or none; more for many.

        Args:
            owner: whose events they are: a person, an organization, or nobody.
        """
        if not events:
            return []
        is_for_operators = owner != SERVICE_OWNER and any(event.for_operators for event in events)
        holders = [owner, *([SERVICE_OWNER] if is_for_operators else [])]
        wanted = self._wanted(holders)
        made = []
        for holder in holders:
            suitable = [event for event in events if event.for_operators or holder != SERVICE_OWNER]
            made += self._writes_for(holder, wanted.get(holder, {}), suitable, now)
        return made

    def holders(self, owner: str) -> list[str]:
        """Those of the owner and the service whose endpoints want anything."""
        wanted = self._wanted(list(dict.fromkeys((owner, SERVICE_OWNER))))
        return [holder for holder, types in wanted.items() if types]

    def _writes_for(self, holder: str, wanted: Wanted, events: Sequence[NewEvent], now: datetime) -> list[Write]:
        told = [event for event in events if any(event.types & types for types in wanted.values())]
        if not told:
            return []
        return [self._write(holder, told[at : at + TOGETHER], now) for at in range(0, len(told), TOGETHER)]

    def _write(self, holder: str, events: Sequence[NewEvent], now: datetime) -> Write:
        at = milliseconds(now)
        listed = [{"id": event.event_id, "type": event.type, "data": dict(event.data)} for event in events]
        item: Item = {
            **EVENT.key(owner=holder, at=at, event_id=events[0].event_id).item,
            "events": {"S": encode_json(listed)},
            "due_shard": {"S": DUE_EVENTS},
            "due": {"N": str(at)},
            "ttl": {"N": str(int((now + LASTS).timestamp()))},
        }
        return {"Put": {"TableName": self.table, "Item": item}}

    def _wanted(self, holders: Sequence[str]) -> dict[str, Wanted]:
        """What the endpoints of these owners want, by owner."""
        keys = {WANTED_EVENTS.key(owner=holder): holder for holder in holders}
        if len(keys) == 1:
            found = self.dynamo.get(self.table, next(iter(keys)).item)
            items = [] if found is None else [found]
        else:
            items = list(self.dynamo.get_many(self.table, [key.item for key in keys]))
        return {keys[Key.of(item)]: to_wanted(item) for item in items}


def to_wanted(item: Item) -> Wanted:
    """What an item says that the endpoints of its owner want."""
    return {name: frozenset(value["SS"]) for name, value in item.items() if "SS" in value}
