"""The store of deliveries, in the jobs table: those that wait, and for 30 days those that are past."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from chalicelib.events.delivery import Attempt, Delivery, DeliveryState
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.dynamo import Dynamo, Item, TransactionCanceled, Write
from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.tables.item_kind import ItemKind
from chalicelib.tables.keys import PAST_DELIVERY, WAITING_DELIVERY, Key

LASTS = timedelta(days=30)  # after the last attempt


@dataclass(frozen=True)
class DeliveryStore:
    """Reads and writes deliveries. Every method that sends a request may raise `ResponseLost`."""

    dynamo: Dynamo
    table: str
    clock: Clock

    # ── reading

    def waiting(self, owner: str, endpoint_id: str, *, after: str = "", limit: int) -> list[Delivery]:
        """The first of those that wait, in the order in which the events happened.

        Args:
            after: the sort key of the one that they follow; "" for the beginning.
        """
        prefix = WAITING_DELIVERY.sk_prefix()
        page = self._page(owner, endpoint_id, after or prefix, f"{prefix}~", Limit=limit + 1)
        return [each for each in map(_to_delivery, page) if sort_key(each) != after][:limit]

    def past(self, owner: str, endpoint_id: str, *, after: str, before: str, limit: int) -> list[Delivery]:
        """Past deliveries with sort keys from `after` to `before`, both left out, the oldest first."""
        found = map(_to_delivery, self._page(owner, endpoint_id, after, before, Limit=limit + 2))
        return [each for each in found if after < sort_key(each) < before][:limit]

    def log(self, owner: str, endpoint_id: str, *, before: str, limit: int) -> list[Delivery]:
        """What was sent and what waits, the latest event first.

        Args:
            before: a position, as `position` makes it; "" for the beginning.
        """
        both: list[Delivery] = []
        for kind in (WAITING_DELIVERY, PAST_DELIVERY):
            prefix = kind.sk_prefix()
            page = self._page(
                owner, endpoint_id, prefix, f"{prefix}{before or '~'}", Limit=limit + 1, ScanIndexForward=False
            )
            both += [each for each in map(_to_delivery, page) if not before or position(each) < before]
        return sorted(both, key=position, reverse=True)[:limit]

    def get(self, owner: str, endpoint_id: str, event_id: str, at: int) -> Delivery:
        """One delivery of an event.

        Raises:
            NotFound: it was never sent to this endpoint, or that is long ago.
        """
        keys = [
            kind.key(owner=owner, endpoint_id=endpoint_id, at=at, event_id=event_id).item
            for kind in (WAITING_DELIVERY, PAST_DELIVERY)
        ]
        for item in self.dynamo.get_many(self.table, keys):
            return _to_delivery(item)
        raise NotFound("This event was not sent to the endpoint in the last 30 days.")

    # ── writing

    def put_write(self, delivery: Delivery) -> Write:
        """The write of a new delivery."""
        return {"Put": {"TableName": self.table, "Item": self._item(delivery)}}

    def update(self, seen: Delivery, now: Delivery) -> bool:
        """Write the next state. False if the delivery is not there any more as it was seen."""
        kept: Write = {"Put": {"TableName": self.table, "Item": self._item(now)}}
        if key_of(seen) == key_of(now):
            return self._commit([{"Put": {**kept["Put"], "ConditionExpression": "attribute_exists(pk)"}}])
        gone = {
            "TableName": self.table,
            "Key": key_of(seen).item,
            "ConditionExpression": "attribute_exists(pk)",
        }
        return self._commit([{"Delete": gone}, kept])

    def forget(self, owner: str, endpoint_id: str) -> None:
        """Delete all deliveries to an endpoint. May be repeated."""
        keys = [Key.of(item).item for item in self._all(owner, endpoint_id)]
        self.dynamo.delete_many(self.table, keys)

    def _commit(self, writes: Sequence[Write]) -> bool:
        try:
            self.dynamo.commit(writes)
        except TransactionCanceled as refused:
            if not refused.by_others:
                raise
            return False
        return True

    # ── items

    def _page(self, owner: str, endpoint_id: str, first: str, last: str, **more: Any) -> Sequence[Item]:
        items: Sequence[Item] = self.dynamo.query_page(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues={
                ":pk": {"S": WAITING_DELIVERY.partition(owner=owner, endpoint_id=endpoint_id)},
                ":first": {"S": first},
                ":last": {"S": last},
            },
            ConsistentRead=True,
            **more,
        )["Items"]
        return items

    def _all(self, owner: str, endpoint_id: str) -> Iterator[Item]:
        return self.dynamo.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": WAITING_DELIVERY.partition(owner=owner, endpoint_id=endpoint_id)}},
            ConsistentRead=True,
            ProjectionExpression="pk, sk",
        )

    def _item(self, delivery: Delivery) -> Item:
        kept = {name: value for name, value in asdict(delivery).items() if name not in _IN_KEY}
        if not delivery.was_accepted:
            del kept["was_accepted"]  # older versions cannot read it
        expires = milliseconds(self.clock.now()) // 1000 + round(LASTS.total_seconds())
        return {**key_of(delivery).item, "delivery": {"S": encode_json(kept)}, "ttl": {"N": str(expires)}}


_IN_KEY = ("owner", "endpoint_id", "event_id", "at")


def key_of(delivery: Delivery) -> Key:
    kind = _kind(delivery.state)
    return kind.key(owner=delivery.owner, endpoint_id=delivery.endpoint_id, at=delivery.at, event_id=delivery.event_id)


def sort_key(delivery: Delivery) -> str:
    return key_of(delivery).sk


def position(delivery: Delivery) -> str:
    """Text that sorts deliveries by the time of their events, whatever became of them."""
    return sort_key(delivery).removeprefix(_kind(delivery.state).sk_prefix())


def _kind(state: DeliveryState) -> ItemKind:
    return WAITING_DELIVERY if state is DeliveryState.WAITING else PAST_DELIVERY


def _to_delivery(item: Item) -> Delivery:
    key = Key.of(item)
    kind = WAITING_DELIVERY if WAITING_DELIVERY.matches(key) else PAST_DELIVERY
    parts = kind.parts(key)
    kept: dict[str, Any] = decode_json(item["delivery"]["S"])
    return Delivery(
        owner=parts["owner"],
        endpoint_id=parts["endpoint_id"],
        event_id=parts["event_id"],
        at=int(parts["at"]),
        state=DeliveryState(kept.pop("state")),
        attempts=tuple(Attempt(**each) for each in kept.pop("attempts")),
        batch=tuple(kept.pop("batch")),
        **kept,
    )
