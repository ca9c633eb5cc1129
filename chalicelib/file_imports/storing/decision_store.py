"""The store of decisions about rows. A row is decided once: every write has a condition."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.file_imports.job_kinds import FileOutcome
from chalicelib.file_imports.storing.row_decision import RowDecision, StoredDecision, Verdict
from chalicelib.foundation.clock import instant, milliseconds
from chalicelib.foundation.dynamo import Dynamo, Item, Write
from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.tables.keys import FILE_DECISION, Key

_LAST = 999_999  # position

Decisions = Mapping[int, StoredDecision]  # by the position of the row


@dataclass(frozen=True)
class DecisionStore:
    """Reads and writes decisions in the people table."""

    dynamo: Dynamo
    table: str

    def find(self, owner: str, import_id: str, positions: Sequence[int]) -> Decisions:
        """The decisions about the rows at these positions, as far as there are any."""
        keys = [FILE_DECISION.key(owner=owner, import_id=import_id, position=each).item for each in positions]
        return _by_position(self.dynamo.get_many(self.table, keys)) if keys else {}

    def between(self, owner: str, import_id: str, first: int = 0, last: int = _LAST) -> Decisions:
        """The decisions about the rows from one position to another."""
        ends = [FILE_DECISION.key(owner=owner, import_id=import_id, position=each).sk for each in (first, last)]
        condition, values = "sk BETWEEN :first AND :last", {":first": {"S": ends[0]}, ":last": {"S": ends[1]}}
        return _by_position(self._query(owner, condition, values))

    def write(self, owner: str, import_id: str, new: StoredDecision, seen: StoredDecision | None) -> Write:
        """A write of a decision. Its condition fails if the row's decision is no longer the one that was seen.

        Args:
            seen: the claim that it replaces or settles; None for none.
        """
        put = {"TableName": self.table, "Item": _to_item(owner, import_id, new)}
        if seen is None:
            return {"Put": {**put, "ConditionExpression": "attribute_not_exists(pk)"}}
        condition = "job_id = :seen AND attribute_not_exists(outcome)"
        values = {":seen": {"S": seen.job_id}}
        return {"Put": {**put, "ConditionExpression": condition, "ExpressionAttributeValues": values}}

    def remove_write(self, owner: str, import_id: str, settled: StoredDecision) -> Write:
        """A write that takes a decision back. Its condition fails if the row has another one now, or none."""
        delete = {
            "TableName": self.table,
            "Key": FILE_DECISION.key(owner=owner, import_id=import_id, position=settled.position).item,
            "ConditionExpression": "job_id = :job AND attribute_exists(outcome)",
            "ExpressionAttributeValues": {":job": {"S": settled.job_id}},
        }
        return {"Delete": delete}

    def erase(self, owner: str) -> None:
        """Delete all decisions of this owner. Safe to repeat."""
        values = {":prefix": {"S": FILE_DECISION.sk_prefix()}}
        found = self._query(owner, "begins_with(sk, :prefix)", values, ProjectionExpression="pk, sk")
        self.dynamo.delete_many(self.table, list(found))

    def _query(self, owner: str, condition: str, values: Item, **more: object) -> Iterator[Item]:
        return self.dynamo.query(
            TableName=self.table,
            KeyConditionExpression=f"pk = :pk AND {condition}",
            ExpressionAttributeValues={":pk": {"S": FILE_DECISION.partition(owner=owner)}, **values},
            ConsistentRead=True,
            **more,
        )


def _by_position(items: Iterator[Item]) -> Decisions:
    return {decision.position: decision for decision in map(_to_decision, items)}


def _to_item(owner: str, import_id: str, decision: StoredDecision) -> Item:
    texts = {
        "verdict": decision.decided.verdict.value,
        "same_as": decision.decided.contact_id,
        "job_id": decision.job_id,
        "choices": encode_json(dict(decision.decided.choices)) if decision.decided.choices else None,
        "outcome": decision.outcome and decision.outcome.value,
        "contact_id": decision.contact_id,
        "pair_id": decision.pair_id,
    }
    return {
        **FILE_DECISION.key(owner=owner, import_id=import_id, position=decision.position).item,
        **{name: {"S": text} for name, text in texts.items() if text},
        "number": {"N": str(decision.decided.row)},
        "decided_at": {"N": str(milliseconds(decision.at))},
    }


def _to_decision(item: Item) -> StoredDecision:
    def text(name: str) -> str | None:
        return item[name]["S"] if name in item else None

    outcome, choices = text("outcome"), text("choices")
    return StoredDecision(
        int(FILE_DECISION.parts(Key.of(item))["position"]),
        RowDecision(
            int(item["number"]["N"]),
            Verdict(item["verdict"]["S"]),
            text("same_as"),
            decode_json(choices) if choices else {},
        ),
        item["job_id"]["S"],
        instant(int(item["decided_at"]["N"])),
        FileOutcome(outcome) if outcome else None,
        text("contact_id"),
        text("pair_id") or "",
    )
