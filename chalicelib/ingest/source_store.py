"""The store of sources, in the people table: one item for each source, and one in the list of its owner."""

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from chalicelib.foundation.clock import instant, milliseconds
from chalicelib.foundation.dynamo import ConditionFailed, Dynamo, Item, TransactionCanceled
from chalicelib.foundation.errors import Conflict, NotFound
from chalicelib.foundation.lost_responses import retry_lost
from chalicelib.ingest.envelope import ObjectKind
from chalicelib.ingest.signature_rule import SignatureRule
from chalicelib.ingest.source import IngestSource, RecordRules, SourceState
from chalicelib.ingest.source_key import StoredKey
from chalicelib.tables.keys import INGEST_LISTED, INGEST_SOURCE, Key


@dataclass(frozen=True)
class SourceStore:
    """Reads and writes sources. Every method that sends a request may raise `ResponseLost`."""

    dynamo: Dynamo
    table: str

    def find(self, source_id: str) -> IngestSource | None:
        item = self.dynamo.get(self.table, INGEST_SOURCE.key(source_id=source_id).item)
        return None if item is None else _source(item)

    def get(self, owner: str, source_id: str) -> IngestSource:
        """The source of this owner.

        Raises:
            NotFound: there is none, or it is another owner's.
        """
        found = self.find(source_id)
        if found is None or found.owner != owner:
            raise NotFound("This does not exist, or you do not have access to it.")
        return found

    def of_owner(self, owner: str) -> list[IngestSource]:
        """All sources of an owner, the oldest first."""
        keys = [INGEST_SOURCE.key(source_id=each).item for each in self.ids_of(owner)]
        found = map(_source, self.dynamo.get_many(self.table, keys) if keys else ())
        return sorted((each for each in found if each.owner == owner), key=lambda each: (each.created_at, each.name))

    def ids_of(self, owner: str) -> list[str]:
        listed = self.dynamo.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={
                ":pk": {"S": INGEST_LISTED.partition(owner=owner)},
                ":prefix": {"S": INGEST_LISTED.sk_prefix()},
            },
            ConsistentRead=True,
        )
        return [INGEST_LISTED.parts(Key.of(item))["source_id"] for item in listed]

    def add(self, source: IngestSource, *, check: Sequence[Any] = ()) -> None:
        """Store a new source.

        Args:
            check: further writes of the same transaction.

        Raises:
            Conflict: the condition of one of those failed.
        """
        listed = INGEST_LISTED.key(owner=source.owner, source_id=source.source_id).item
        puts = [
            {
                "Put": {
                    "TableName": self.table,
                    "Item": _item(source),
                    "ConditionExpression": "attribute_not_exists(pk)",
                }
            },
            {"Put": {"TableName": self.table, "Item": listed}},
        ]
        try:
            self.dynamo.commit([*puts, *check])
        except TransactionCanceled as canceled:
            if self.find(source.source_id) is None:
                raise Conflict("Something changed at the same time. Try again.") from canceled

    def put(self, source: IngestSource) -> IngestSource:
        """Store a changed source; returns it as it is stored.

        Raises:
            Conflict: it was changed or deleted since it was read.
        """
        stored = replace(source, rev=source.rev + 1)
        send = partial(
            self.dynamo.put,
            TableName=self.table,
            Item=_item(stored),
            ConditionExpression="rev = :rev",
            ExpressionAttributeValues={":rev": {"N": str(source.rev)}},
        )
        try:
            retry_lost(send)
        except ConditionFailed as failed:
            if failed.old is None or _source(failed.old) != stored:
                raise Conflict("The source was changed at the same time. Look at it, and try again.") from None
        return stored

    def delete(self, source_id: str) -> None:
        """Delete a source, so that its keys are those of no source; the list is the last to forget it."""
        self.dynamo.delete(TableName=self.table, Key=INGEST_SOURCE.key(source_id=source_id).item)

    def unlist(self, owner: str, source_id: str) -> None:
        """Take a deleted source, of which nothing is left, out of the list."""
        self.dynamo.delete(TableName=self.table, Key=INGEST_LISTED.key(owner=owner, source_id=source_id).item)


def _item(source: IngestSource) -> Item:
    content = {
        "name": source.name,
        "tag": source.tag,
        "rules": source.rules.json(),
        "state": source.state.value,
        "signature": None if source.signature is None else source.signature.json(),
        "sealed_secret": None if source.sealed_secret is None else b64encode(source.sealed_secret).decode(),
        "key_in_url": source.key_in_url,
        "of_object": source.of_object.value,
        "requests_per_minute": source.requests_per_minute,
        "records_per_day": source.records_per_day,
        "created_at": milliseconds(source.created_at),
        "keys": [
            [each.digest, milliseconds(each.created_at), each.expires_at and milliseconds(each.expires_at)]
            for each in source.keys
        ],
    }
    return {
        **INGEST_SOURCE.key(source_id=source.source_id).item,
        "owner": {"S": source.owner},
        "rev": {"N": str(source.rev)},
        "content": {"S": json.dumps(content)},
    }


def _source(item: Item) -> IngestSource:
    content: dict[str, Any] = json.loads(item["content"]["S"])
    signature, sealed = content["signature"], content["sealed_secret"]
    return IngestSource(
        source_id=INGEST_SOURCE.parts(Key.of(item))["source_id"],
        owner=item["owner"]["S"],
        name=content["name"],
        tag=content["tag"],
        rules=RecordRules.of(content["rules"]),
        keys=tuple(_key(*each) for each in content["keys"]),
        created_at=instant(content["created_at"]),
        state=SourceState(content["state"]),
        signature=None if signature is None else SignatureRule.of(signature),
        sealed_secret=None if sealed is None else b64decode(sealed),
        key_in_url=content["key_in_url"],
        of_object=ObjectKind(content.get("of_object", ObjectKind.GUESS)),
        requests_per_minute=content["requests_per_minute"],
        records_per_day=content["records_per_day"],
        rev=int(item["rev"]["N"]),
    )


def _key(digest: str, created: int, expires: int | None) -> StoredKey:
    end: datetime | None = None if expires is None else instant(expires)
    return StoredKey(digest, instant(created), end)
