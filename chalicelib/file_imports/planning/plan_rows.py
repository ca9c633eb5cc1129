"""Plans what becomes of each row of a file, without writing anything."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from chalicelib.books.chunk import Limits, Result
from chalicelib.contacts.source_record import LeftOut, SourceContact, Unreadable
from chalicelib.file_imports.planning.file_intake import CONFLICT, Change, FileIntake
from chalicelib.file_imports.planning.kept_beside import Beside
from chalicelib.file_imports.planning.match_rows import SameContact
from chalicelib.file_imports.planning.repeated_rows import RepeatedRows
from chalicelib.files.records import Problem
from chalicelib.foundation.json import Json
from chalicelib.foundation.outcomes import Outcome

AT_ONCE = 250  # rows; the book keeps the entries at hand that they ask for
REPEATED = "repeats_row"  # the reason of a row that says the same as an earlier one
_LIMITS = Limits(
    contacts=AT_ONCE, size_bytes=1_000_000_000, lines=AT_ONCE
)  # nothing is written, so nothing is too large


class RowOutcome(StrEnum):
    """What a plan says about a row."""

    NEW = "new"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"  # waits for a person
    SKIPPED = "skipped"
    INVALID = "invalid"


_BY_NAME: Mapping[str, RowOutcome] = {each.value: each for each in RowOutcome}
TAKEN = (RowOutcome.NEW, RowOutcome.UPDATE, RowOutcome.UNCHANGED)  #: what a commit does
_OUTCOMES: Mapping[Outcome, RowOutcome] = {
    Outcome.CREATED: RowOutcome.NEW,
    Outcome.UPDATED: RowOutcome.UPDATE,
    Outcome.UNCHANGED: RowOutcome.UNCHANGED,
    Outcome.SKIPPED: RowOutcome.SKIPPED,
    Outcome.FAILED: RowOutcome.INVALID,
}


@dataclass(slots=True)  # not frozen, which would double the time it takes to create one
class FileRow:
    """A row as it was read and mapped."""

    number: int  #: as the person's program shows it
    incoming: SourceContact | Unreadable | LeftOut  #: its source id is the row's key
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)  # not frozen, as a `FileRow`
class PlannedRow:
    """What becomes of a row."""

    number: int
    key: str
    outcome: RowOutcome
    contact_id: str | None = None  #: the contact it belongs to or is in conflict with; of a new one, a provisional id
    rule: str = ""  #: what decided: "key", "id", "number", "email" or "name"; "" if nothing matched
    reason: str | None = None  #: a code, if the row is not taken as it is
    other_row: int | None = None  #: the earlier row that it repeats, or whose new contact `contact_id` is
    changes: Mapping[str, Change] = field(default_factory=dict)  #: of an update: the fields before and after
    problems: tuple[Problem, ...] = ()
    beside: Mapping[str, Beside] = field(default_factory=dict)  #: values that the contact keeps, but does not show

    @classmethod
    def of(cls, stored: Sequence[Any]) -> "PlannedRow":
        number, key, outcome, contact_id, rule, reason, other_row, changes, problems, *more = stored
        beside = more[0] if more else {}
        return cls(
            number,
            key,
            _BY_NAME[outcome],
            contact_id,
            rule,
            reason,
            other_row,
            {name: (before, after) for name, (before, after) in changes.items()} if changes else {},
            tuple(Problem(*each) for each in problems) if problems else (),
            {name: Beside(*each) for name, each in beside.items()} if beside else {},
        )

    def json(self) -> Json:
        """The row as plain JSON, which `of` reads."""
        return [
            self.number,
            self.key,
            self.outcome.value,
            self.contact_id,
            self.rule,
            self.reason,
            self.other_row,
            {name: list(change) for name, change in self.changes.items()},
            [list(each) for each in self.problems],
            *([{name: list(each) for name, each in self.beside.items()}] if self.beside else []),
        ]


class FilePlan:
    """Plans rows in their order. Nothing is committed: the intake pretends what the rows before would have changed."""

    def __init__(self, intake: FileIntake) -> None:
        self._intake = intake
        self._repeated: RepeatedRows | None = None  # until the first row
        self._new: dict[str, int] = {}  # of the row of each new contact, by its provisional id
        self._in_conflict: set[str] = set()  # the contacts of rows that wait for a person

    def __call__(self, rows: Sequence[FileRow]) -> Iterator[PlannedRow]:
        """Plan these rows, a block that follows those of earlier calls."""
        if self._repeated is None:
            self._repeated = self._intake.repeated_rows()
        keyed, at = [self._repeated.keyed(row.number, row.incoming) for row in rows], 0
        self._intake.block_keys = {each.incoming.source_id for each in keyed}
        while at < len(rows):
            chunk = self._intake.plan([each.incoming for each in keyed[at : at + AT_ONCE]], _LIMITS)
            for row, (incoming, repeats), result in zip(rows[at:], keyed[at:], chunk.results, strict=False):
                yield self._planned(row, incoming.source_id, repeats, result)
            self._intake.pretend(chunk)
            at += chunk.consumed

    def gone(self) -> dict[str, str]:
        """The contacts of the file's earlier version that none of the planned rows has, by the keys of their rows.

        A contact that a row is in conflict with is not among them: the person may decide that it is the same.
        """
        by_key = self._intake.contacts_by_key()
        missing = sorted(by_key.keys() - set(self._repeated.taken if self._repeated else ()))
        return {key: by_key[key] for key in missing if by_key[key] not in self._in_conflict}

    def _planned(self, row: FileRow, key: str, repeats: int | None, result: Result) -> PlannedRow:
        outcome, reason = _OUTCOMES[result.outcome], result.reason
        if reason and reason.startswith(CONFLICT):
            outcome, reason = RowOutcome.CONFLICT, reason.removeprefix(CONFLICT)
            if result.contact_id:
                self._in_conflict.add(result.contact_id)
        is_repeated = repeats is not None and outcome is RowOutcome.SKIPPED
        return PlannedRow(
            row.number,
            key,
            outcome,
            result.contact_id,
            self._rule(key, outcome),
            REPEATED if is_repeated else reason,
            repeats if is_repeated else self._row_of_contact(result.contact_id, outcome, row.number),
            self._intake.changes.get(key, {}) if outcome is RowOutcome.UPDATE else {},
            row.problems,
            self._intake.beside.get(key, {}) if outcome in TAKEN else {},
        )

    def _row_of_contact(self, contact_id: str | None, outcome: RowOutcome, number: int) -> int | None:
        """The earlier row whose contact this is; None if the contact is in the book, or comes from this row."""
        if contact_id is None:
            return None
        if outcome is RowOutcome.NEW:
            self._new[contact_id] = number
            return None
        return self._new.get(contact_id)

    def _rule(self, key: str, outcome: RowOutcome) -> str:
        if outcome not in (RowOutcome.UPDATE, RowOutcome.UNCHANGED):
            return ""
        match = self._intake.matches.get(key)
        return match.rule if isinstance(match, SameContact) else "key"
