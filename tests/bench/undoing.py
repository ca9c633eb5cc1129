"""What keeping replaced words costs a run, with a bucket as far away as one in the same region."""

import time
from dataclasses import dataclass
from typing import Any

from chalicelib.contacts.on_existing import OnExisting
from tests.bench.assembly import Machine
from tests.bench.bulk import Bulk

PUT_SECONDS = 0.03


@dataclass
class DistantBucket:
    """A bucket each of whose writes takes as long as one of S3."""

    written: int = 0

    def put(self, key: str, content: bytes) -> None:
        time.sleep(PUT_SECONDS)
        self.written += 1

    def find(self, key: str) -> Any:
        raise LookupError(key)


def replacing_seconds(machine: Machine, contacts: int, *, keeps: bool) -> float:
    """Wall seconds of a bulk run that changes this many contacts of the book."""
    runs = Bulk(machine, DistantBucket() if keeps else None)
    runs.create(contacts)
    job, seconds, _ = runs.create(contacts, OnExisting.UPDATE)
    if job.counts.updated != contacts:
        raise RuntimeError(f"the run replaced something else: {job.counts}")
    return seconds
