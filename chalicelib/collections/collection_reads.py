"""CollectionReads: what all stores of collections share, from finding one to permissions and transactions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chalicelib.collections.collection import Collection, Role, editable, owned, readable
from chalicelib.collections.collection_rows import collection_key, to_collection
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.dynamo import Dynamo, Item, Write
from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.lost_responses import retry_lost
from chalicelib.tables.item_kind import ItemKind

TRIES = 5  # of a change to a collection that others change at the same time


@dataclass(frozen=True)
class CollectionReads:
    """Reads collections and checks what a person may do with them."""

    dynamo: Dynamo
    table: str
    clock: Clock

    def find(self, collection_id: str) -> Collection | None:
        """The collection, whoever asks; None if there is none."""
        item = self.dynamo.get(self.table, collection_key(collection_id))
        return None if item is None else to_collection(item)

    def for_reader(self, person: str, collection_id: str) -> Collection:
        """Raises NotFound: it is missing, or not shared with this person."""
        return readable(self.find(collection_id), person)

    def for_editor(self, person: str, collection_id: str) -> Collection:
        """Raises NotFound as `for_reader`, and NotAllowed for a viewer."""
        return editable(self.find(collection_id), person)

    def for_owner(self, person: str, collection_id: str) -> Collection:
        """Raises NotFound as `for_reader`, and NotAllowed for everyone but the owner."""
        return owned(self.find(collection_id), person)

    def role_of(self, person: str, collection_id: str) -> Role | None:
        known = self.find(collection_id)
        return None if known is None else known.role_of(person)

    def may_edit(self, person: str, collection_id: str) -> bool:
        role = self.role_of(person, collection_id)
        return role is not None and role.may_edit

    def _query(self, kind: ItemKind, **parts: str) -> Iterator[Item]:
        """All items of a kind whose keys have these parts, in the order of their keys."""
        return self.dynamo.query(**self._query_request(kind, **parts))

    def _query_request(self, kind: ItemKind, **parts: str) -> dict[str, Any]:
        pk, prefix = kind.partition(**parts), kind.sk_prefix(**parts)
        return {
            "TableName": self.table,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
            "ExpressionAttributeValues": {":pk": {"S": pk}, ":prefix": {"S": prefix}},
            "ConsistentRead": True,
        }

    def _land(self, *actions: Write) -> None:
        """Write all of these or none. If the response is lost, the token makes a retry the same transaction."""
        token = fresh_id()
        retry_lost(lambda: self.dynamo.transact(actions, token=token))


def busy() -> Conflict:
    return Conflict("Too many concurrent changes to this collection. Try again in a second.")
