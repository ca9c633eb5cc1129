"""Removes what imports keep of an erased lead: its rows, the result files that hold them, and the file they came from.

The lines of its rows stay without their cells and without the lead, so that the counts of an import still add up.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.jobs.job import Job
from chalicelib.leads.importing.final_lines import Line
from chalicelib.leads.importing.import_details import ImportDetails
from chalicelib.leads.importing.import_parts import ImportParts
from chalicelib.leads.importing.job_kinds import LEAD_IMPORT
from chalicelib.leads.importing.lanes import lanes_of_import
from chalicelib.leads.importing.outcome import Outcome
from chalicelib.leads.importing.result_blobs import UNDO, ChunkResult, ResultBlobs
from chalicelib.leads.importing.row_parser import RowParser
from chalicelib.leads.importing.write_results import file_name

ERASED = "erased"  # the reason of a line whose lead was erased


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
        """The names of the blobs with rows of an import, always in the same order.

        Those count too that a worker has written who was killed before it could commit them.
        """
        return self._results(job).names()

    def holds(self, job: Job, name: str, erased: AbstractSet[str]) -> bool:
        """Whether a blob has rows of the lead.

        Args:
            erased: the id of the lead, and the keys of its identities.
        """
        result, parser = self._results(job).get(name), self._parser(job)
        return result is not None and any(
            _is_about(line, cells, erased, parser) for line, cells in zip(result.lines, result.cells, strict=True)
        )

    def files_of(self, job: Job) -> list[str]:
        """The keys of the file that was imported, of the result files and of what its undo wrote, as far as they are
        there.
        """
        results, blobs = self._results(job), self.parts.blobs()
        keys = [ImportDetails.of(job).source.key, *(results.key(file_name(outcome)) for outcome in Outcome)]
        return [key for key in keys if blobs.size(key) is not None] + list(blobs.keys(results.key(UNDO)))

    def delete(self, keys: Sequence[str]) -> None:
        """Delete these files, and note that."""
        self.parts.deleted_files.note(keys)
        self.parts.blobs().delete(keys)

    def remove_from(self, job: Job, name: str, erased: AbstractSet[str]) -> None:
        """Remove the lead from a blob."""
        results = self._results(job)
        result = results.get(name)
        if result is not None:
            results.put(name, _without_lead(result, erased, self._parser(job)))

    def _lanes(self, job: Job) -> list[Job]:
        return lanes_of_import(self.parts.jobs, job)

    def _results(self, job: Job) -> ResultBlobs:
        return self.parts.results(ImportDetails.of(job), job.job_id)

    def _parser(self, job: Job) -> RowParser:
        return self.parts.parser(ImportDetails.of(job))


def _is_about(line: Line, cells: Sequence[str], erased: AbstractSet[str], parser: RowParser) -> bool:
    """Whether a row is about the lead, or has an identity of it, whatever became of the row."""
    return not erased.isdisjoint(line.lead_ids) or not erased.isdisjoint(parser.keys_in(cells))


def _without_lead(result: ChunkResult, erased: AbstractSet[str], parser: RowParser) -> ChunkResult:
    """The result without the cells of the rows of the lead."""
    lines: list[Line] = []
    kept: list[Sequence[str]] = []
    for line, cells in zip(result.lines, result.cells, strict=True):
        is_about = _is_about(line, cells, erased, parser)
        others = tuple(each for each in line.lead_ids if each not in erased)
        lines.append(line._replace(lead_ids=others, reason=ERASED, detail="") if is_about else line)
        kept.append([] if is_about else cells)
    return replace(result, lines=lines, cells=kept)
