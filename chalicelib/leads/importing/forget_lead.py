"""Removes what imports keep of an erased lead: its rows, the result files that hold them, and the file they came from.

The lines of its rows stay without their cells and without the lead, so that the counts of an import still add up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.foundation.service_owners import organization_owner
from chalicelib.jobs.job import Job
from chalicelib.leads.importing.final_lines import Line
from chalicelib.leads.importing.import_details import ImportDetails
from chalicelib.leads.importing.import_parts import ImportParts
from chalicelib.leads.importing.import_step import lane_id
from chalicelib.leads.importing.job_kinds import LEAD_IMPORT
from chalicelib.leads.importing.judging import Outcome
from chalicelib.leads.importing.result_blobs import ChunkResult, ResultBlobs
from chalicelib.leads.importing.write_results import file_name

ERASED = "erased"  # the reason of a line whose lead was erased


@dataclass(frozen=True)
class ForgetLead:
    """Removes a lead from what the imports of its organization keep. May be interrupted and repeated."""

    parts: ImportParts

    def __call__(self, organization: str, lead_id: str) -> list[str]:
        """Remove the lead from all imports; returns the keys of the files that were deleted for it."""
        return [key for job in self.imports_of(organization) for key in self.in_import(job, lead_id)]

    def imports_of(self, organization: str) -> Iterator[Job]:
        """The imports of an organization, newest first."""
        before: str | None = None
        while True:
            jobs, before = self.parts.jobs.of_owner(organization_owner(organization), before=before)
            yield from (job for job in jobs if job.kind == LEAD_IMPORT.name)
            if before is None:
                return

    def in_import(self, job: Job, lead_id: str) -> list[str]:
        """Remove the lead from one import that has ended; returns the keys of the files that were deleted for it."""
        details = ImportDetails.of(job)
        results = self.parts.results(details, job.job_id)
        held = [name for name in self._blob_names(job) if self._remove_from(results, name, lead_id)]
        if not held:
            return []
        files = [details.source.key, *(results.key(file_name(outcome)) for outcome in Outcome)]
        deleted = [key for key in files if self.parts.blobs().size(key) is not None]
        for key in deleted:
            self.parts.blobs().delete_prefix(key)
        return deleted

    def _blob_names(self, job: Job) -> Iterator[str]:
        cursor: dict[str, Any] = job.cursor or {}
        jobs = self.parts.jobs
        lanes = jobs.get_many([lane_id(job.job_id, number) for number in range(len(cursor.get("cuts", ())))])
        for lane in lanes.values():
            yield from (chunk.blob for chunk in jobs.ledger(lane) if chunk.blob is not None)

    def _remove_from(self, results: ResultBlobs, name: str, lead_id: str) -> bool:
        """Remove the lead from a blob; whether it was there."""
        result = results.get(name)
        if result is None or not any(lead_id in line.lead_ids for line in result.lines):
            return False
        results.put(name, without_lead(result, lead_id))
        return True


def without_lead(result: ChunkResult, lead_id: str) -> ChunkResult:
    """The result without the rows that are about a lead."""
    lines: list[Line] = []
    cells: list[Sequence[str]] = []
    for line, row in zip(result.lines, result.cells, strict=True):
        is_about = lead_id in line.lead_ids
        others = tuple(each for each in line.lead_ids if each != lead_id)
        lines.append(line._replace(lead_ids=others, reason=ERASED, detail="") if is_about else line)
        cells.append([] if is_about else row)
    return replace(result, lines=lines, cells=cells)
