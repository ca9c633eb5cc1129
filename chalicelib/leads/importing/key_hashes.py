"""Finds the rows of a file that share an identity: lanes write hashes of their keys, and the import compares them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from chalicelib.foundation.ids import id_of
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.leads.importing.import_details import ImportDetails, LaneDetails
from chalicelib.leads.importing.import_parts import ImportParts
from chalicelib.leads.importing.judging import Row
from chalicelib.leads.importing.lane_chunks import chunks_of_range
from chalicelib.leads.importing.result_blobs import ResultsExpired
from chalicelib.leads.importing.shared_rows import RowHashes, RowSet, part_bits
from chalicelib.leads.importing.turns import let_next_go_first
from chalicelib.leads.importing.when_to_end import WhenToEnd

KEYS = "keys/"  # begins the names of the blobs, which are deleted when the import ends
LEAST_PACKED = 8  # bytes of a row of a packed file, whose rows are not counted before; it seldom takes less
MOST_HASHES = 500_000  # of one commit
READ_AT_ONCE = 8  # blobs


def bits_of(leader: Job) -> int:
    """How many bits of a hash tell its part. `leader` is the job of an import whose file is cut."""
    details = ImportDetails.of(leader)
    rows = details.source.size // LEAST_PACKED if details.is_packed else leader.estimate or 0
    return part_bits(rows * len(details.columns.identities))


@dataclass(frozen=True)
class WriteKeyHashes:
    """Writes the hashes of the keys of one range: one claim of the job of a lane."""

    parts: ImportParts
    run: Run
    lane: LaneDetails
    details: ImportDetails
    bits: int

    def __call__(self) -> None:
        """Work until the range is read, the time is up, or the import is to stop. Raises as `chunks_of_range`."""
        ending = WhenToEnd(self.parts, self.run, self.details, self.lane.import_id)
        parse, hashes = self.parts.parser(self.details), RowHashes(self.bits)
        cursor: Mapping[str, int] | None = self.run.job.cursor
        for chunk in chunks_of_range(self.parts, self.details, self.lane, cursor):
            for number, cells in chunk.rows:
                row = parse(number, cells)
                if isinstance(row, Row):
                    hashes.add(number, row.keys)
            cursor = chunk.after
            if ending.is_to_stop():
                self.run.commit(Progress(self.run.job.cursor, state=JobState.CANCELED))
                return
            if ending.is_to_pause():
                self._commit(hashes, cursor)
                let_next_go_first(self.run, self.parts.jobs)
                return
            if len(hashes) >= MOST_HASHES:
                self._commit(hashes, cursor)
                hashes = RowHashes(self.bits)
        self._commit(hashes, cursor, JobState.COMPLETED)

    def _commit(self, hashes: RowHashes, cursor: Mapping[str, int] | None, state: JobState | None = None) -> None:
        job = self.run.job
        name = f"{self.lane.number}-{job.generation}-{job.chunk:06}-{id_of(job.holder or '')[:8]}"
        put, key = self.parts.blobs().put, self.parts.results(self.details, self.lane.import_id).key
        parts = range(1 << self.bits)
        self.parts.executor.all([partial(put, key(_name(part, name)), hashes.content(part)) for part in parts])
        after: Any = None if cursor is None else dict(cursor)
        self.run.commit(Progress(after, blob=name, state=state))


@dataclass(frozen=True)
class SharedRows:
    """The rows of one import that share an identity."""

    parts: ImportParts
    details: ImportDetails
    import_id: str

    def find(self, lanes: Sequence[Job], bits: int, *, keep: Callable[[], None]) -> None:
        """Find them, and store which they are.

        Args:
            lanes: the jobs that have written hashes.
            keep: called now and then, to keep the lease.

        Raises:
            ResultsExpired: a part of the hashes is no longer kept.
        """
        names = [chunk.blob for lane in lanes for chunk in self.parts.jobs.ledger(lane) if chunk.blob is not None]
        rows = RowSet()
        for part in range(1 << bits):
            rows.add_shared(self._contents(part, names))
            keep()
        self.parts.blobs().put(self._key(), rows.content())

    def get(self) -> RowSet:
        """Raises ResultsExpired if it is no longer kept."""
        return RowSet(self._content(self._key()))

    def delete(self) -> None:
        """Delete all of that."""
        self.parts.blobs().delete_prefix(self.parts.results(self.details, self.import_id).key(KEYS))

    def _contents(self, part: int, names: Sequence[str]) -> Iterator[bytes]:
        key = self.parts.results(self.details, self.import_id).key
        for start in range(0, len(names), READ_AT_ONCE):
            some = names[start : start + READ_AT_ONCE]
            yield from self.parts.executor.all([partial(self._content, key(_name(part, name))) for name in some])

    def _content(self, key: str) -> bytes:
        content: bytes | None = self.parts.blobs().find(key)
        if content is None:
            raise ResultsExpired
        return content

    def _key(self) -> str:
        return self.parts.results(self.details, self.import_id).key(f"{KEYS}shared-rows")


def _name(part: int, name: str) -> str:
    return f"{KEYS}{part:03}/{name}"
