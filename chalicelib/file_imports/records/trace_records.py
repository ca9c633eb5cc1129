"""Where the records of files come from: the row of each, and the rule by which it matched.

A record has the key of its row and the job that wrote it, which names the import and its plan. So one contact is traced
by reading one blob for each of its files.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from chalicelib.contacts.source import is_file
from chalicelib.contacts.source_record import SourceRecord
from chalicelib.contacts.source_row import SourceRow, SourceRows
from chalicelib.file_imports.job_kinds import COMMIT, DECISION
from chalicelib.file_imports.planning.rows_by_key import find_row
from chalicelib.file_imports.storing.decision_list import from_json
from chalicelib.file_imports.storing.file_import import FileImport
from chalicelib.file_imports.storing.import_files import ImportFiles
from chalicelib.file_imports.storing.import_store import FileImportStore
from chalicelib.jobs.job import Job
from chalicelib.jobs.store import JobStore

log = logging.getLogger(__name__)

DECIDED = "decided"  # the rule of a row that a person has decided about
MOST_TRACED = 8  # records of one contact, the latest


@dataclass(frozen=True)
class TraceRecords:
    """Finds the rows that records came from."""

    imports: FileImportStore
    files: ImportFiles
    jobs: JobStore

    def __call__(self, owner: str, records: Sequence[SourceRecord]) -> SourceRows:
        """The rows of the records of one contact, as far as their imports are still stored."""
        of_files = [record for record in records if is_file(record.source)]
        latest = sorted(of_files, key=attrgetter("last_changed"), reverse=True)[:MOST_TRACED]
        found = (((each.source, each.source_id), self._source_row(owner, each)) for each in latest)
        return {key: row for key, row in found if row is not None}

    def _source_row(self, owner: str, record: SourceRecord) -> SourceRow | None:
        job = self.jobs.find(record.stamp.job)
        if job is None or job.owner != owner or job.kind not in (COMMIT.name, DECISION.name):
            return None
        found = self.imports.find(owner, str(job.details["import_id"]))
        if found is None:
            return None
        row, rule = self._row(found, job, record.source_id)
        return SourceRow(found.import_id, found.file_name, row, rule)

    def _row(self, found: FileImport, job: Job, key: str) -> tuple[int | None, str]:
        """The number and the rule of the row; (None, "") if they cannot be read: the contact is shown without them."""
        try:
            if job.kind == DECISION.name:
                row = self._decided_row(found, str(job.details["decisions"]), key)
            else:
                row = find_row(self.files, found, str(job.details["plan_id"]), key)
        except Exception as error:
            log.warning("source_rows_not_read", extra={"error": type(error).__name__})
            row = None
        return row or (None, "")

    def _decided_row(self, found: FileImport, name: str, key: str) -> tuple[int, str] | None:
        """The number of a row that a person has decided about."""
        decided = from_json(self.files.find(found, name) or [])
        return next(((each.decided.row, DECIDED) for each in decided if each.key == key), None)
