"""The store of grants, in the people table: one item for each client that a person allows something."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.foundation.clock import instant, milliseconds
from chalicelib.foundation.dynamo import Dynamo, Item, Write
from chalicelib.foundation.ids import id_of
from chalicelib.foundation.scopes import scopes_named
from chalicelib.service_clients.grant import Grant
from chalicelib.tables.keys import GRANT, Key


@dataclass(frozen=True)
class GrantStore:
    """Every method may raise `ResponseLost`."""

    dynamo: Dynamo
    table: str  #: the people table

    def find(self, owner: str, client: str) -> Grant | None:
        item = self.dynamo.get(self.table, _key(owner, client))
        return None if item is None else _to_grant(item)

    def of_person(self, owner: str) -> Sequence[Grant]:
        """All grants of a person, by client."""
        return sorted(map(_to_grant, self._items(owner)), key=lambda grant: grant.client)

    def put(self, owner: str, grant: Grant, noted: Sequence[Write]) -> None:
        """Store a grant together with the writes that note it."""
        item = {
            **_key(owner, grant.client),
            "client": {"S": grant.client},
            "scopes": {"S": " ".join(sorted(grant.scopes))},
            "granted_at": {"N": str(milliseconds(grant.granted_at))},
        }
        self.dynamo.commit([{"Put": {"TableName": self.table, "Item": item}}, *noted])

    def delete(self, owner: str, client: str, noted: Sequence[Write]) -> None:
        """Delete a grant together with the writes that note it. May be repeated."""
        self.dynamo.commit([{"Delete": {"TableName": self.table, "Key": _key(owner, client)}}, *noted])

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


def _key(owner: str, client: str) -> Item:
    return GRANT.key(owner=owner, hashed=id_of(client)).item


def _to_grant(item: Item) -> Grant:
    return Grant(item["client"]["S"], scopes_named(item["scopes"]["S"].split()), instant(int(item["granted_at"]["N"])))
