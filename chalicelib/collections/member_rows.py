"""Converts members to items of the people table and back: blocks, each a set of contacts added together."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from chalicelib.collections.collection import Member
from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.dynamo import Item
from chalicelib.foundation.ids import id_of
from chalicelib.tables.keys import MEMBER_BLOCK, Key


def block_key(collection_id: str, block: str) -> Item:
    """The key of a block, given its sort key (`Member.block`)."""
    return Key(MEMBER_BLOCK.partition(collection_id=collection_id), block).item


def to_block(collection_id: str, adder: str, block: str, contact_ids: Sequence[str], now: datetime) -> Item:
    return {
        **MEMBER_BLOCK.key(collection_id=collection_id, hashed_adder=id_of(adder), block=block).item,
        "adder": {"S": adder},
        "ids": {"SS": sorted(set(contact_ids))},
        "added_at": {"N": str(milliseconds(now))},
    }


def members_in(blocks: Iterable[Item]) -> Iterator[Member]:
    """The members in these blocks; a contact in two blocks appears twice."""
    for block in blocks:
        adder, added_at = block["adder"]["S"], int(block["added_at"]["N"])
        for contact_id in block.get("ids", {"SS": ()})["SS"]:
            yield Member(contact_id, adder, added_at, block["sk"]["S"])
