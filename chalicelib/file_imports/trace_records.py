"""Where the records of files come from: the row of each, and the rule by which it matched.

A commit first stores which row has which key, in as many blobs as its plan has. A checksum of the key tells which of
them holds it, so one contact is traced by reading one blob for each of its files.
"""

import logging
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from chalicelib.contacts.source import Source, SourceKind
from chalicelib.contacts.source_record import SourceRecord
from chalicelib.contacts.source_row import SourceRow, SourceRows
from chalicelib.file_imports.file_import import FileImport
from chalicelib.file_imports.import_files import BLOCK_ROWS, ImportFiles, by_key_name, plan_name
from chalicelib.file_imports.import_store import FileImportStore
from chalicelib.file_imports.job_kinds import COMMIT
from chalicelib.file_imports.plan_rows import TAKEN
from chalicelib.jobs.store import JobStore

log = logging.getLogger(__name__)

MOST_TRACED = 8  # records of one contact, the latest


def keep_rows_by_key(files: ImportFiles, found: FileImport, plan_id: str) -> None:
    """Store the number and the rule of each row that the plan takes, by its key. May be repeated."""
    plan, parts = plan_name(plan_id), _parts(found)
    rows: list[dict[str, tuple[int, str]]] = [{} for _ in range(parts)]
    for block in range(parts):
        for number, key, outcome, _, rule, *_ in files.block(found, plan, block):
            if outcome in TAKEN:
                rows[_part_of(key, parts)].setdefault(key, (number, rule))
    for part, content in enumerate(rows):
        files.put(found, by_key_name(plan, part), content)


@dataclass(frozen=True)
class TraceRecords:
    """Finds the rows that records came from."""

    imports: FileImportStore
    files: ImportFiles
    jobs: JobStore

    def __call__(self, owner: str, records: Sequence[SourceRecord]) -> SourceRows:
        """The rows of the records of one contact, as far as their imports are still stored."""
        of_files = [record for record in records if Source.of(record.source).kind is SourceKind.FILE]
        latest = sorted(of_files, key=attrgetter("last_changed"), reverse=True)[:MOST_TRACED]
        found = (((each.source, each.source_id), self._source_row(owner, each)) for each in latest)
        return {key: row for key, row in found if row is not None}

    def _source_row(self, owner: str, record: SourceRecord) -> SourceRow | None:
        job = self.jobs.find(record.stamp.job)
        if job is None or job.owner != owner or job.kind != COMMIT.name:
            return None
        found = self.imports.find(owner, str(job.details["import_id"]))
        if found is None:
            return None
        row, rule = self._row(found, str(job.details["plan_id"]), record.source_id)
        return SourceRow(found.import_id, found.file_name, row, rule)

    def _row(self, found: FileImport, plan_id: str, key: str) -> tuple[int | None, str]:
        """The number and the rule of the row; (None, "") if they cannot be read: the contact is shown without them."""
        try:
            rows = self.files.find(found, by_key_name(plan_name(plan_id), _part_of(key, _parts(found))))
        except Exception as error:
            log.warning("source_rows_not_read", extra={"error": type(error).__name__})
            rows = None
        number, rule = (rows or {}).get(key, (None, ""))
        return number, rule


def _parts(found: FileImport) -> int:
    """How many blobs hold the rows of the file."""
    return max(1, -(-(found.rows or 0) // BLOCK_ROWS))


def _part_of(key: str, parts: int) -> int:
    return zlib.crc32(key.encode()) % parts
