"""The store of what a source last said of each of its records. In the people table.

Only the source's jobs write it, one after the other, and each in the transaction that applies the record; so no
condition is needed.
"""

from collections.abc import Collection
from dataclasses import dataclass

from chalicelib.foundation.dynamo import Dynamo, Item, Write
from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.foundation.ids import id_of
from chalicelib.ingest.combine_records import Applied
from chalicelib.tables.keys import INGEST_APPLIED


@dataclass(frozen=True)
class AppliedStore:
    """Reads what was applied, and makes the writes that note it."""

    dynamo: Dynamo
    table: str

    def find(self, source_id: str, keys: Collection[str]) -> dict[str, Applied]:
        """What was applied, by the keys of records; no entry for a key that is new. May raise `ResponseLost`."""
        items = [_key(source_id, key) for key in dict.fromkeys(keys)]
        return {item["key"]["S"]: _applied(item) for item in self.dynamo.get_many(self.table, items)} if items else {}

    def write(self, source_id: str, key: str, applied: Applied) -> Write:
        """The write that notes what was applied."""
        item: Item = {
            **_key(source_id, key),
            "key": {"S": key},
            "received": {"N": str(applied.received)},
            "events": {"S": encode_json(list(applied.events))},
            "cells": {"S": encode_json(dict(applied.cells))},
            "job": {"S": applied.job or "-"},
        }
        if applied.at is not None:
            item["at"] = {"N": str(applied.at)}
        return {"Put": {"TableName": self.table, "Item": item}}


def _key(source_id: str, key: str) -> Item:
    return INGEST_APPLIED.key(source_id=source_id, hashed=id_of(key)).item


def _applied(item: Item) -> Applied:
    job = item["job"]["S"]
    at = int(item["at"]["N"]) if "at" in item else None
    cells, events = decode_json(item["cells"]["S"]), decode_json(item["events"]["S"])
    return Applied(at, int(item["received"]["N"]), tuple(events), cells, "" if job == "-" else job)
