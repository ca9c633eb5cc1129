"""Lists the rows of an import: as they were written, what was understood, what is planned, and what was done."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import NamedTuple

from chalicelib.books.contact_store import ContactStore
from chalicelib.books.prepared_contact import display_name
from chalicelib.file_imports.committing.commit_results import CommitResults, RowResult
from chalicelib.file_imports.job_kinds import FileOutcome
from chalicelib.file_imports.planning.import_rows_reader import ImportRowReader, ReadRow
from chalicelib.file_imports.planning.plan_rows import PlannedRow, RowOutcome
from chalicelib.file_imports.planning.plan_summary import positions_with
from chalicelib.file_imports.records.follow_file_import import FollowedImport, FollowFileImports
from chalicelib.file_imports.storing.file_import import FileImport, FileImportState
from chalicelib.file_imports.storing.import_files import BLOCK_ROWS, ImportFiles, plan_name, problem_rows_name
from chalicelib.file_imports.storing.published_state import commit_job
from chalicelib.file_imports.storing.state_conflict import NO_PLAN, NOT_COMMITTED, NOT_READ
from chalicelib.file_imports.storing.stored_rows import from_json
from chalicelib.files.records import Card, Row
from chalicelib.foundation.errors import NotFound

LARGEST_PAGE = 200  # rows
ProblemKind = tuple[str, str]  # the code and the column of problems


class ConflictWith(NamedTuple):
    """The contact that a row may be, or may not be."""

    contact_id: str
    name: str


class Record(NamedTuple):
    """One row of an import."""

    position: int  #: in the file, counted from 0
    read: ReadRow
    planned: PlannedRow
    result: RowResult | None  #: None before the row is committed
    #: Of a row that waits for a decision, if the book has the contact; only on pages.
    conflict_with: ConflictWith | None = None

    @property
    def is_conflict(self) -> bool:
        outcome = self.planned.outcome if self.result is None else self.result.outcome
        return outcome in (RowOutcome.CONFLICT, FileOutcome.CONFLICT)

    @property
    def contact_id(self) -> str | None:
        """The contact that it is, or is in conflict with; None before a new one is created."""
        if self.result is not None:
            return self.result.contact_id
        is_in_book = self.planned.outcome is not RowOutcome.NEW and self.planned.other_row is None
        return self.planned.contact_id if is_in_book else None


class RecordPage(NamedTuple):
    """A page of rows."""

    records: Sequence[Record]
    total: int  #: the number of rows that fit the filter
    next_position: int | None  #: where the next page starts, among those that fit; None at the end


@dataclass(frozen=True)
class ListRecords:
    """Lists the rows of planned and of committed imports."""

    files: ImportFiles
    follow: FollowFileImports
    results: CommitResults
    contacts: ContactStore
    #: The default country of phone numbers without a country code.
    region: str

    def page(
        self,
        followed: FollowedImport,
        *,
        planned: Sequence[RowOutcome] = (),
        done: Sequence[FileOutcome] = (),
        problem: ProblemKind | None = None,
        start: int = 0,
        limit: int = 50,
    ) -> RecordPage:
        """A page of rows, in the order of the file.

        Args:
            planned: only rows with one of these outcomes in the plan; empty for all.
            done: only rows with one of these outcomes in the commit, which has ended; empty for all.
            problem: only rows with this problem. Takes precedence over the other filters.

        Raises:
            Conflict: there is no plan, or nothing was committed yet.
            NotFound: the import's files are no longer stored.
        """
        positions = self._positions(followed, planned, done) if problem is None else self._with(followed, problem)
        chosen = positions[start : start + limit]
        end = start + len(chosen)
        records = self._with_conflicts(followed.found.owner, list(self.records(followed, chosen)))
        return RecordPage(records, len(positions), end if chosen and end < len(positions) else None)

    def records(self, followed: FollowedImport, positions: Sequence[int] | None = None) -> Iterator[Record]:
        """The rows at these positions, which ascend; all rows if None. Raises as `page`."""
        found = followed.found
        if found.plan is None:
            raise self.follow.conflict(NO_PLAN, found)
        reader = ImportRowReader(self.files, found, self.region)
        wanted = range(found.rows or 0) if positions is None else positions
        for number, places in _by_block(wanted).items():
            rows = reader.block(number)
            plan = self.files.block(found, plan_name(found.plan.plan_id), number)
            results = self._results(followed, number)
            for place in places:
                result = results[place] if place < len(results) else None
                yield Record(number * BLOCK_ROWS + place, rows[place], PlannedRow.of(plan[place]), result)

    def numbers(self, followed: FollowedImport, planned: Sequence[RowOutcome], reason: str | None = None) -> list[int]:
        """The numbers of the rows with one of these outcomes in the plan, and with this reason unless it is None.

        Raises as `page`.
        """
        wanted = set(planned)
        return [row.number for row in self._plan(followed) if row.outcome in wanted and reason in (None, row.reason)]

    def check_number(self, found: FileImport, number: int) -> None:
        """Raises NotFound if the file has no row with this number, and Conflict if it has not been read."""
        if self.unknown_numbers(found, [number]):
            raise NotFound("This file has no such row.")

    def unknown_numbers(self, found: FileImport, numbers: Collection[int]) -> list[int]:
        """Those of these numbers that no row of the file has. Raises Conflict if it has not been read."""
        return sorted(set(numbers) - self.positions_of(found, numbers).keys())

    def positions_of(self, found: FileImport, numbers: Collection[int]) -> Mapping[int, int]:
        """The positions of the rows with these numbers, as far as there are any. Raises as `unknown_numbers`."""
        if not found.reading:
            raise self.follow.conflict(NOT_READ, found)
        numbers_of = cache(partial(self._numbers, found))
        blocks = range(-(-(found.rows or 0) // BLOCK_ROWS))

        def position(number: int) -> int | None:
            after = bisect_right(blocks, number, key=lambda block: numbers_of(block)[0])  # numbers ascend
            block = max(after - 1, 0)
            place = bisect_left(numbers_of(block), number)
            is_there = numbers_of(block)[place : place + 1] == [number]
            return block * BLOCK_ROWS + place if is_there else None

        found_at = {number: position(number) for number in set(numbers)}
        return {number: at for number, at in found_at.items() if at is not None}

    def written(self, found: FileImport, number: int) -> Row | Card:
        """The row with this number, as it is in the file. Raises as `check_number`."""
        position = self.positions_of(found, [number]).get(number)
        if position is None:
            raise NotFound("This file has no such row.")
        block, place = divmod(position, BLOCK_ROWS)
        return from_json(self.files.block(found, found.reading, block)[place])

    def sample(self, found: FileImport, count: int = 3) -> Sequence[Row | Card]:
        """The first rows of the file, which has been read, as they were written. Raises NotFound."""
        return [from_json(each) for each in self.files.block(found, found.reading, 0)[:count]]

    def outcomes(self, followed: FollowedImport) -> Iterator[tuple[PlannedRow, RowResult | None]]:
        """What is planned for all rows, and what was done with them so far. Faster than `records`; raises as `page`."""
        results: Sequence[RowResult] = ()
        for position, row in enumerate(self._plan(followed)):
            number, place = divmod(position, BLOCK_ROWS)
            results = self._results(followed, number) if place == 0 else results
            yield row, results[place] if place < len(results) else None

    def _with_conflicts(self, owner: str, records: Sequence[Record]) -> Sequence[Record]:
        """The same rows; those in conflict with the contact of the book that they are in conflict with."""
        ids = [each.contact_id for each in records if each.is_conflict and each.contact_id]
        contacts = self.contacts.get_many(owner, ids) if ids else {}
        others = {each: ConflictWith(each, display_name(contact.shown)) for each, contact in contacts.items()}
        return [
            each._replace(conflict_with=others.get(each.contact_id or "")) if each.is_conflict else each
            for each in records
        ]

    def _numbers(self, found: FileImport, block: int) -> list[int]:
        """The numbers of the rows of one block."""
        return [from_json(each).number for each in self.files.block(found, found.reading, block)]

    def _plan(self, followed: FollowedImport) -> Iterator[PlannedRow]:
        """All planned rows."""
        found = followed.found
        if found.plan is None:
            raise self.follow.conflict(NO_PLAN, found)
        for number in range(-(-(found.rows or 0) // BLOCK_ROWS)):
            yield from map(PlannedRow.of, self.files.block(found, plan_name(found.plan.plan_id), number))

    def _with(self, followed: FollowedImport, problem: ProblemKind) -> Sequence[int]:
        """The positions of the rows with this problem, from one blob; plans of earlier versions are read as a whole."""
        found = followed.found
        stored = self.files.find(found, problem_rows_name(plan_name(found.plan.plan_id))) if found.plan else None
        if stored is not None:
            return positions_with(stored, problem)
        return [
            position
            for position, row in enumerate(self._plan(followed))
            if any((each.code, each.column) == problem for each in row.problems)
        ]

    def _positions(
        self, followed: FollowedImport, planned: Sequence[RowOutcome], done: Sequence[FileOutcome]
    ) -> Sequence[int]:
        found = followed.found
        if done:
            job = commit_job(followed.job)
            if job is None or found.state is not FileImportState.COMMITTED:
                raise self.follow.conflict(NOT_COMMITTED, found)
            return self.results.positions(found, job, done)
        return self.follow.plan_summary(found).positions(planned) if planned else range(found.rows or 0)

    def _results(self, followed: FollowedImport, number: int) -> Sequence[RowResult]:
        """The results of one block, as far as there are any."""
        job = commit_job(followed.job)
        if job is None:
            return ()
        if followed.found.state is FileImportState.COMMITTED:
            return self.results.of_block(followed.found, job, number)
        return self.results.so_far(job)[number * BLOCK_ROWS :]


def _by_block(positions: Sequence[int]) -> Mapping[int, list[int]]:
    """The places within blocks, by the number of the block."""
    blocks: dict[int, list[int]] = {}
    for position in positions:
        number, place = divmod(position, BLOCK_ROWS)
        blocks.setdefault(number, []).append(place)
    return blocks
