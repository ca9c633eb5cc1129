"""What a commit did with each row: read beside the plan when it has ended, and until then in the ledger of its job.

A row that was left as a conflict has, once a person has decided about it, the outcome of the decision.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from chalicelib.file_imports.job_kinds import FileOutcome
from chalicelib.file_imports.storing.decision_store import Decisions, DecisionStore
from chalicelib.file_imports.storing.file_import import FileImport, FileImportState
from chalicelib.file_imports.storing.import_files import BLOCK_ROWS, ImportFiles, result_name, summary_name
from chalicelib.file_imports.storing.row_decision import StoredDecision
from chalicelib.foundation.json import Json
from chalicelib.jobs.job import Job, LedgerLine
from chalicelib.jobs.store import JobStore

_LETTERS: Mapping[str, str] = {
    FileOutcome.CREATED: "n",
    FileOutcome.UPDATED: "u",
    FileOutcome.UNCHANGED: "=",
    FileOutcome.CONFLICT: "c",
    FileOutcome.SKIPPED: "s",
    FileOutcome.FAILED: "i",
}


class RowResult(NamedTuple):
    """What a commit did with one row."""

    outcome: FileOutcome
    contact_id: str | None = None
    reason: str | None = None

    @classmethod
    def of(cls, line: LedgerLine) -> "RowResult":
        return cls(FileOutcome(line.outcome), line.contact_id, line.reason)

    def decided_by(self, decision: StoredDecision | None) -> "RowResult":
        """The result after a decision about the row; the same if there is none, or it is not carried out."""
        if decision is None or decision.outcome is None or self.outcome is not FileOutcome.CONFLICT:
            return self
        return RowResult(decision.outcome, decision.contact_id, decision.reason)


class RemovedRow(NamedTuple):
    """A row of the earlier version of a file that a commit took away."""

    key: str
    name: str  #: of the contact that was deleted with it
    contact_id: str | None = None  #: the contact that stays, since it has other sources


@dataclass(frozen=True)
class CommitResults:
    """Keeps the results of commits, and reads them."""

    files: ImportFiles
    jobs: JobStore
    decisions: DecisionStore

    def keeper(self, found: FileImport, job: Job) -> "ResultKeeper":
        """What keeps the results of a commit while it runs."""
        return ResultKeeper(self.files, found, result_name(job.job_id))

    def of_block(self, found: FileImport, job: Job, number: int) -> Sequence[RowResult]:
        """The results of the rows of one block, as far as they are settled."""
        stored = self.files.block(found, result_name(job.job_id), number)
        results = [RowResult(FileOutcome(outcome), contact_id, reason) for outcome, contact_id, reason in stored]
        first = number * BLOCK_ROWS
        decisions = self._decisions(found, first, first + BLOCK_ROWS - 1)
        return [each.decided_by(decisions.get(place)) for place, each in enumerate(results, first)]

    def so_far(self, job: Job) -> list[RowResult]:
        """The results of a commit that has not ended, in the order of the rows."""
        return list(self._rows(job))

    def positions(self, found: FileImport, job: Job, outcomes: Sequence[FileOutcome]) -> list[int]:
        """The positions of the rows with one of these outcomes, counted from 0."""
        wanted = {_LETTERS[each] for each in outcomes if each in _LETTERS}
        return [position for position, letter in enumerate(self._letters(found, job)) if letter in wanted]

    def left_to_decide(self, found: FileImport, job: Job) -> frozenset[int]:
        """The positions of the rows that the commit left as conflicts, whether decided since or not."""
        summary: Mapping[str, Any] = self.files.get(found, summary_name(result_name(job.job_id)))
        conflict = _LETTERS[FileOutcome.CONFLICT]
        return frozenset(place for place, letter in enumerate(summary["outcomes"]) if letter == conflict)

    def removed(self, found: FileImport, job: Job) -> list[RemovedRow]:
        """The rows that a commit took away."""
        if found.state is not FileImportState.COMMITTED:
            return list(self._removed(job))
        summary: Mapping[str, Any] = self.files.get(found, summary_name(result_name(job.job_id)))
        return [RemovedRow(*each) for each in summary["removed"]]

    def recount(self, found: FileImport, job: Job) -> Mapping[str, int]:
        """The number of rows by outcome, counted from the stored result of each row."""
        if found.state is not FileImportState.COMMITTED:
            settled = Counter(line.outcome for line in self._lines(job))
            return {outcome.value: settled[outcome] for outcome in FileOutcome}
        summary: Mapping[str, Any] = self.files.get(found, summary_name(result_name(job.job_id)))
        counted = Counter(self._letters(found, job))
        rows = {str(outcome): counted[letter] for outcome, letter in _LETTERS.items()}
        return {**rows, FileOutcome.REMOVED.value: len(summary["removed"])}

    def _letters(self, found: FileImport, job: Job) -> Sequence[str]:
        """The outcome of each row, in the order of the file."""
        summary: Mapping[str, Any] = self.files.get(found, summary_name(result_name(job.job_id)))
        letters, conflict = list(summary["outcomes"]), _LETTERS[FileOutcome.CONFLICT]
        for position, decision in self._decisions(found).items():
            if decision.outcome is not None and letters[position] == conflict:
                letters[position] = _LETTERS[decision.outcome]
        return letters

    def _decisions(self, found: FileImport, first: int = 0, last: int | None = None) -> Decisions:
        """The decisions about the rows from one position to another. Reads nothing of an import that has none."""
        if not found.decided:
            return {}
        last = (found.rows or 1) - 1 if last is None else last
        return self.decisions.between(found.owner, found.import_id, first, last)

    def _rows(self, job: Job) -> Iterator[RowResult]:
        return (RowResult.of(line) for line in self._lines(job) if line.outcome != FileOutcome.REMOVED)

    def _removed(self, job: Job) -> Iterator[RemovedRow]:
        lines = (line for line in self._lines(job) if line.outcome == FileOutcome.REMOVED)
        return map(_removed_row, lines)

    def _lines(self, job: Job) -> Iterator[LedgerLine]:
        """The lines committed when the job was read, so that they agree with its counts."""
        return (line for chunk in self.jobs.ledger(job) if chunk.chunk < job.chunk for line in chunk.lines)


class ResultKeeper:
    """Keeps the results of a commit: each block while the next rows are committed, the summary when all are settled.

    A claim that continues the commit keeps those of the claims before again, which are the same.
    """

    def __init__(self, files: ImportFiles, found: FileImport, name: str) -> None:
        self._files, self._found, self._name = files, found, name
        self._writer = files.block_writer(found, name)
        self._rest: list[Json] = []  # the rows that do not fill a block yet
        self._letters: list[str] = []
        self._removed: list[Json] = []

    def add(self, lines: Iterable[LedgerLine]) -> None:
        """Keep what became of the next rows, which are committed."""
        for line in lines:
            if line.outcome == FileOutcome.REMOVED:
                self._removed.append(list(_removed_row(line)))
            else:
                self._letters.append(_LETTERS[line.outcome])
                self._rest.append([line.outcome, line.contact_id, line.reason])
        while len(self._rest) >= BLOCK_ROWS:
            block, self._rest = self._rest[:BLOCK_ROWS], self._rest[BLOCK_ROWS:]
            self._writer.put(block)

    def end(self) -> None:
        """Store what is not stored yet. All rows are settled."""
        if self._rest:
            self._writer.put(self._rest)
        self._writer.end()
        summary = {"outcomes": "".join(self._letters), "removed": self._removed}
        self._files.put(self._found, summary_name(self._name), summary)

    def stop(self) -> None:
        """Wait for the blocks that are being stored; the claim ends."""
        self._writer.stop()


def _removed_row(line: LedgerLine) -> RemovedRow:
    return RemovedRow(line.source_id, line.name or "", line.contact_id)
