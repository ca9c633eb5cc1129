"""Remembers for a day what a request with an idempotency key created, so that the same request creates it once."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.dynamo import Dynamo, Item, Write
from chalicelib.foundation.errors import Conflict
from chalicelib.tables.keys import IDEMPOTENCY_KEY

LIFE = timedelta(hours=24)


class KeyUsed(Conflict):
    """An idempotency key was used before, and what the request then created is not what this one asks for."""


@dataclass(frozen=True)
class IdempotencyKeys:
    """The keys of all people, in the jobs table. By hand, since PynamoDB loads slowly."""

    dynamo: Dynamo
    table: str
    clock: Clock

    def find(self, owner: str, key: str, request_hash: str) -> str | None:
        """The id of what the request created; None if the key was not used during the last day.

        Raises:
            KeyUsed: the key was used for a different request.
        """
        item = self.dynamo.get(self.table, _key(owner, key))
        if item is None or int(item["ttl"]["N"]) <= self.clock.now().timestamp():
            return None
        if item["asked"]["S"] != request_hash:
            raise KeyUsed("This idempotency key was already used for a different request. Use a new key.")
        return str(item["job_id"]["S"])

    def write(self, owner: str, key: str, request_hash: str, created_id: str) -> Write:
        """The write that remembers the id, if the key is not in use; for the transaction that creates it."""
        now = int(self.clock.now().timestamp())
        ttl = {"N": str(now + int(LIFE.total_seconds()))}
        return {
            "Put": {
                "TableName": self.table,
                "Item": {**_key(owner, key), "job_id": {"S": created_id}, "asked": {"S": request_hash}, "ttl": ttl},
                "ConditionExpression": "attribute_not_exists(pk) OR #ttl <= :now",
                "ExpressionAttributeNames": {"#ttl": "ttl"},
                "ExpressionAttributeValues": {":now": {"N": str(now)}},
            }
        }


def _key(owner: str, key: str) -> Item:
    return IDEMPOTENCY_KEY.key(hashed=hashlib.sha256("\x1f".join((owner, key)).encode()).hexdigest()).item
