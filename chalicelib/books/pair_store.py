"""Stores remembered pairs on one shelf of the book, so that a read of the book has them, and one query has them all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chalicelib.books.pairs import Pair, Pairs, Side, Verdict
from chalicelib.foundation.dynamo import Dynamo, Item, Write
from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.tables.keys import REMEMBERED_PAIR

ATTRIBUTE = "pair"  #: of the item, with all of the pair


@dataclass(frozen=True)
class PairStore:
    """The remembered pairs. Erased with the shelves of the book."""

    dynamo: Dynamo
    table: str  #: the contacts table

    def all(self, owner: str) -> Pairs:
        """Every pair of the owner. Raises `ResponseLost` if DynamoDB does not respond."""
        return Pairs(self._query(owner))

    def find_many(self, owner: str, pair_ids: Sequence[str]) -> dict[str, Pair]:
        """Those of the pairs that are remembered, by their ids."""
        items = self.dynamo.get_many(self.table, [_key(owner, each) for each in dict.fromkeys(pair_ids) if each])
        found = {item["sk"]["S"]: to_pair(item[ATTRIBUTE]["S"]) for item in items}
        return {each: found[sk] for each in pair_ids if each and (sk := _key(owner, each)["sk"]["S"]) in found}

    def put_write(self, owner: str, pair: Pair) -> Write:
        """The write that remembers the pair, in place of an earlier verdict on just these records."""
        return self.renew_write(owner, pair.pair_id, pair)

    def renew_write(self, owner: str, pair_id: str, pair: Pair) -> Write:
        """The write that changes the pair remembered under this id. Later reads find it by the same id."""
        item = {**_key(owner, pair_id), ATTRIBUTE: {"S": pair_text(pair)}}
        return {"Put": {"TableName": self.table, "Item": item}}

    def remove_write(self, owner: str, pair_id: str) -> Write:
        """The write that forgets a pair."""
        return {"Delete": {"TableName": self.table, "Key": _key(owner, pair_id)}}

    def _query(self, owner: str) -> Iterator[Pair]:
        items = self.dynamo.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :pairs)",
            ExpressionAttributeValues={
                ":pk": {"S": REMEMBERED_PAIR.partition(owner=owner)},
                ":pairs": {"S": REMEMBERED_PAIR.sk_prefix()},
            },
            ConsistentRead=True,
        )
        return (to_pair(item[ATTRIBUTE]["S"]) for item in items)


def _key(owner: str, pair_id: str) -> Item:
    return REMEMBERED_PAIR.key(owner=owner, pair_id=pair_id).item


def pair_text(pair: Pair) -> str:
    """The pair as it is stored."""
    return encode_json([pair.verdict, pair.at, pair.by, _side_json(pair.left), _side_json(pair.right)])


def to_pair(text: str) -> Pair:
    """The pair of a stored text."""
    verdict, at, by, left, right = decode_json(text)
    return Pair(Verdict(verdict), _to_side(left), _to_side(right), at, by)


def _side_json(side: Side) -> list[list[object]]:
    return [[source, source_id, sorted(hashed)] for (source, source_id), hashed in sorted(side.records.items())]


def _to_side(stored: list[tuple[str, str, list[str]]]) -> Side:
    return Side({(source, source_id): frozenset(hashed) for source, source_id, hashed in stored})
