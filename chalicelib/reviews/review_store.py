"""Stores what a person decided of reviews: an item per decided review, and one per review that was put off.

What matching must know of a decision is a remembered pair (`books/pairs.py`). The item here tells a second caller what
was decided, and what undoing it takes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.dynamo import ConditionFailed, Dynamo, Item, Write
from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.foundation.lost_responses import retry_lost
from chalicelib.reviews.review import Answer
from chalicelib.tables.item_kind import ItemKind
from chalicelib.tables.keys import REVIEW_DECISION, REVIEW_LATER

KEPT = timedelta(days=90)  # an item of a decision; a merge can be undone later too, on the contact's page


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decided of a review."""

    review_id: str
    answer: Answer
    #: Milliseconds since 1970.
    at: int
    #: Who decided: a person's id.
    by: str
    #: The contact that both are now; "" if they are different.
    into: str = ""
    #: The contact that was merged into it; "" if they are different, or if a row was imported.
    merged: str = ""
    #: The remembered pair that says that they are different; "" for none.
    pair_id: str = ""
    #: The contacts that had the other one as a possible duplicate until they were found to be different.
    linked: tuple[str, ...] = ()
    #: The job that imports the row; "" for none.
    job_id: str = ""
    #: The job that decided it, among many; "" for a person who decided this one.
    by_job: str = ""


@dataclass(frozen=True)
class ReviewStore:
    """Decisions on reviews. Every method may raise `ResponseLost` if DynamoDB does not respond."""

    dynamo: Dynamo
    table: str  #: the people table
    clock: Clock

    # ── decisions

    def find(self, owner: str, review_id: str) -> Decided | None:
        """The latest decision on a review; None if there is none."""
        item = self.dynamo.get(self.table, _key(REVIEW_DECISION, owner, review_id))
        return None if item is None else _to_decided(review_id, item)

    def called_different(self, owner: str) -> Mapping[str, int]:
        """When each review was decided as different, in milliseconds, by its id."""
        items = self._query(REVIEW_DECISION, owner, "sk, answer, decided_at")
        return {
            _review_id(REVIEW_DECISION, item): int(item["decided_at"]["N"])
            for item in items
            if item["answer"]["S"] == Answer.DIFFERENT
        }

    def put_write(self, owner: str, decided: Decided, seen: Decided | None) -> Write:
        """The write of a decision in place of the one that the caller has seen; refused if there is another one."""
        item: Item = {
            **_key(REVIEW_DECISION, owner, decided.review_id),
            "answer": {"S": decided.answer},
            "decided_at": {"N": str(decided.at)},
            "decided_by": {"S": decided.by},
            "undo": {"S": encode_json([decided.into, decided.merged, decided.pair_id, decided.linked, decided.job_id])},
            "by_job": {"S": decided.by_job},
            "ttl": {"N": str(decided.at // 1000 + int(KEPT.total_seconds()))},
        }
        return {"Put": {"TableName": self.table, "Item": item, **_as_seen(seen)}}

    def remove_write(self, owner: str, decided: Decided) -> Write:
        """The write that forgets a decision; refused if there is another one."""
        key = _key(REVIEW_DECISION, owner, decided.review_id)
        return {"Delete": {"TableName": self.table, "Key": key, **_as_seen(decided)}}

    # ── put off

    def put_off(self, owner: str) -> Mapping[str, int]:
        """When each review was put off, in milliseconds, by its id."""
        items = self._query(REVIEW_LATER, owner, "sk, put_off_at")
        return {_review_id(REVIEW_LATER, item): int(item["put_off_at"]["N"]) for item in items}

    def is_put_off(self, owner: str, review_id: str) -> bool:
        return self.dynamo.get(self.table, _key(REVIEW_LATER, owner, review_id)) is not None

    def put_off_until_asked(self, owner: str, review_id: str) -> None:
        """Put a review off. May be repeated."""
        at = {"N": str(milliseconds(self.clock.now()))}
        item = {**_key(REVIEW_LATER, owner, review_id), "put_off_at": at}
        retry_lost(lambda: self.dynamo.put(TableName=self.table, Item=item))

    def put_off_by_job(self, owner: str, review_id: str, job_id: str) -> bool:
        """Put a review off, as one of many; False if it was put off already, but not by this job. May be repeated."""
        at = {"N": str(milliseconds(self.clock.now()))}
        item = {**_key(REVIEW_LATER, owner, review_id), "put_off_at": at, "by_job": {"S": job_id}}
        request = {"Item": item, "ConditionExpression": "attribute_not_exists(pk) OR by_job = :job", **_job(job_id)}
        try:
            retry_lost(lambda: self.dynamo.put(TableName=self.table, **request))
        except ConditionFailed:
            return False
        return True

    def take_up_write(self, owner: str, review_id: str) -> Write:
        """The write after which a review is no longer put off, whether it was or not."""
        return {"Delete": {"TableName": self.table, "Key": _key(REVIEW_LATER, owner, review_id)}}

    def take_up(self, owner: str, review_id: str) -> None:
        """Have a review wait again. May be repeated."""
        retry_lost(lambda: self.dynamo.delete(TableName=self.table, Key=_key(REVIEW_LATER, owner, review_id)))

    def take_up_by_job(self, owner: str, review_id: str, job_id: str) -> bool:
        """Have a review wait again that this job put off; False if the job did not, or no longer."""
        key = _key(REVIEW_LATER, owner, review_id)
        request = {"Key": key, "ConditionExpression": "by_job = :job", **_job(job_id)}
        try:
            retry_lost(lambda: self.dynamo.delete(TableName=self.table, **request))
        except ConditionFailed:
            return False
        return True

    # ── erasing

    def erase(self, owner: str) -> None:
        """Delete everything of this owner. May be repeated."""
        for kind in (REVIEW_DECISION, REVIEW_LATER):
            self.dynamo.delete_many(self.table, list(self._query(kind, owner, "pk, sk")))

    def _query(self, kind: ItemKind, owner: str, attributes: str) -> Iterator[Item]:
        return self.dynamo.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :kind)",
            ExpressionAttributeValues={":pk": {"S": kind.partition(owner=owner)}, ":kind": {"S": kind.sk_prefix()}},
            ProjectionExpression=attributes,
            ConsistentRead=True,
        )


def _key(kind: ItemKind, owner: str, review_id: str) -> Item:
    return kind.key(owner=owner, review_id=review_id).item


def _job(job_id: str) -> dict[str, Item]:
    return {"ExpressionAttributeValues": {":job": {"S": job_id}}}


def _review_id(kind: ItemKind, item: Item) -> str:
    return item["sk"]["S"].removeprefix(kind.sk_prefix())  # type: ignore[no-any-return] # a string


def _as_seen(seen: Decided | None) -> dict[str, object]:
    """The condition that the stored decision is the one that was seen."""
    if seen is None:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    values = {":at": {"N": str(seen.at)}, ":answer": {"S": seen.answer}}
    return {"ConditionExpression": "decided_at = :at AND answer = :answer", "ExpressionAttributeValues": values}


def _to_decided(review_id: str, item: Item) -> Decided:
    into, merged, pair_id, linked, job_id = decode_json(item["undo"]["S"])
    answer, at, by = Answer(item["answer"]["S"]), int(item["decided_at"]["N"]), item["decided_by"]["S"]
    by_job = item["by_job"]["S"] if "by_job" in item else ""  # older versions did not store it
    return Decided(review_id, answer, at, by, into, merged, pair_id, tuple(linked), job_id, by_job)
