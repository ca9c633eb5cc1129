"""The report of a commit that has ended: the rows of the file as they were written, each with what became of it.

Rows can be corrected in a report, and the report imported again (`files/report_columns.py`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from chalicelib.contacts.contact_fields import FIELDS
from chalicelib.file_imports.committing.commit_results import CommitResults, RowResult
from chalicelib.file_imports.job_kinds import FileOutcome
from chalicelib.file_imports.planning.kept_beside import KEPT_BESIDE
from chalicelib.file_imports.planning.plan_rows import PlannedRow
from chalicelib.file_imports.records.follow_file_import import FollowedImport, FollowFileImports
from chalicelib.file_imports.records.problem_words import reason_text
from chalicelib.file_imports.storing.file_import import FileImport, FileImportState
from chalicelib.file_imports.storing.import_files import BLOCK_ROWS, ImportFiles, plan_name
from chalicelib.file_imports.storing.published_state import commit_job
from chalicelib.file_imports.storing.row_edits import RowEdits
from chalicelib.file_imports.storing.state_conflict import NOT_COMMITTED, conflict_in
from chalicelib.file_imports.storing.stored_rows import from_json
from chalicelib.files.card_columns import plain_name
from chalicelib.files.records import Card, Row, column_name
from chalicelib.files.report_columns import FORMAT_COLUMN, REPORT_COLUMNS
from chalicelib.jobs.job import Job

ALL = "all"
REPORTS: Mapping[str, Sequence[FileOutcome]] = {
    ALL: (),
    **{each.value: (each,) for each in FileOutcome if each is not FileOutcome.REMOVED},
}
_MOST_PROPERTIES = 900  # columns of a report about cards; fewer than a table may have

REMOVED = FileOutcome.REMOVED.value  # the name of the report of `removed_report.py`
NOT_DONE = "not_done"  # the outcome of a row that a stopped commit has not come to
_NOT_DONE_REASON = "The import stopped before this row. Open the import to do the rest of its plan."

ResultsOf = Callable[[int], Sequence[RowResult]]  # the results of the rows of one block


@dataclass(frozen=True)
class ImportReport:
    """Makes reports."""

    files: ImportFiles
    follow: FollowFileImports
    results: CommitResults
    most_properties: int = _MOST_PROPERTIES

    def __call__(
        self, followed: FollowedImport, outcomes: Sequence[FileOutcome]
    ) -> tuple[Sequence[str], Iterator[Sequence[str]]]:
        """The header, and a row for each row of the file with one of these outcomes; for all rows if there are none.

        A commit that was canceled or has failed did not come to all rows; the report of all rows says so of the rest.

        Raises:
            Conflict: nothing was committed, or the commit has not ended.
            NotFound: the import's files are no longer stored.
        """
        found, job = followed.found, ended_job(followed)
        positions, results_of = self._committed(found, job, outcomes)
        header = self._header(found, positions)
        added = [*REPORT_COLUMNS, *([FORMAT_COLUMN] if self._is_about_cards(found) else [])]
        return [*header, *added], self._rows(found, positions, header, results_of)

    def _committed(
        self, found: FileImport, job: Job, outcomes: Sequence[FileOutcome]
    ) -> tuple[Sequence[int], ResultsOf]:
        """The positions of the rows of the report, and the results of each block."""
        if found.state is FileImportState.COMMITTED:
            positions = self.results.positions(found, job, outcomes) if outcomes else range(found.rows or 0)
            return positions, lambda number: self.results.of_block(found, job, number)
        so_far = self.results.so_far(job)
        settled = [place for place, result in enumerate(so_far) if result.outcome in outcomes]
        return settled if outcomes else range(found.rows or 0), lambda number: so_far[
            number * BLOCK_ROWS : (number + 1) * BLOCK_ROWS
        ]

    def _header(self, found: FileImport, positions: Sequence[int]) -> Sequence[str]:
        """The columns of a table, also those beyond its header; of cards, the names of their properties."""
        described = self.follow.description(found).columns
        if described is None:
            return self._properties(found, positions)
        headers = [str(each["header"]) for each in described]
        beyond = {column for code, column in self.follow.plan_summary(found).problems if code == "no_column"}
        names = list[str]()
        while beyond:
            names.append(column_name(len(headers) + len(names)))
            beyond.discard(names[-1])
        return headers + names

    def _is_about_cards(self, found: FileImport) -> bool:
        return self.follow.description(found).columns is None

    def _properties(self, found: FileImport, positions: Sequence[int]) -> Sequence[str]:
        """The properties of cards, as they are written if these are not too many, in the order of the file."""
        names = dict[str, None]()
        for _, block in self._written(found, positions):
            for _, card in block:
                names |= {name: None for name, _ in card.cells} if isinstance(card, Card) else {}
        if len(names) > self.most_properties:
            names = dict.fromkeys(map(plain_name, names))
        return list(names)[: self.most_properties]

    def _rows(
        self, found: FileImport, positions: Sequence[int], header: Sequence[str], results_of: ResultsOf
    ) -> Iterator[Sequence[str]]:
        plan_id = found.plan.plan_id if found.plan else ""
        form = [found.format] if self._is_about_cards(found) else []
        for number, block in self._written(found, positions):
            results = results_of(number)
            plan = self.files.block(found, plan_name(plan_id), number)
            for place, row in block:
                result = results[place] if place < len(results) else None
                yield [*_cells(row, header), *_report(PlannedRow.of(plan[place]), result), *form]

    def _written(
        self, found: FileImport, positions: Sequence[int]
    ) -> Iterator[tuple[int, Sequence[tuple[int, Row | Card]]]]:
        """The numbers of blocks, each with the places and the rows in it, with the cells that the person has fixed."""
        edits = RowEdits.of(self.files.get(found, found.edits)) if found.edits else RowEdits()
        for number, places in _by_block(positions):
            block = self.files.block(found, found.reading, number)
            yield number, [(place, edits.apply(from_json(block[place]), found.format)) for place in places]


def ended_job(followed: FollowedImport) -> Job:
    """The job that has committed the plan, or was stopped before the end. Raises Conflict."""
    job = commit_job(followed.job)
    if job is None:
        raise conflict_in(followed.state, NOT_COMMITTED)
    if not job.is_finished:
        raise conflict_in(followed.state, "The rows are being imported.")
    return job


def _by_block(positions: Iterable[int]) -> Iterator[tuple[int, Iterator[int]]]:
    """The numbers of blocks, each with the places in it."""
    for number, in_block in groupby(positions, lambda position: position // BLOCK_ROWS):
        yield number, (position % BLOCK_ROWS for position in in_block)


def _cells(written: Row | Card, header: Sequence[str]) -> Sequence[str]:
    """The cells under this header; several values of one property of a card are lines of one cell."""
    if isinstance(written, Row):
        return [*written.cells[: len(header)], *[""] * (len(header) - len(written.cells))]
    values: dict[str, list[str]] = {name: [] for name in header}
    for name, value in written.cells:
        values.setdefault(name if name in values else plain_name(name), []).append(value)
    return ["\n".join(values.get(name, ())) for name in header]


def _report(planned: PlannedRow, result: RowResult | None) -> Sequence[str]:
    if result is None:
        return [NOT_DONE, _NOT_DONE_REASON, str(planned.number), ""]
    reason = reason_text(result.reason, planned.other_row)
    if result.reason == KEPT_BESIDE and planned.beside:
        reason = f"{reason} {', '.join(FIELDS[field].title for field in planned.beside)}."
    return [result.outcome.value, reason, str(planned.number), result.contact_id or ""]
