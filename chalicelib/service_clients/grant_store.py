"""The store of grants, in the people table: one item for each client that a person allows something."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.foundation.clock import instant, milliseconds
from chalicelib.foundation.dynamo import Dynamo, Item, Write
from chalicelib.foundation.scopes import scopes_named
from chalicelib.service_clients.grant import Grant
from chalicelib.tables.keys import GRANT, Key


@dataclass(frozen=True)
class GrantStore:
    """Every method may raise `ResponseLost`."""

    dynamo: Dynamo
    table: str  #: the people table

    def find(self, owner: str, client: str) -> Grant | None:
        item = self.dynamo.get(self.table, GRANT.key(owner=owner, client=client).item)
        return None if item is None else _to_grant(item)

    def of_person(self, owner: str) -> Sequence[Grant]:
        """All grants of a person, by client."""
        return [_to_grant(item) for item in self._items(owner)]

    def put(self, owner: str, grant: Grant, noted: Sequence[Write]) -> None:
        """Store a grant together with the writes that note it."""
        key = GRANT.key(owner=owner, client=grant.client)
        scopes, granted_at = " ".join(sorted(grant.scopes)), str(milliseconds(grant.granted_at))
        item = {**key.item, "scopes": {"S": scopes}, "granted_at": {"N": granted_at}}
        self.dynamo.commit([{"Put": {"TableName": self.table, "Item": item}}, *noted])

    def delete(self, owner: str, client: str, noted: Sequence[Write]) -> None:
        """Delete a grant together with the writes that note it. May be repeated."""
        key = GRANT.key(owner=owner, client=client)
        self.dynamo.commit([{"Delete": {"TableName": self.table, "Key": key.item}}, *noted])

    def forget(self, owner: str) -> None:
        """Delete all grants of a person. May be repeated."""
        self.dynamo.delete_many(self.table, [Key.of(item).item for item in self._items(owner)])

    def _items(self, owner: str) -> Sequence[Item]:
        request = {
            "TableName": self.table,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
            "ExpressionAttributeValues": {
                ":pk": {"S": GRANT.partition(owner=owner)},
                ":prefix": {"S": GRANT.sk_prefix()},
            },
            "ConsistentRead": True,
        }
        return list(self.dynamo.query(**request))


def _to_grant(item: Item) -> Grant:
    client = GRANT.parts(Key.of(item))["client"]
    return Grant(client, scopes_named(item["scopes"]["S"].split()), instant(int(item["granted_at"]["N"])))
