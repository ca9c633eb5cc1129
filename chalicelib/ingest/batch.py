"""Batch: the records that one job takes, with the rules by which it reads them. One blob, written once."""

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.foundation.clock import Clock, instant, milliseconds
from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.ingest.arrival_store import Arrival, ArrivalStore, source_prefix
from chalicelib.ingest.gate_store import GateStore
from chalicelib.ingest.record_cells import Cells
from chalicelib.ingest.source import IngestSource, RecordRules
from chalicelib.jobs.job import Job
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.tables.keys import Key

GATHERING = timedelta(seconds=10)  # from when a job is created to when it takes what has come
MOST_RECORDS = 1_000  # of a job, and those of one request more


class Blobs(Protocol):
    """The bucket."""

    def put(self, key: str, content: bytes) -> None: ...
    def find(self, key: str) -> bytes | None: ...
    def delete(self, keys: Sequence[str]) -> None: ...


class StillGathering(Exception):
    """The job is to wait, so that it takes what comes meanwhile.

    Args:
        wait: for how long.
    """

    def __init__(self, wait: timedelta) -> None:
        super().__init__(str(wait))
        self.wait = wait


class BatchGone(Exception):
    """The blob of the batch is no longer there: it expired, or the source was deleted."""


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """One record, as it came."""

    cells: Cells
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """What a job has taken."""

    rules: RecordRules
    tag: str
    records: Sequence[BatchRecord]
    #: the arrivals that the records were in, by key and blob
    arrivals: Sequence[tuple[Key, str | None]]

    def packed(self) -> bytes:
        stored = {
            "rules": self.rules.json(),
            "tag": self.tag,
            "records": [[each.cells, milliseconds(each.received_at)] for each in self.records],
            "arrivals": [[key.pk, key.sk, blob] for key, blob in self.arrivals],
        }
        return gzip.compress(encode_json(stored).encode(), 1)

    @classmethod
    def unpacked(cls, content: bytes) -> "Batch":
        stored: dict[str, Any] = decode_json(gzip.decompress(content))
        return cls(
            RecordRules.of(stored["rules"]),
            stored["tag"],
            [BatchRecord(cells, instant(at)) for cells, at in stored["records"]],
            [(Key(pk, sk), blob) for pk, sk, blob in stored["arrivals"]],
        )


@dataclass(frozen=True)
class Batches:
    """Takes the records that wait for a job, and finds again what it has taken."""

    arrivals: ArrivalStore
    gates: GateStore
    blobs: Blobs
    clock: Clock
    most_records: int = MOST_RECORDS

    def take(self, run: Run, source: IngestSource) -> Batch | None:
        """The batch of a job, which is taken when the job first runs; None if nothing waited for it.

        The blob is written before the job names it, and its arrivals are deleted afterwards, which every claim
        repeats. So a crash in between neither loses a record nor takes one twice.

        Raises:
            StillGathering: the job was created just now.
            BatchGone: it is no longer there.
            Fenced: the job no longer belongs to this worker.
        """
        name = batch_name(run.job)
        if not name:
            self._check_gathered(run.job)
        batch = self.get(source.owner, source.source_id, name) if name else self._new(run, source)
        if batch is not None:
            self.gates.note_taken(source.source_id, run.job.job_id)
            self.arrivals.remove(batch.arrivals)
        return batch

    def get(self, owner: str, source_id: str, name: str) -> Batch:
        """A batch by the name that its job has of it. Raises BatchGone."""
        content = self.blobs.find(_blob(owner, source_id, name))
        if content is None:
            raise BatchGone
        return Batch.unpacked(content)

    def delete(self, owner: str, source_id: str, name: str) -> None:
        """Delete a batch that no job needs any more."""
        self.blobs.delete([_blob(owner, source_id, name)])

    def _check_gathered(self, job: Job) -> None:
        """Raises StillGathering. A job that waited behind another one would else start with what came just then."""
        wait = job.created_at + GATHERING - self.clock.now()
        if wait > timedelta():
            raise StillGathering(wait)

    def _new(self, run: Run, source: IngestSource) -> Batch | None:
        self.gates.release(source.source_id, run.job.job_id, self.clock.now())
        arrivals = self.arrivals.first(source.source_id, self.most_records)
        if not arrivals:
            return None
        batch = Batch(
            source.rules,
            source.tag,
            [
                BatchRecord(each["cells"], _received_at(each, arrival))
                for arrival in arrivals
                for each in arrival.records
            ],
            [(arrival.key, arrival.blob) for arrival in arrivals],
        )
        name = f"{run.job.job_id}-{run.job.rev}"  # no other claim of the job writes this one
        self.blobs.put(_blob(source.owner, source.source_id, name), batch.packed())
        run.commit(Progress({"at": 0}, details={"batch": name}, estimate=len(batch.records)))
        return batch


def _received_at(record: Mapping[str, Any], arrival: Arrival) -> datetime:
    """When a record was first received; one that is tried again says so itself."""
    return instant(record["received"]) if "received" in record else arrival.received_at


def batch_name(job: Job) -> str:
    """The name of the batch that a job has taken; "" if it has taken none."""
    return str(job.details.get("batch", ""))


def _blob(owner: str, source_id: str, name: str) -> str:
    return f"{source_prefix(owner, source_id)}batches/{name}.json.gz"
