"""Judges the rows of one blob of an import, and reverses what they did."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.repeat_change import repeat_change
from chalicelib.jobs.job import Job
from chalicelib.leads.importing.final_lines import Line, final_line
from chalicelib.leads.importing.forget_lead import ERASED
from chalicelib.leads.importing.import_details import ImportDetails
from chalicelib.leads.importing.import_parts import ImportParts
from chalicelib.leads.importing.judging import Row
from chalicelib.leads.importing.outcome import Outcome
from chalicelib.leads.importing.result_blobs import ChunkResult
from chalicelib.leads.importing.row_parser import RowParser
from chalicelib.leads.importing.superseding import Superseded
from chalicelib.leads.resolving.entry_changes import Entries
from chalicelib.leads.undoing.job_kind import Undone
from chalicelib.leads.undoing.judge_undo import UndoJudge, Verdict, Why
from chalicelib.leads.undoing.store_verdicts import StoreVerdicts
from chalicelib.leads.undoing.undo_job import UndoLine, stamp_source

_CHANGING = (Outcome.CREATED, Outcome.UPDATED)
LineAndCells = tuple[Line, Sequence[str]]  # of one row


class ChangedLeads(NamedTuple):
    """What one blob says of rows that created or changed a lead, and these leads as they are."""

    rows: Sequence[LineAndCells]
    homes: Entries  #: the items of their leads, by id
    lost: Sequence[UndoLine] = ()  #: about rows that are not known any more


@dataclass(frozen=True)
class ReverseRows:
    """Works on the rows of one import.

    Args:
        at: when the first undo was accepted, in milliseconds since 1970.
        superseded: the rows that lost their place to an earlier one.
        writes: whether leads are changed; otherwise rows are only judged.
    """

    parts: ImportParts
    job: Job
    at: int
    superseded: Superseded
    writes: bool = True

    def find(self, result: ChunkResult) -> ChangedLeads:
        """Read the leads that these rows created or changed."""
        rows: list[LineAndCells] = []
        lost: list[UndoLine] = []
        for written, cells in zip(result.lines, result.cells, strict=True):
            line = final_line(written, self.superseded) if self.superseded else written
            if line.outcome not in _CHANGING:
                continue
            if line.lead_ids and line.reason != ERASED:
                rows.append((line, cells))
            else:
                lost.append(UndoLine(line.row, "", Undone.FAILED, Why.GONE))
        return ChangedLeads(rows, self._homes(rows), lost)

    def __call__(self, changed: ChangedLeads) -> list[UndoLine]:
        """Reverse what the rows did; returns what became of their leads, in the order of the rows.

        What others have changed meanwhile is read and judged again; so is what an earlier try has written.

        Raises:
            TooMany: others kept changing the same leads.
        """
        left = changed
        lines = list(changed.lost)

        def attempt() -> Sequence[UndoLine] | None:
            nonlocal left
            if left is not changed:
                left = left._replace(homes=self._homes(left.rows))
            verdicts = {line.lead_ids[0]: self._verdict(line, cells, left.homes) for line, cells in left.rows}
            refused = self._store(left.homes, verdicts) if self.writes else frozenset()
            lines.extend(_undo_lines(left.rows, verdicts, refused))
            left = ChangedLeads([each for each in left.rows if each[0].lead_ids[0] in refused], {})
            return None if left.rows else lines

        return sorted(repeat_change(self.parts.clock, attempt), key=lambda line: line.row)

    def _verdict(self, line: Line, cells: Sequence[str], homes: Entries) -> Verdict:
        def row() -> Row | None:
            parsed = self._parser(line.row, cells)
            return parsed if isinstance(parsed, Row) else None

        return self._judge(homes[line.lead_ids[0]], line.outcome, row)

    @cached_property
    def _details(self) -> ImportDetails:
        return ImportDetails.of(self.job)

    @cached_property
    def _parser(self) -> RowParser:
        return self.parts.parser(self._details)

    @cached_property
    def _judge(self) -> UndoJudge:
        return UndoJudge.of(self.job.job_id, stamp_source(self.job.job_id), self._details.policies, self.at)

    @cached_property
    def _store(self) -> StoreVerdicts:
        return StoreVerdicts(self.parts.leads, self.parts.executor, self._details.organization, self._judge.gone)

    def _homes(self, rows: Sequence[LineAndCells]) -> Entries:
        keys = [line.lead_ids[0] for line, _ in rows]
        return self.parts.leads.entries(self._details.organization, keys) if keys else {}


def _undo_lines(
    rows: Sequence[LineAndCells], verdicts: Mapping[str, Verdict], refused: Container[str]
) -> Iterator[UndoLine]:
    """What became of the leads of these rows, except those that were refused."""
    for line, _ in rows:
        lead_id = line.lead_ids[0]
        if lead_id not in refused:
            yield UndoLine.of(line.row, lead_id, verdicts[lead_id])


def judged_only(parts: ImportParts, job: Job, superseded: Superseded) -> ReverseRows:
    """Judges rows as an undo would that began now."""
    return ReverseRows(parts, job, milliseconds(parts.clock.now()), superseded, writes=False)
