"""What the steps of an import work with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.executor import Executor
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import WorkQueue
from chalicelib.leads.channels.channels import Channels
from chalicelib.leads.channels.lead_keys import LeadKeys
from chalicelib.leads.importing.deleted_files import DeletedFiles
from chalicelib.leads.importing.import_details import ImportDetails
from chalicelib.leads.importing.result_blobs import ResultBlobs
from chalicelib.leads.importing.row_parser import RowParser
from chalicelib.leads.store.lead_store import LeadStore

STOP = "stop"  # the blob that tells the lanes of an import to stop


class ImportStopped(Exception):
    """The import cannot go on, whatever happens.

    Args:
        code: for programs.
        words: what is wrong and how to fix it.
    """

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code, self.words = code, words


@dataclass(frozen=True)
class Limits:
    """The largest file, and how it is cut."""

    rows: int = 10_000_000
    size: int = 5 << 30  #: bytes, packed and unpacked
    lanes: int = 8
    smallest_range: int = 1 << 20  #: bytes; a smaller file has fewer lanes
    block: int = 1 << 20  #: bytes that are read by one request
    chunk_rows: int = 4_000
    #: the same if rows have several identities: each may be a transaction, and the lease must last for all of them
    several_rows: int = 1_000
    turn: timedelta = timedelta(seconds=20)  #: of work, before other jobs get theirs


@dataclass(frozen=True)
class ImportParts:
    """The stores and ports."""

    jobs: JobStore
    leads: LeadStore
    blobs: Callable[[], Any]
    channels: Channels
    keys: Callable[[], LeadKeys]
    work_queue: WorkQueue
    clock: Clock
    #: for preparing ahead and committing behind, which wait for requests of `leads` and so need threads of their own
    executor: Executor
    #: for reading blocks of the file, which preparing waits for; on the same threads, enough lanes would wait forever
    reading: Executor
    limits: Limits = Limits()  # frozen
    #: how long the bucket keeps uploads and results
    files_last: timedelta = timedelta(days=30)

    @property
    def deleted_files(self) -> DeletedFiles:
        return DeletedFiles(self.blobs, self.clock, self.files_last)

    def results(self, details: ImportDetails, import_id: str) -> ResultBlobs:
        return ResultBlobs(self.blobs, details.organization, import_id)

    def parser(self, details: ImportDetails) -> RowParser:
        return RowParser(
            details.organization,
            details.columns,
            self.channels,
            self.keys(),
            details.channel,
            details.scope,
            details.region,
            tuple(details.tags),
            may_split=details.has_several,
        )

    def is_stopped(self, details: ImportDetails, import_id: str) -> bool:
        """Whether somebody has canceled the import, or one of its lanes has failed."""
        return self.blobs().find(self.results(details, import_id).key(STOP)) is not None

    def stop(self, details: ImportDetails, import_id: str, why: str) -> None:
        self.blobs().put(self.results(details, import_id).key(STOP), why.encode())
