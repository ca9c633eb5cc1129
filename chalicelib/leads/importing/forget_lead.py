"""Removes what imports keep of an erased lead: its rows, the result files that hold them, and the file they came from.

The lines of its rows stay without their cells and without the lead, so that the counts of an import still add up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.jobs.job import Job
from chalicelib.leads.importing.final_lines import Line
from chalicelib.leads.importing.import_details import ImportDetails
from chalicelib.leads.importing.import_parts import ImportParts
from chalicelib.leads.importing.import_step import lanes_of_import
from chalicelib.leads.importing.job_kinds import LEAD_IMPORT
from chalicelib.leads.importing.judging import SUPPRESSED, Outcome
from chalicelib.leads.importing.result_blobs import ChunkResult, ResultBlobs
from chalicelib.leads.importing.write_results import file_name

ERASED = "erased"  # the reason of a line whose lead was erased


@dataclass(frozen=True, slots=True)
class Erased:
    """Which lines of an import are about an erased lead."""

    #: the id of the lead, and the keys of its identities
    ids: frozenset[str]
    #: whether rows were judged after the erasure: those that were skipped as suppressed are its rows then
    also_suppressed: bool = False

    def is_in(self, line: Line) -> bool:
        return any(each in self.ids for each in line.lead_ids) or (self.also_suppressed and line.reason == SUPPRESSED)


@dataclass(frozen=True)
class ForgetLead:
    """Finds and removes leads in what imports keep. Each method may be repeated."""

    parts: ImportParts

    def imports_of(self, owner: str, *, until: datetime) -> Iterator[Job]:
        """The imports of an organization that were accepted until then, newest first."""
        before: str | None = None
        while True:
            jobs, before = self.parts.jobs.of_owner(owner, before=before)
            yield from (job for job in jobs if job.kind == LEAD_IMPORT.name and job.created_at <= until)
            if before is None:
                return

    def has_ended(self, job: Job) -> bool:
        """Whether neither the import nor any of its lanes will store anything more."""
        return job.is_finished and all(lane.is_finished for lane in self._lanes(job))

    def blob_names(self, job: Job) -> list[str]:
        """The names of the blobs with the rows of an import, always in the same order."""
        chunks = (chunk for lane in self._lanes(job) for chunk in self.parts.jobs.ledger(lane))
        return [chunk.blob for chunk in chunks if chunk.blob is not None]

    def holds(self, job: Job, name: str, erased: Erased) -> bool:
        """Whether a blob has rows of the lead."""
        result = self._results(job).get(name)
        return result is not None and any(map(erased.is_in, result.lines))

    def files_of(self, job: Job) -> list[str]:
        """The keys of the file that was imported and of the result files, those that are still there."""
        results, blobs = self._results(job), self.parts.blobs()
        keys = [ImportDetails.of(job).source.key, *(results.key(file_name(outcome)) for outcome in Outcome)]
        return [key for key in keys if blobs.size(key) is not None]

    def delete(self, keys: Sequence[str]) -> None:
        """Delete these files, and note that."""
        self.parts.deleted_files.note(keys)
        self.parts.blobs().delete(keys)

    def remove_from(self, job: Job, name: str, erased: Erased) -> None:
        """Remove the lead from a blob."""
        results = self._results(job)
        result = results.get(name)
        if result is not None:
            results.put(name, without_lead(result, erased))

    def _lanes(self, job: Job) -> list[Job]:
        return lanes_of_import(self.parts.jobs, job)

    def _results(self, job: Job) -> ResultBlobs:
        return self.parts.results(ImportDetails.of(job), job.job_id)


def without_lead(result: ChunkResult, erased: Erased) -> ChunkResult:
    """The result without the cells of the rows of the lead."""
    lines: list[Line] = []
    cells: list[Sequence[str]] = []
    for line, row in zip(result.lines, result.cells, strict=True):
        is_about = erased.is_in(line)
        others = tuple(each for each in line.lead_ids if each not in erased.ids)
        lines.append(line._replace(lead_ids=others, reason=ERASED, detail="") if is_about else line)
        cells.append([] if is_about else row)
    return replace(result, lines=lines, cells=cells)
