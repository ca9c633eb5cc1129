"""Collections as items of the people table and back; the prefixes of their keys are theirs alone.

    pk                 sk                         item
    collection#<id>    collection                 its name and who may do what; the one truth about that
    collection#<id>    members#<adder>#<block>    contacts that were added together, a set of ids
    person#<sub>       collection#<id>            a link, for a person's list and for erasing them

<adder> is a hash of their `sub`, so that no prefix of one is another's. A link outlives the share it was made for while
the person's contacts are members: erasing finds them by it. Invitations are in `invitation_rows`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from chalicelib.collections.collection import Collection, Member
from chalicelib.foundation.clock import instant, milliseconds
from chalicelib.foundation.cursors import decode_cursor, encode_cursor
from chalicelib.foundation.dynamo import Item
from chalicelib.foundation.ids import id_of

COLLECTION, MEMBERS, PERSON, LINK = "collection", "members#", "person#", "collection#"  # what keys begin with
_PLACE = re.compile(r"([0-9]{1,15})\.([A-Za-z0-9_-]{1,100})")  # when a member was added, and its contact


def collection_key(collection_id: str) -> Item:
    return _key(LINK + collection_id, COLLECTION)


def link_key(person: str, collection_id: str) -> Item:
    return _key(PERSON + person, LINK + collection_id)


def block_key(collection_id: str, block: str) -> Item:
    return _key(LINK + collection_id, block)


def block_name(adder: str, block: str = "") -> str:
    """Without `block`, what all blocks of this adder begin with."""
    return f"{MEMBERS}{id_of(adder)}#{block}"


def linked_id(link: Item) -> str:
    return str(link["sk"]["S"]).removeprefix(LINK)


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
        item["pk"]["S"].removeprefix(LINK),
        item["name"]["S"],
        item["owner"]["S"],
        frozenset(item["editors"]["SS"]),
        frozenset(item.get("viewers", {"SS": ()})["SS"]),
        int(item["version"]["N"]),
        instant(int(item["created_at"]["N"])),
        instant(int(item["updated_at"]["N"])),
    )


def to_block(collection_id: str, adder: str, block: str, contact_ids: Sequence[str], now: datetime) -> Item:
    return {
        **block_key(collection_id, block_name(adder, block)),
        "adder": {"S": adder},
        "ids": {"SS": sorted(set(contact_ids))},
        "added_at": {"N": str(milliseconds(now))},
    }


def members_in(blocks: Iterable[Item]) -> Iterator[Member]:
    """As the blocks have them: one that was added twice at the same instant is there twice."""
    for block in blocks:
        adder, added_at = block["adder"]["S"], int(block["added_at"]["N"])
        for contact_id in block.get("ids", {"SS": ()})["SS"]:
            yield Member(contact_id, adder, added_at, block["sk"]["S"])


def to_cursor(member: Member) -> str:
    """Where a page of members ended."""
    return to_place(member.added_at, member.contact_id)


def of_cursor(cursor: str) -> tuple[int, str]:
    """Raises InvalidInput for one that is not ours."""
    _, added_at, contact_id = decode_cursor(cursor, _PLACE)
    return int(added_at), contact_id


def to_place(added_at: int, name: str) -> str:
    """A cursor to what is ordered by an instant and then by an id."""
    return encode_cursor(f"{added_at}.{name}")


def _key(pk: str, sk: str) -> Item:
    return {"pk": {"S": pk}, "sk": {"S": sk}}
