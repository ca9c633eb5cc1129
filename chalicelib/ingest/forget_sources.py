"""Deletes sources, with everything that they have sent and what is known of it."""

from dataclasses import dataclass
from typing import Protocol

from chalicelib.ingest.arrival_store import ArrivalStore, owner_prefix, source_prefix
from chalicelib.ingest.gate_store import GateStore
from chalicelib.ingest.source_store import SourceStore
from chalicelib.tables.keys import INGEST_APPLIED, INGEST_ARRIVAL, INGEST_FAILED, INGEST_REQUEST

_PARTITIONS = (INGEST_ARRIVAL, INGEST_REQUEST, INGEST_APPLIED, INGEST_FAILED)


class Blobs(Protocol):
    """The bucket."""

    def delete_prefix(self, prefix: str) -> object: ...


@dataclass(frozen=True)
class ForgetSources:
    """May be repeated. The keys go first, so that nothing arrives any more."""

    sources: SourceStore
    arrivals: ArrivalStore
    gates: GateStore
    blobs: Blobs

    def source(self, owner: str, source_id: str) -> None:
        """Delete one source."""
        self.sources.delete(source_id)
        self.sent(owner, source_id)
        self.gates.delete(source_id)
        self.sources.unlist(owner, source_id)

    def sent(self, owner: str, source_id: str) -> None:
        """Delete what a source has sent."""
        for kind in _PARTITIONS:
            self.arrivals.delete_partition(kind.partition(source_id=source_id))
        self.blobs.delete_prefix(source_prefix(owner, source_id))

    def failed(self, owner: str) -> None:
        """Delete the records of an owner's sources that could not be imported."""
        for source_id in self.sources.ids_of(owner):
            self.arrivals.delete_partition(INGEST_FAILED.partition(source_id=source_id))

    def owner(self, owner: str) -> None:
        """Delete all sources of an owner."""
        for source_id in self.sources.ids_of(owner):
            self.source(owner, source_id)
        self.blobs.delete_prefix(owner_prefix(owner))
