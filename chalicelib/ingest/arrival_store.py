"""The store of records that wait for their job, and of those that could not be imported. In the people table.

Large requests are blobs, which their items name. A request with an id of its own is stored in one transaction with a
note of it, so that a repetition is answered and not stored again.
"""

import gzip
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.foundation.clock import instant, milliseconds
from chalicelib.foundation.dynamo import Dynamo, Item, TransactionCanceled, Write
from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.foundation.ids import id_of
from chalicelib.foundation.lost_responses import retry_lost
from chalicelib.foundation.secret import sha256_hex
from chalicelib.tables.keys import INGEST_ARRIVAL, INGEST_FAILED, INGEST_REQUEST, Key

REQUESTS_LAST = timedelta(days=7)  # longer than any known sender repeats a request
FAILED_LAST = timedelta(days=30)
ARRIVALS_LAST = timedelta(days=30)  # far longer than a job lives
_INLINE = 100_000  # bytes of records that an item holds itself


class Blobs(Protocol):
    """The bucket."""

    def put(self, key: str, content: bytes) -> None: ...
    def find(self, key: str) -> bytes | None: ...
    def delete(self, keys: Sequence[str]) -> None: ...


class RequestKeyUsed(Conflict):
    """The id of a request was used before, with another body."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """The records of one request, as they wait."""

    key: Key
    received_at: datetime
    #: each with `cells`, and what a record that is tried again says of itself
    records: Sequence[Mapping[str, Any]]
    blob: str | None = None


@dataclass(frozen=True, slots=True)
class RequestNote:
    """The id of a request, what it asks for, and what is answered."""

    request_id: str
    #: a hash of the body
    asked: str
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FailedRecord:
    """A record that could not be imported."""

    key: Key
    failed_at: datetime
    #: the job that tried it
    job_id: str
    #: the key of the record
    record_key: str
    #: why, a code
    reason: str
    record: Mapping[str, Any]

    @property
    def failed_id(self) -> str:
        return self.key.sk


@dataclass(frozen=True)
class ArrivalStore:
    """Reads and writes records that wait. Every method that sends a request may raise `ResponseLost`."""

    dynamo: Dynamo
    table: str
    blobs: Blobs

    # ── arrivals

    def put(
        self,
        owner: str,
        source_id: str,
        arrival_id: str,
        records: Sequence[Mapping[str, Any]],
        now: datetime,
        note: RequestNote | None = None,
    ) -> Mapping[str, Any] | None:
        """Store records; returns what was answered before, if the request was stored before.

        Raises:
            RequestKeyUsed: its id was used for another body.
        """
        item = self._item(owner, source_id, arrival_id, records, now)
        if note is None:
            retry_lost(lambda: self.dynamo.put(TableName=self.table, Item=item))
            return None
        try:
            self.dynamo.commit([self._note(source_id, note, now), {"Put": {"TableName": self.table, "Item": item}}])
        except TransactionCanceled as canceled:
            known = canceled.reasons[0].old
            if known is None:
                raise
            return _answer_in(known, note)
        return None

    def arrival_write(self, source_id: str, arrival_id: str, record: Mapping[str, Any], now: datetime) -> Write:
        """The write with which one record waits again."""
        return {"Put": {"TableName": self.table, "Item": self._item("", source_id, arrival_id, [record], now)}}

    def first(self, source_id: str, most_records: int) -> list[Arrival]:
        """The arrivals that wait longest, with not many more records than this together; one at least, if any wait."""
        found: list[Arrival] = []
        count = 0
        for item in self._query(INGEST_ARRIVAL.partition(source_id=source_id)):
            if count and count + int(item["count"]["N"]) > most_records:
                break
            found.append(self._arrival(item))
            count += int(item["count"]["N"])
            if count >= most_records:
                break
        return found

    def is_waiting(self, source_id: str) -> bool:
        """Whether any records wait."""
        page = self._page(INGEST_ARRIVAL.partition(source_id=source_id), Limit=1)
        return bool(page["Items"])

    def remove(self, arrivals: Sequence[tuple[Key, str | None]]) -> None:
        """Delete arrivals, by key and blob. May be repeated."""
        self.dynamo.delete_many(self.table, [key.item for key, _ in arrivals])
        blobs = [blob for _, blob in arrivals if blob]
        if blobs:
            self.blobs.delete(blobs)

    # ── failed records

    def failed_write(self, failed: FailedRecord) -> Write:
        """The write that keeps a record which could not be imported."""
        ttl = int((failed.failed_at + FAILED_LAST).timestamp())
        item = {
            **failed.key.item,
            "ttl": {"N": str(ttl)},
            "job": {"S": failed.job_id},
            "key": {"S": failed.record_key},
            "reason": {"S": failed.reason},
            "record": {"S": encode_json(failed.record)},
        }
        return {"Put": {"TableName": self.table, "Item": item}}

    def failed(self, source_id: str, *, limit: int = 100, oldest_first: bool = False) -> list[FailedRecord]:
        """Records that could not be imported, the latest first unless `oldest_first`."""
        partition = INGEST_FAILED.partition(source_id=source_id)
        page = self._page(partition, Limit=limit, ScanIndexForward=oldest_first)
        return [_failed(item) for item in page["Items"]]

    def try_again(self, owner: str, source_id: str, failed: FailedRecord, now: datetime) -> bool:
        """Let a record wait again; False if it does, or has gone. Both are one transaction."""
        arrival_id = id_of("again", failed.failed_id)
        item = self._item(owner, source_id, arrival_id, [failed.record], now)
        delete = {"TableName": self.table, "Key": failed.key.item, "ConditionExpression": "attribute_exists(pk)"}
        try:
            self.dynamo.commit([{"Delete": delete}, {"Put": {"TableName": self.table, "Item": item}}])
        except TransactionCanceled:
            return False
        return True

    # ── all of them

    def delete_partition(self, partition: str) -> None:
        """Delete all items of a partition."""
        keys = [Key.of(item).item for item in self._query(partition, ProjectionExpression="pk, sk")]
        self.dynamo.delete_many(self.table, keys)

    def _item(
        self, owner: str, source_id: str, arrival_id: str, records: Sequence[Mapping[str, Any]], now: datetime
    ) -> Item:
        text = encode_json(list(records))
        key = INGEST_ARRIVAL.key(source_id=source_id, at=milliseconds(now), arrival_id=arrival_id)
        ttl = int((now + ARRIVALS_LAST).timestamp())
        item: Item = {**key.item, "count": {"N": str(len(records))}, "ttl": {"N": str(ttl)}}
        if len(text) <= _INLINE:
            return {**item, "records": {"S": text}}
        blob = f"{source_prefix(owner, source_id)}arrivals/{arrival_id}.json.gz"
        self.blobs.put(blob, gzip.compress(text.encode(), 1))
        return {**item, "blob": {"S": blob}}

    def _note(self, source_id: str, note: RequestNote, now: datetime) -> Write:
        ttl = int((now + REQUESTS_LAST).timestamp())
        return {
            "Put": {
                "TableName": self.table,
                "Item": {
                    **_request_key(source_id, note.request_id),
                    "ttl": {"N": str(ttl)},
                    "asked": {"S": note.asked},
                    "answer": {"S": encode_json(dict(note.answer))},
                },
                "ConditionExpression": "attribute_not_exists(pk) OR #ttl <= :now",
                "ExpressionAttributeNames": {"#ttl": "ttl"},
                "ExpressionAttributeValues": {":now": {"N": str(int(now.timestamp()))}},
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }

    def _arrival(self, item: Item) -> Arrival:
        key = Key.of(item)
        at = instant(int(INGEST_ARRIVAL.parts(key)["at"]))
        if "records" in item:
            return Arrival(key, at, decode_json(item["records"]["S"]))
        blob = item["blob"]["S"]
        content = self.blobs.find(blob)
        return Arrival(key, at, decode_json(gzip.decompress(content)) if content is not None else [], blob)

    def _query(self, partition: str, **more: Any) -> Iterator[Item]:
        return self.dynamo.query(**self._request(partition), **more)

    def _page(self, partition: str, **more: Any) -> Mapping[str, Any]:
        return self.dynamo.query_page(**self._request(partition), **more)

    def _request(self, partition: str) -> dict[str, Any]:
        return {
            "TableName": self.table,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": partition}},
            "ConsistentRead": True,
        }


def owner_prefix(owner: str) -> str:
    """What the keys of all blobs of an owner's sources begin with; it contains a hash, not the owner's id."""
    return f"ingest/{id_of(owner)}/"


def source_prefix(owner: str, source_id: str) -> str:
    """What the keys of all blobs of one source begin with."""
    return f"{owner_prefix(owner)}{source_id}/"


def _request_key(source_id: str, request_id: str) -> Item:
    return INGEST_REQUEST.key(source_id=source_id, hashed=sha256_hex(request_id)).item


def _answer_in(item: Item, note: RequestNote) -> Mapping[str, Any]:
    """What was answered to the request before. Raises RequestKeyUsed if that was another one."""
    if item["asked"]["S"] != note.asked:
        raise RequestKeyUsed("The id of this request was used before, for another body. Use a new one.")
    answer: Mapping[str, Any] = decode_json(item["answer"]["S"])
    return answer


def _failed(item: Item) -> FailedRecord:
    key = Key.of(item)
    at = instant(int(INGEST_FAILED.parts(key)["at"]))
    record = decode_json(item["record"]["S"])
    return FailedRecord(key, at, item["job"]["S"], item["key"]["S"], item["reason"]["S"], record)
