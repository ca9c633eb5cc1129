"""Past moves: merges that were taken back, and splits, which the history of a contact lists.

The redirect of a merge describes it, but taking the merge back deletes the redirect. So the same transaction stores the
merge and its end here, once for each contact that they concern; a split is stored in the same way.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.books.redirects import Redirect
from chalicelib.foundation.dynamo import Dynamo, Item, Write
from chalicelib.tables.keys import PAST_MOVE


class MoveKind(StrEnum):
    """What happened to the contact of a past move."""

    MERGED = "merged"  # the other one was merged into it
    MERGED_INTO = "merged_into"  # it was merged into the other one
    UNMERGED = "unmerged"  # the merge of the two was taken back
    SPLIT = "split"  # the other one was made of some of its records
    SPLIT_OFF = "split_off"  # it was made of some records of the other one


@dataclass(frozen=True, slots=True)
class PastMove:
    """One move of records between two contacts, from the view of one of them."""

    kind: MoveKind
    contact_id: str
    other_id: str
    #: Milliseconds since 1970.
    at: int
    #: The id of the person who did it.
    by: str


@dataclass(frozen=True)
class PastMoves:
    """Stores past moves, in a partition of their own, so that reading the book does not read them."""

    dynamo: Dynamo
    table: str  #: the contacts table

    def of_contact(self, owner: str, contact_id: str) -> list[PastMove]:
        """The past moves of one contact, the earliest first. Raises `ResponseLost` if DynamoDB does not respond."""
        return [_to_move(item) for item in self._query(owner, PAST_MOVE.sk_prefix(contact_id=contact_id))]

    def put_writes(self, owner: str, moves: Iterable[PastMove]) -> list[Write]:
        """The writes that store these moves."""
        return [{"Put": {"TableName": self.table, "Item": _item(owner, each)}} for each in moves]

    def erase(self, owner: str) -> None:
        """Delete all past moves of this owner. May be repeated."""
        items = self._query(owner, "")
        self.dynamo.delete_many(self.table, [{"pk": item["pk"], "sk": item["sk"]} for item in items])

    def _query(self, owner: str, prefix: str) -> Iterator[Item]:
        condition = "pk = :pk AND begins_with(sk, :prefix)" if prefix else "pk = :pk"
        values = {":pk": {"S": PAST_MOVE.partition(owner=owner)}}
        return self.dynamo.query(
            TableName=self.table,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values | ({":prefix": {"S": prefix}} if prefix else {}),
            ConsistentRead=True,
        )


def moves_of_unmerge(redirect: Redirect, now_part_of: str, *, at: int, by: str) -> list[PastMove]:
    """The past moves of a merge that is taken back.

    Args:
        now_part_of: the contact that both are part of until then.
        at: milliseconds since 1970.
    """
    merged, into = redirect.contact_id, redirect.into
    then, who = redirect.merged_at, redirect.merged_by
    moves = [
        PastMove(MoveKind.MERGED_INTO, merged, into, then, who),
        PastMove(MoveKind.UNMERGED, merged, into, at, by),
    ]
    for each in dict.fromkeys((into, now_part_of)):
        moves.append(PastMove(MoveKind.MERGED, each, merged, then, who))
        moves.append(PastMove(MoveKind.UNMERGED, each, merged, at, by))
    return moves


def moves_of_split(contact_id: str, new_id: str, *, at: int, by: str) -> list[PastMove]:
    """The past moves of a split.

    Args:
        at: milliseconds since 1970.
    """
    return [
        PastMove(MoveKind.SPLIT, contact_id, new_id, at, by),
        PastMove(MoveKind.SPLIT_OFF, new_id, contact_id, at, by),
    ]


def _item(owner: str, move: PastMove) -> Item:
    key = PAST_MOVE.key(
        owner=owner, contact_id=move.contact_id, at=move.at, kind=move.kind.value, other_id=move.other_id
    )
    return {**key.item, "at": {"N": str(move.at)}, "by": {"S": move.by}}


def _to_move(item: Item) -> PastMove:
    contact_id, _, kind, other_id = item["sk"]["S"].split("#", 3)
    return PastMove(MoveKind(kind), contact_id, other_id, int(item["at"]["N"]), item["by"]["S"])
