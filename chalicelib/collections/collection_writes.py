"""The conditional writes of collections and their members."""

from collections.abc import Collection as Several
from dataclasses import dataclass
from typing import Any

from chalicelib.collections.collection import Collection
from chalicelib.collections.collection_rows import collection_key, link_key, to_item
from chalicelib.collections.member_rows import block_key
from chalicelib.foundation.dynamo import Item, Write

_NOT_IN_IT = "NOT contains(editors, :person) AND NOT contains(viewers, :person)"


@dataclass(frozen=True)
class CollectionWrites:
    """Builds the writes of collections. `seen` is a collection as it was read."""

    #: The name of the table.
    table: str

    def put_new(self, new: Collection) -> Write:
        return self._put(to_item(new), ConditionExpression="attribute_not_exists(pk)")

    def put_changed(self, changed: Collection) -> Write:
        """The next version of a collection. Fails if it was changed since `changed.version` was read, or deleted."""
        item = {**to_item(changed), "version": {"N": str(changed.version + 1)}}
        return self._put(item, **_unchanged(changed))

    def delete(self, seen: Collection) -> Write:
        """Fails if the collection was changed since it was read."""
        return self._delete(collection_key(seen.collection_id), **_unchanged(seen))

    def put_link(self, person: str, collection_id: str) -> Write:
        return self._put(link_key(person, collection_id))

    def delete_link(self, person: str, collection_id: str) -> Write:
        return self._delete(link_key(person, collection_id))

    def check_editor(self, person: str, collection_id: str) -> Write:
        """Fails if this person may not, or no longer, change the members, or if the collection was deleted."""
        return self._check(collection_id, "contains(editors, :person)", person)

    def check_not_in_it(self, person: str, collection_id: str) -> Write:
        """Fails if this person is in the collection."""
        return self._check(collection_id, _NOT_IN_IT, person)

    def put_block(self, block: Item) -> Write:
        return self._put(block)

    def extend_block(self, collection_id: str, block: str, contact_ids: Several[str]) -> Write:
        """Add members to a block. Fails if the block was deleted."""
        return self._change_block(collection_id, block, "ADD", contact_ids)

    def shrink_block(self, collection_id: str, block: str, contact_ids: Several[str]) -> Write:
        """Remove members from a block. Fails if the block was deleted."""
        return self._change_block(collection_id, block, "DELETE", contact_ids)

    def delete_empty_block(self, collection_id: str, block: str) -> Write:
        """Fails if the block has members."""
        return self._delete(block_key(collection_id, block), ConditionExpression="attribute_not_exists(ids)")

    def _put(self, item: Item, **condition: Any) -> Write:
        return {"Put": {"TableName": self.table, "Item": item, **condition}}

    def _delete(self, key: Item, **condition: Any) -> Write:
        return {"Delete": {"TableName": self.table, "Key": key, **condition}}

    def _change_block(self, collection_id: str, block: str, change: str, contact_ids: Several[str]) -> Write:
        return {
            "Update": {
                "TableName": self.table,
                "Key": block_key(collection_id, block),
                "UpdateExpression": f"{change} ids :ids",
                "ConditionExpression": "attribute_exists(pk)",
                "ExpressionAttributeValues": {":ids": {"SS": sorted(set(contact_ids))}},
            }
        }

    def _check(self, collection_id: str, condition: str, person: str) -> Write:
        return {
            "ConditionCheck": {
                "TableName": self.table,
                "Key": collection_key(collection_id),
                "ConditionExpression": condition,
                "ExpressionAttributeValues": {":person": {"S": person}},
            }
        }


def _unchanged(seen: Collection) -> dict[str, Any]:
    return {
        "ConditionExpression": "version = :version",
        "ExpressionAttributeValues": {":version": {"N": str(seen.version)}},
    }
