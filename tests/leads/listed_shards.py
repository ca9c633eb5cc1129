"""The promise that whoever reads all leads of an organization by its listed shards misses none."""

from collections.abc import Iterable
from typing import Any

from chalicelib.foundation.dynamo import Item
from chalicelib.tables.item_kind import Key
from chalicelib.tables.keys import LEAD, LEAD_SHARDS


def items_of(client: Any, table: str) -> list[Item]:
    """Everything in a table."""
    tables = getattr(client, "tables", None)  # of a fake, which has no scan
    return list(client.scan(TableName=table)["Items"] if tables is None else tables[table].items.values())


def lead_items(items: Iterable[Item]) -> list[Item]:
    """Those of identities, of all that is in the leads table."""
    return [item for item in items if LEAD.matches(Key.of(item))]


def check_shards_are_listed(items: Iterable[Item]) -> None:
    """Every item of an identity is in a shard that its organization lists."""
    listed, used = set[tuple[str, int]](), set[tuple[str, int]]()
    for item in items:
        key = Key.of(item)
        if LEAD_SHARDS.matches(key):
            organization = LEAD_SHARDS.parts(key)["organization"]
            listed |= {(organization, int(number)) for number in item["shards"]["NS"]}
        elif LEAD.matches(key):
            parts = LEAD.parts(key)
            used.add((parts["organization"], int(parts["shard"])))
    assert used <= listed
