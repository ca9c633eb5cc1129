"""The base of the collection stores: finding collections, checking permissions, running transactions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chalicelib.collections.collection import Collection, Role, check_editor, check_owner, check_reader
from chalicelib.collections.collection_rows import collection_key, to_collection
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.dynamo import Dynamo, Item, Write
from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.lost_responses import retry_lost
from chalicelib.tables.item_kind import ItemKind

TRIES = 5  # of a change that conflicts with concurrent changes


@dataclass(frozen=True)
class CollectionReads:
    """Reads collections and checks permissions."""

    dynamo: Dynamo
    table: str
    clock: Clock

    def find(self, collection_id: str) -> Collection | None:
        """The collection; None if it does not exist. Checks no permission."""
        item = self.dynamo.get(self.table, collection_key(collection_id))
        return None if item is None else to_collection(item)

    def for_reader(self, person: str, collection_id: str) -> Collection:
        """The collection, for a person it is shared with.

        Raises:
            NotFound: it is missing, or not shared with this person.
        """
        return check_reader(self.find(collection_id), person)

    def for_editor(self, person: str, collection_id: str) -> Collection:
        """The collection, for an editor.

        Raises:
            NotFound: as `for_reader`.
            NotAllowed: this person is a viewer.
        """
        return check_editor(self.find(collection_id), person)

    def for_owner(self, person: str, collection_id: str) -> Collection:
        """The collection, for its owner.

        Raises:
            NotFound: as `for_reader`.
            NotAllowed: this person is not the owner.
        """
        return check_owner(self.find(collection_id), person)

    def role_of(self, person: str, collection_id: str) -> Role | None:
        """The person's role; None if the collection is missing or not shared with them."""
        known = self.find(collection_id)
        return None if known is None else known.role_of(person)

    def may_edit(self, person: str, collection_id: str) -> bool:
        role = self.role_of(person, collection_id)
        return role is not None and role.may_edit

    def _query(self, kind: ItemKind, **parts: str) -> Iterator[Item]:
        """All items of a kind whose keys have these parts, in key order."""
        return self.dynamo.query(**self._query_request(kind, **parts))

    def _query_request(self, kind: ItemKind, **parts: str) -> dict[str, Any]:
        pk, prefix = kind.partition(**parts), kind.sk_prefix(**parts)
        return {
            "TableName": self.table,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
            "ExpressionAttributeValues": {":pk": {"S": pk}, ":prefix": {"S": prefix}},
            "ConsistentRead": True,
        }

    def _transact(self, *actions: Write) -> None:
        """Runs one transaction; the token makes it safe to send it again if the response is lost."""
        token = fresh_id()
        retry_lost(lambda: self.dynamo.transact(actions, token=token))


def too_many_changes() -> Conflict:
    """The error after `TRIES` conflicts."""
    return Conflict("Too many concurrent changes to this collection. Try again in a second.")
