"""The rows that wait for a person: conflicts of committed imports about which nothing is decided.

Of the versions of one file, only the rows of the latest committed one wait; what it still has of the others is judged
there again. An import that was undone counts for nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from chalicelib.contacts.source_record import ContactFields, SourceContact
from chalicelib.file_imports.committing.commit_results import CommitResults
from chalicelib.file_imports.job_kinds import FileOutcome
from chalicelib.file_imports.records.follow_file_import import FollowedImport, FollowFileImports
from chalicelib.file_imports.records.list_records import ListRecords, Record
from chalicelib.file_imports.records.shown_alone import shown_alone
from chalicelib.file_imports.storing.decision_list import ListedDecision
from chalicelib.file_imports.storing.decision_store import Decisions, DecisionStore
from chalicelib.file_imports.storing.file_import import FileImport
from chalicelib.file_imports.storing.import_files import BLOCK_ROWS, ImportFiles, plan_name
from chalicelib.file_imports.storing.row_decision import RowDecision, Verdict
from chalicelib.file_imports.storing.state_conflict import conflict_in
from chalicelib.foundation.errors import Conflict, NotFound
from chalicelib.jobs.store import JobStore

_NEWER = "A newer version of this file was imported. Decide about its rows instead."
_NOT_YET = "The commit leaves rows in conflict out, and they can be decided after it, also in the review."
_UNDONE = "This import was undone. Import the file again."


class WaitingImport(NamedTuple):
    """An import with rows that wait."""

    import_id: str
    file_name: str
    tag: str  #: of the source of its records
    committed_at: datetime
    rows: int  #: the number of rows that wait, also of those that a job is deciding right now


class WaitingRow(NamedTuple):
    """A row that waits."""

    import_id: str
    row: int  #: its number, as the person's program shows it
    position: int  #: in the file, counted from 0
    source: str  #: the key of the source that its record will have
    source_id: str  #: the id that its record will have
    why: str  #: the code of the reason: "other_name", "same_email", "several_matches" or "same_id"
    contact_id: str | None  #: the contact that it may be; it may have been deleted since
    fields: ContactFields  #: what a contact of this row alone would show


class DecidedRow(NamedTuple):
    """A row of which a person said which contact it is, or that it is a new one."""

    contact_id: str | None  #: the contact that it is; None for a new one
    job_id: str  #: the job that imports it
    at: datetime


class WaitingPage(NamedTuple):
    """A page of rows of one import, in the order of the file."""

    rows: Sequence[WaitingRow]
    next_position: int | None  #: where the next page starts; None at the end


@dataclass(frozen=True)
class WaitingRows:
    """Finds these rows."""

    follow: FollowFileImports
    list_records: ListRecords
    results: CommitResults
    decisions: DecisionStore
    files: ImportFiles
    jobs: JobStore

    def imports(self, owner: str) -> Sequence[WaitingImport]:
        """The imports of this person with rows that wait, newest first. Reads no rows."""
        latest = _latest_versions(self.follow.all(owner))
        return [
            WaitingImport(each.found.import_id, each.found.file_name, each.found.source.tag, _committed_at(each), rows)
            for each in latest
            if (rows := each.counts[FileOutcome.CONFLICT])
        ]

    def page(self, owner: str, import_id: str, *, start: int = 0, limit: int = 50) -> WaitingPage:
        """Rows of one import that wait, without those that a job is deciding; none if the import is not the latest.

        Args:
            start: the position in the file to begin at.

        Raises:
            NotFound: the owner has no such import, or its files are no longer stored.
        """
        followed = self.follow(owner, import_id)
        job = followed.job
        if job is None or not self._is_latest(followed):
            return WaitingPage((), None)
        found = followed.found
        undecided = self.results.left_to_decide(found, job) - self._decided(found).keys()
        positions = sorted(each for each in undecided if each >= start)
        rows = [_waiting(found, record) for record in self.list_records.records(followed, positions[:limit])]
        return WaitingPage(rows, positions[limit] if len(positions) > limit else None)

    def find(self, owner: str, import_id: str, row: int) -> WaitingRow:
        """The row with this number.

        Raises:
            NotFound: there is no such import or row, or the import's files are no longer stored.
            Conflict: it does not wait.
        """
        followed = self.committed(owner, import_id)
        position = self._positions(followed, [row])[row]
        if position in self.without_void(self.decisions.find(owner, import_id, [position])):
            raise Conflict(f"Row {row:,} was decided. Read the rows again.", row=row)
        return _waiting(followed.found, next(self.list_records.records(followed, [position])))

    def decided(self, owner: str, import_id: str, row: int) -> DecidedRow | None:
        """The decision about a row; None if it waits, or if the row was left out.

        Raises:
            NotFound: there is no such import or row, or the import's files are no longer stored.
            Conflict: the commit did not leave it as a conflict, or nobody can decide about it any more.
        """
        followed = self.committed(owner, import_id)
        position = self._positions(followed, [row])[row]
        made = self.without_void(self.decisions.find(owner, import_id, [position])).get(position)
        if made is None or made.decided.verdict is Verdict.LEAVE_OUT:
            return None
        return DecidedRow(made.decided.contact_id, made.job_id, made.at)

    def committed(self, owner: str, import_id: str) -> FollowedImport:
        """The import, about whose rows can be decided. Raises NotFound, and Conflict if they cannot."""
        followed = self.follow(owner, import_id)
        if not followed.found.is_committed:
            raise conflict_in(followed.state, _NOT_YET)
        if not followed.found.stands:
            raise Conflict(_UNDONE, state=followed.state.value)
        if not self._is_latest(followed):
            raise Conflict(_NEWER, state=followed.state.value)
        return followed

    def listed(self, followed: FollowedImport, decided: Sequence[RowDecision]) -> list[ListedDecision]:
        """The decisions with what finds their rows, in the order of the file.

        Raises:
            NotFound: there is no such row.
            Conflict: the commit did not leave it as a conflict.
        """
        positions = self._positions(followed, [each.row for each in decided])
        listed = list[ListedDecision]()
        block: tuple[int, Sequence[tuple[str, str | None]]] = (-1, ())
        for each in sorted(decided, key=lambda each: positions[each.row]):
            number, place = divmod(positions[each.row], BLOCK_ROWS)
            if number != block[0]:
                block = (number, self._keys_and_contacts(followed, number))
            key, other_id = block[1][place]
            listed.append(ListedDecision(positions[each.row], key, each, other_id))
        return listed

    def _keys_and_contacts(self, followed: FollowedImport, number: int) -> list[tuple[str, str | None]]:
        """The key of each row of a block, and the contact that its commit found."""
        found, job = followed.found, followed.job
        if found.plan is None or job is None:
            return []
        plan = self.files.block(found, plan_name(found.plan.plan_id), number)
        results = self.results.of_block(found, job, number)
        return [(str(row[1]), result.contact_id) for row, result in zip(plan, results, strict=True)]

    def without_void(self, decisions: Decisions) -> Decisions:
        """The decisions without claims of jobs that have ended and could not carry them out."""
        claims = {each.job_id for each in decisions.values() if each.outcome is None}
        jobs = self.jobs.get_many(sorted(claims))
        working = {job_id for job_id, job in jobs.items() if not job.is_finished}
        return {place: each for place, each in decisions.items() if each.outcome is not None or each.job_id in working}

    def _decided(self, found: FileImport) -> Decisions:
        return self.without_void(self.decisions.between(found.owner, found.import_id))

    def _positions(self, followed: FollowedImport, numbers: Sequence[int]) -> Mapping[int, int]:
        """The positions of the rows with these numbers. Raises as `listed`."""
        found, job = followed.found, followed.job
        positions = self.list_records.positions_of(found, numbers)
        if missing := set(numbers) - positions.keys():
            raise NotFound("This file has no such row.", row=min(missing))
        left = self.results.left_to_decide(found, job) if job else frozenset()
        if others := [number for number, place in positions.items() if place not in left]:
            raise Conflict(f"Row {min(others):,} is not in conflict with a contact.", row=min(others))
        return positions

    def _is_latest(self, followed: FollowedImport) -> bool:
        found = followed.found
        versions = [each for each in self.follow.all(found.owner) if each.found.source.key == found.source.key]
        return found.import_id in {each.found.import_id for each in _latest_versions(versions)}


def _latest_versions(followed: Sequence[FollowedImport]) -> list[FollowedImport]:
    """Those committed imports of whose file no other version was committed later, in the same order."""
    committed = {each.found.import_id: each for each in followed if each.found.stands}

    def order(each: FollowedImport) -> tuple[datetime, int]:
        """Of two commits at one instant, the one that is a newer version of the other comes later."""
        versions, earlier = 0, committed.get(each.found.newer_than or "")
        while earlier is not None and versions < len(committed):
            versions, earlier = versions + 1, committed.get(earlier.found.newer_than or "")
        return _committed_at(each), versions

    latest = {each.found.source.key: each for each in sorted(committed.values(), key=order)}
    return [each for each in committed.values() if latest[each.found.source.key] is each]


def _committed_at(followed: FollowedImport) -> datetime:
    """A committed import is never changed again, so that its last change was the commit."""
    return followed.found.updated_at or followed.found.created_at


def _waiting(found: FileImport, record: Record) -> WaitingRow:
    incoming, result = record.read.row.incoming, record.result
    return WaitingRow(
        found.import_id,
        record.planned.number,
        record.position,
        found.source.key,
        record.planned.key,
        (result.reason if result else record.planned.reason) or "",
        record.contact_id,
        shown_alone(incoming) if isinstance(incoming, SourceContact) else {},
    )
