"""The store of endpoints, in the jobs table; one that has something to send is in the index `due`.

By hand, since PynamoDB loads slowly and every run of the schedule asks what is due. While nothing is, that is one
query, and nothing is written. Every write expects the endpoint as it was read.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.events.endpoint import DisabledReason, Endpoint, EndpointState, SealedSecret
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.dynamo import Dynamo, Item, TransactionCanceled, Write
from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.foundation.repeat_change import repeat_change
from chalicelib.tables.keys import BOOK, DUE_ENDPOINTS, ENDPOINT, WANTED_EVENTS, Key


@dataclass(frozen=True)
class EndpointStore:
    """Reads and writes endpoints. Every method that sends a request may raise `ResponseLost`."""

    dynamo: Dynamo
    table: str
    clock: Clock

    # ── reading

    def find(self, owner: str, endpoint_id: str) -> Endpoint | None:
        item = self.dynamo.get(self.table, ENDPOINT.key(owner=owner, endpoint_id=endpoint_id).item)
        return None if item is None else _to_endpoint(item)

    def get(self, owner: str, endpoint_id: str) -> Endpoint:
        """Raises NotFound if this owner has no such endpoint."""
        found = self.find(owner, endpoint_id)
        if found is None:
            raise NotFound("Endpoint not found.")
        return found

    def of_owner(self, owner: str) -> list[Endpoint]:
        """All endpoints of an owner, the oldest first."""
        items = self.dynamo.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={
                ":pk": {"S": ENDPOINT.partition(owner=owner)},
                ":prefix": {"S": ENDPOINT.sk_prefix()},
            },
            ConsistentRead=True,
        )
        return sorted(map(_to_endpoint, items), key=lambda each: (each.created_at, each.endpoint_id))

    def due(self, now: datetime, *, limit: int) -> list[Endpoint]:
        """Those with something to send, the longest due first. The index may be stale, so they are read again."""
        page = self.dynamo.query_page(
            TableName=self.table,
            IndexName="due",
            KeyConditionExpression="due_shard = :due AND due <= :now",
            ExpressionAttributeValues={":due": {"S": DUE_ENDPOINTS}, ":now": {"N": str(milliseconds(now))}},
            Limit=limit,
        )
        keys = [Key.of(item).item for item in page["Items"]]
        known = map(_to_endpoint, self.dynamo.get_many(self.table, keys) if keys else ())
        return sorted((each for each in known if is_due(each, milliseconds(now))), key=lambda each: each.due or 0)

    # ── writing

    def put_write(self, seen: Endpoint, now: Endpoint) -> Write:
        """The write of the next state, if the endpoint is as it was seen."""
        return {"Put": self._put(replace(now, rev=seen.rev + 1), expected=seen.rev)}

    def wanted_write(self, endpoint: Endpoint) -> Write:
        """The write that says which events are written for the endpoint from now on."""
        return self._wanted_write(endpoint, endpoint.wanted)

    def add(self, endpoint: Endpoint) -> bool:
        """Store a new endpoint. False if its owner is being erased."""
        not_erasing = {
            "TableName": self.table,
            "Key": BOOK.key(owner=endpoint.owner).item,
            "ConditionExpression": "attribute_not_exists(erasing)",
        }
        return self._commit(
            [
                {"Put": self._put(replace(endpoint, rev=1), expected=0)},
                self.wanted_write(endpoint),
                {"ConditionCheck": not_erasing},
            ]
        )

    def change(
        self,
        owner: str,
        endpoint_id: str,
        change: Callable[[Endpoint], Endpoint],
        extra_writes: Callable[[Endpoint], Sequence[Write]] = lambda _: (),
        *,
        always: bool = False,
    ) -> Endpoint:
        """Change an endpoint, whatever else changes it.

        Args:
            change: returns the next state; called again if another change was faster.
            extra_writes: returns further writes of the same transaction, of that state.
            always: whether to write even if nothing changes, so that a job that is about to end looks again.

        Raises:
            NotFound: there is no such endpoint.
            TooMany: others kept changing it.
        """

        def attempt() -> Endpoint | None:
            seen = self.get(owner, endpoint_id)
            now = change(seen)
            if now == seen and not always:
                return seen
            writes = [self.put_write(seen, now)]
            if now.wanted != seen.wanted:
                writes.append(self.wanted_write(now))
            return replace(now, rev=seen.rev + 1) if self._commit([*writes, *extra_writes(now)]) else None

        return repeat_change(self.clock, attempt)

    def delete(self, endpoint: Endpoint) -> None:
        """Delete an endpoint, whatever it is by now. May be repeated."""
        key = ENDPOINT.key(owner=endpoint.owner, endpoint_id=endpoint.endpoint_id).item
        delete: Write = {"Delete": {"TableName": self.table, "Key": key}}
        self.dynamo.commit([delete, self._wanted_write(endpoint, frozenset())])

    def forget(self, owner: str) -> None:
        """Delete all endpoints of an owner. May be repeated."""
        keys = [ENDPOINT.key(owner=owner, endpoint_id=each.endpoint_id).item for each in self.of_owner(owner)]
        self.dynamo.delete_many(self.table, [*keys, WANTED_EVENTS.key(owner=owner).item])

    def _wanted_write(self, endpoint: Endpoint, types: frozenset[str]) -> Write:
        request: dict[str, Any] = {
            "TableName": self.table,
            "Key": WANTED_EVENTS.key(owner=endpoint.owner).item,
            "UpdateExpression": "SET #endpoint = :types" if types else "REMOVE #endpoint",
            "ExpressionAttributeNames": {"#endpoint": endpoint.endpoint_id},
        }
        if types:
            request["ExpressionAttributeValues"] = {":types": {"SS": sorted(types)}}
        return {"Update": request}

    def _commit(self, writes: Sequence[Write]) -> bool:
        try:
            self.dynamo.commit(writes)
        except TransactionCanceled as refused:
            if not refused.by_others:
                raise
            return False
        return True

    def _put(self, endpoint: Endpoint, *, expected: int) -> dict[str, Any]:
        request: dict[str, Any] = {"TableName": self.table, "Item": _to_item(endpoint)}
        request["ConditionExpression"] = "#rev = :rev" if expected else "attribute_not_exists(#rev)"
        request["ExpressionAttributeNames"] = {"#rev": "rev"}
        if expected:
            request["ExpressionAttributeValues"] = {":rev": {"N": str(expected)}}
        return request


def is_due(endpoint: Endpoint, now: int) -> bool:
    """Whether something is to be sent to the endpoint now."""
    return endpoint.state is EndpointState.ACTIVE and endpoint.due is not None and endpoint.due <= now


_PLAIN = ("url", "is_full", "description", "created_at", "failing_since", "not_before", "job", "replay")


def _to_item(endpoint: Endpoint) -> Item:
    stored = {name: getattr(endpoint, name) for name in _PLAIN}
    stored["types"] = sorted(endpoint.types)
    stored["secrets"] = [[b64encode(each.sealed).decode(), each.until] for each in endpoint.secrets]
    item: Item = {
        **ENDPOINT.key(owner=endpoint.owner, endpoint_id=endpoint.endpoint_id).item,
        "rev": {"N": str(endpoint.rev)},
        "state": {"S": endpoint.state.value},
        "endpoint": {"S": encode_json(stored)},
    }
    if endpoint.disabled_because is not None:
        item["disabled_because"] = {"S": endpoint.disabled_because.value}
    if endpoint.due is not None:
        item["due"] = {"N": str(endpoint.due)}
        if endpoint.state is EndpointState.ACTIVE:  # else it is not to be found
            item["due_shard"] = {"S": DUE_ENDPOINTS}
    return item


def _to_endpoint(item: Item) -> Endpoint:
    key = ENDPOINT.parts(Key.of(item))
    stored: dict[str, Any] = decode_json(item["endpoint"]["S"])
    stored["replay"] = None if stored["replay"] is None else tuple(stored["replay"])
    secrets = tuple(SealedSecret(b64decode(sealed), until) for sealed, until in stored.pop("secrets"))
    because = item.get("disabled_because", {}).get("S")
    return Endpoint(
        owner=key["owner"],
        endpoint_id=key["endpoint_id"],
        types=frozenset(stored.pop("types")),
        secrets=secrets,
        rev=int(item["rev"]["N"]),
        state=EndpointState(item["state"]["S"]),
        disabled_because=None if because is None else DisabledReason(because),
        due=int(item["due"]["N"]) if "due" in item else None,
        **stored,
    )
