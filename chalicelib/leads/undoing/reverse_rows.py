"""Judges the rows of one blob of an import, and reverses what they did."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.repeat_change import repeat_change
from chalicelib.jobs.job import Job
from chalicelib.leads.importing.final_lines import Line, final_line
from chalicelib.leads.importing.forget_lead import ERASED
from chalicelib.leads.importing.import_details import ImportDetails
from chalicelib.leads.importing.import_parts import ImportParts
from chalicelib.leads.importing.judging import Outcome, Row
from chalicelib.leads.importing.result_blobs import ChunkResult
from chalicelib.leads.importing.superseding import Superseded
from chalicelib.leads.lead import Lead
from chalicelib.leads.resolving.entry_changes import removed, replaced, without_identities
from chalicelib.leads.store.entry import Entry
from chalicelib.leads.store.lead_store import EntryChange
from chalicelib.leads.undoing.job_kind import Undone
from chalicelib.leads.undoing.judge_undo import UndoJudge, Verdict, Why
from chalicelib.leads.undoing.undo_job import UndoLine, stamp_source

_CHANGING = (Outcome.CREATED, Outcome.UPDATED)


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

    def __call__(self, result: ChunkResult) -> list[UndoLine]:
        """What became of the leads that these rows created or changed."""
        details = ImportDetails.of(self.job)
        parse = self.parts.parser(details)
        judge = UndoJudge.of(self.job.job_id, stamp_source(self.job.job_id), details.policies, self.at)
        lines: list[UndoLine] = []
        judged: list[tuple[Line, Row]] = []
        for written, cells in zip(result.lines, result.cells, strict=True):
            line = final_line(written, self.superseded) if self.superseded else written
            if line.outcome not in _CHANGING:
                continue
            row = parse(line.row, cells) if line.lead_ids and line.reason != ERASED else None
            if isinstance(row, Row):
                judged.append((line, row))
            else:
                lines.append(UndoLine(line.row, "", Undone.FAILED, Why.GONE))
        return sorted([*lines, *self._each(judge, details.organization, judged)], key=lambda line: line.row)

    def _each(self, judge: UndoJudge, organization: str, rows: Sequence[tuple[Line, Row]]) -> list[UndoLine]:
        homes = self.parts.leads.entries(organization, [line.lead_ids[0] for line, _ in rows]) if rows else {}
        works = [partial(self._one, judge, organization, line, row, homes[line.lead_ids[0]]) for line, row in rows]
        return self.parts.executor.all(works)

    def _one(self, judge: UndoJudge, organization: str, line: Line, row: Row, first: Entry) -> UndoLine:
        seen = [first]

        def attempt() -> Verdict | None:
            home = seen.pop() if seen else self.parts.leads.entries(organization, [first.key])[first.key]
            verdict = judge(home, row, line.outcome)
            is_written = not self.writes or self._is_written(judge, organization, home, verdict)
            return verdict if is_written else None

        return UndoLine.of(line.row, first.key, repeat_change(self.parts.clock, attempt))

    def _is_written(self, judge: UndoJudge, organization: str, home: Entry, verdict: Verdict) -> bool:
        """Store what the verdict says; False if others have changed the lead meanwhile."""
        if home.lead is None or not (verdict.deletes or verdict.after):
            return True
        changes = self._changes(judge, organization, home, home.lead, verdict)
        return changes is not None and self.parts.leads.commit(organization, changes)

    def _changes(
        self, judge: UndoJudge, organization: str, home: Entry, lead: Lead, verdict: Verdict
    ) -> Sequence[EntryChange] | None:
        keys = [each.key for each in lead.identities] if verdict.deletes else verdict.freed
        others = [key for key in keys if key != home.key]
        entries = {**(self.parts.leads.entries(organization, others) if others else {}), home.key: home}
        if any(entries[key].owner != lead.id for key in others):
            return None  # others are moving them
        if verdict.after is None:
            return removed(lead, judge.gone, entries)
        if verdict.freed:
            return without_identities(verdict.freed, verdict.after, entries)
        return replaced(verdict.after, entries)


def judged_only(parts: ImportParts, job: Job, superseded: Superseded) -> ReverseRows:
    """Judges rows as an undo would that began now."""
    return ReverseRows(parts, job, milliseconds(parts.clock.now()), superseded, writes=False)
