"""Converts collections to items of the people table and back.

A person's link to a collection stays after they leave it while their contacts are members, so that erasing finds them.
"""

from chalicelib.collections.collection import Collection
from chalicelib.foundation.clock import instant, milliseconds
from chalicelib.foundation.dynamo import Item
from chalicelib.tables.keys import COLLECTION, COLLECTION_LINK, Key


def collection_key(collection_id: str) -> Item:
    return COLLECTION.key(collection_id=collection_id).item


def link_key(person: str, collection_id: str) -> Item:
    return COLLECTION_LINK.key(person=person, collection_id=collection_id).item


def to_item(collection: Collection) -> Item:
    item = {
        **collection_key(collection.collection_id),
        "name": {"S": collection.name},
        "owner": {"S": collection.owner},
        "editors": {"SS": sorted(collection.editors)},
        "version": {"N": str(collection.version)},
        "created_at": {"N": str(milliseconds(collection.created_at))},
        "updated_at": {"N": str(milliseconds(collection.updated_at))},
    }
    return {**item, "viewers": {"SS": sorted(collection.viewers)}} if collection.viewers else item


def to_collection(item: Item) -> Collection:
    return Collection(
        COLLECTION.parts(Key.of(item))["collection_id"],
        item["name"]["S"],
        item["owner"]["S"],
        frozenset(item["editors"]["SS"]),
        frozenset(item.get("viewers", {"SS": ()})["SS"]),
        int(item["version"]["N"]),
        instant(int(item["created_at"]["N"])),
        instant(int(item["updated_at"]["N"])),
    )
