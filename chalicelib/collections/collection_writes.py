"""The actions on collections, each with the condition it depends on."""

from collections.abc import Collection as Several
from typing import Any

from chalicelib.collections.collection import Collection
from chalicelib.collections.collection_rows import collection_key, link_key, to_item
from chalicelib.collections.member_rows import block_key
from chalicelib.foundation.dynamo import Item, Write

_STRANGER = "NOT contains(editors, :person) AND NOT contains(viewers, :person)"


def put_new(table: str, new: Collection) -> Write:
    return {"Put": {"TableName": table, "Item": to_item(new), "ConditionExpression": "attribute_not_exists(pk)"}}


def put_changed(table: str, changed: Collection) -> Write:
    """The next version of a collection; refused when it changed since `changed.version` was read, or is gone."""
    return {"Put": {"TableName": table, "Item": {**to_item(changed), **_next(changed)}, **_unchanged(changed)}}


def delete(table: str, seen: Collection) -> Write:
    return {"Delete": {"TableName": table, "Key": collection_key(seen.collection_id), **_unchanged(seen)}}


def put_link(table: str, person: str, collection_id: str) -> Write:
    return {"Put": {"TableName": table, "Item": link_key(person, collection_id)}}


def delete_link(table: str, person: str, collection_id: str) -> Write:
    return {"Delete": {"TableName": table, "Key": link_key(person, collection_id)}}


def check_editor(table: str, person: str, collection_id: str) -> Write:
    """Refused when this person may not, or no longer, change the members; also when the collection is gone."""
    return _check(table, collection_id, "contains(editors, :person)", person)


def check_stranger(table: str, person: str, collection_id: str) -> Write:
    """Refused when this person is in the collection, again perhaps."""
    return _check(table, collection_id, _STRANGER, person)


def put_block(table: str, block: Item) -> Write:
    return {"Put": {"TableName": table, "Item": block}}


def extend_block(table: str, collection_id: str, block: str, contact_ids: Several[str]) -> Write:
    """Refused when the block is gone."""
    return {"Update": _changed(table, collection_id, block, "ADD", contact_ids)}


def shrink_block(table: str, collection_id: str, block: str, contact_ids: Several[str]) -> Write:
    """Likewise."""
    return {"Update": _changed(table, collection_id, block, "DELETE", contact_ids)}


def empty_block(table: str, collection_id: str, block: str) -> Any:
    """The deletion of a block that holds nobody any more; refused when it does."""
    key = block_key(collection_id, block)
    return {"TableName": table, "Key": key, "ConditionExpression": "attribute_not_exists(ids)"}


def _changed(table: str, collection_id: str, block: str, change: str, contact_ids: Several[str]) -> dict[str, Any]:
    return {
        "TableName": table,
        "Key": block_key(collection_id, block),
        "UpdateExpression": f"{change} ids :ids",
        "ConditionExpression": "attribute_exists(pk)",
        "ExpressionAttributeValues": {":ids": {"SS": sorted(set(contact_ids))}},
    }


def _check(table: str, collection_id: str, condition: str, person: str) -> Write:
    return {
        "ConditionCheck": {
            "TableName": table,
            "Key": collection_key(collection_id),
            "ConditionExpression": condition,
            "ExpressionAttributeValues": {":person": {"S": person}},
        }
    }


def _next(collection: Collection) -> Item:
    return {"version": {"N": str(collection.version + 1)}}


def _unchanged(seen: Collection) -> dict[str, Any]:
    return {
        "ConditionExpression": "version = :version",
        "ExpressionAttributeValues": {":version": {"N": str(seen.version)}},
    }
