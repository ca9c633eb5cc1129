"""What a page shows of the rows of an import: what is planned and why, what changes, cells to fix. Pure functions."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from chalicelib.contacts.contact_fields import FIELDS
from chalicelib.contacts.display_name import computed_display
from chalicelib.contacts.source import PERSON, Source
from chalicelib.contacts.source_record import LeftOut, SourceContact
from chalicelib.contacts.value_text import text_of
from chalicelib.file_imports.planning.file_intake import Change
from chalicelib.file_imports.planning.kept_beside import Beside
from chalicelib.file_imports.planning.plan_rows import PlannedRow, RowOutcome
from chalicelib.file_imports.records.list_records import ConflictWith, Record
from chalicelib.file_imports.records.problem_words import problem_words, reason_text
from chalicelib.file_imports.storing.row_edits import LEFT_OUT
from chalicelib.files.card_columns import Column, columns_of_card, property_name
from chalicelib.files.records import Card, Problem, Row, column_name

PLANNED_LABELS: Mapping[str, str] = {
    RowOutcome.NEW: "New",
    RowOutcome.UPDATE: "Changed",
    RowOutcome.UNCHANGED: "Unchanged",
    RowOutcome.CONFLICT: "To decide",
    RowOutcome.SKIPPED: "Skipped",
    RowOutcome.INVALID: "Invalid",
}
DONE_LABELS: Mapping[str, str] = {
    "created": "Created",
    "updated": "Updated",
    "unchanged": "Unchanged",
    "conflict": "To decide",
    "skipped": "Skipped",
    "failed": "Failed",
}
#: The colors of planned outcomes, as the style sheet names them.
COLORS: Mapping[str, str] = dict(zip(PLANNED_LABELS, DONE_LABELS, strict=True))
_RULES = {
    "id": "Has the ID of this contact",
    "key": "Same row as in an earlier import",
    "number": "Same phone number, and the names fit",
    "email": "Same email address, and the names fit",
    "name": "Same name, and nothing else to tell",
}
_MOST_CELLS = 200  # of a row to edit
_MOST_PROBLEMS = 8  # of a row in a list: a form of fifty rows has two fields for each, of 1,000 that are allowed


class FieldChange(NamedTuple):
    """A field of a contact that a row changes; a text is "" for no value."""

    title: str
    before: str
    after: str


class BesideLine(NamedTuple):
    """Values of one field that the contact keeps but does not show; a text is "" for no value."""

    title: str
    file: str
    shown: str
    source: str  #: of what is shown: "you", or its tag


class Cell(NamedTuple):
    """A cell to edit."""

    place: int
    header: str
    text: str
    problem: str  #: what is wrong with it; "" for nothing
    is_fixed: bool = False

    @property
    def mark(self) -> str:
        """Tells whether a submitted text is another one."""
        return text_mark(self.text)

    @property
    def has_lines(self) -> bool:
        return "\n" in self.text or "\r" in self.text


class CellProblem(NamedTuple):
    """A value that could not be read."""

    title: str
    advice: str
    column: str
    value: str
    #: The place of its column; None if there is no such cell to fix.
    place: int | None
    #: The cell to fix, at the first problem that it has; None elsewhere.
    cell: Cell | None = None


class RecordRow(NamedTuple):
    """One row of the file."""

    number: int
    position: int
    name: str
    label: str  #: what is planned, or was done
    color: str
    rule: str
    reason: str  #: "" also if one of the problems says it
    contact_id: str | None  #: only of a contact that the book has
    conflict_with: ConflictWith | None  #: the contact that it may be
    changes: Sequence[FieldChange]
    beside: Sequence[BesideLine]
    problems: Sequence[CellProblem]
    further_problems: int  #: that are not among `problems`
    is_left_out: bool
    has_cells: bool  #: that can be fixed
    fixed: Sequence[str]  #: the headers of the cells that were fixed


def record_row(record: Record, headers: Sequence[str], written_format: str) -> RecordRow:
    """One row of a plan.

    Args:
        headers: of the columns; () for cards.
        written_format: of the file.
    """
    planned, result = record.planned, record.result
    columns = _columns(record.read.written, headers, written_format)
    problems = _problems_with_cells(record, columns)
    is_left_out = isinstance(record.read.row.incoming, LeftOut) and planned.reason == LEFT_OUT
    if result is not None:
        label, color, reason = DONE_LABELS[result.outcome], result.outcome.value, result.reason
    else:
        label, color, reason = PLANNED_LABELS[planned.outcome], COLORS[planned.outcome], planned.reason
    is_among_problems = reason in {each.code for each in planned.problems[: len(problems)]}
    return RecordRow(
        planned.number,
        record.position,
        _name(record),
        label,
        color,
        _rule(planned),
        "" if is_among_problems else reason_text(reason, planned.other_row),
        None if record.is_conflict else record.contact_id,
        record.conflict_with,
        [_change(field, change) for field, change in planned.changes.items()],
        [_beside(field, each) for field, each in planned.beside.items()],
        problems,
        max(0, len(planned.problems) - _MOST_PROBLEMS),
        is_left_out,
        bool(columns),
        [columns[place][0] or column_name(place) for place in record.read.fixed if place < len(columns)],
    )


def row_cells(record: Record, headers: Sequence[str], written_format: str) -> Sequence[Cell]:
    """The cells of a row, for a form to edit it. Arguments as of `record_row`."""
    columns = _columns(record.read.written, headers, written_format)
    problems = (_problem(each, columns, record.read.written) for each in record.planned.problems)
    places = {each.place: each.title for each in problems}
    cells = _cells(columns, {place: title for place, title in places.items() if place is not None})
    return [cell._replace(is_fixed=cell.place in record.read.fixed) for cell in cells]


def written_values(written: Row | Card) -> Sequence[tuple[str, str]]:
    """The values of a card with their titles, as far as a contact has fields for them."""
    fields: Mapping[str, Any] = written.fields if isinstance(written, Card) else {}
    return [
        (FIELDS[field].title, text)
        for field, value in fields.items()
        if field in FIELDS
        for text in field_texts(field, value)
    ]


def field_texts(field: str, value: Any) -> Sequence[str]:
    """The values of a field as people read them, with their labels; none for None."""
    if value is None:
        return ()
    if field not in FIELDS:
        return (str(value),)
    return [_labeled(field, each) for each in value] if isinstance(value, list) else (text_of(field, value),)


def text_mark(text: str) -> str:
    """Short, and equal for texts that differ in their line ends alone, which browsers change."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _rule(planned: PlannedRow) -> str:
    """Why the row is its contact, and which row that comes from, if the file brings it."""
    words = _RULES.get(planned.rule, "")
    return f"{words}: row {planned.other_row:,}" if words and planned.other_row is not None else words


def _name(record: Record) -> str:
    incoming, written = record.read.row.incoming, record.read.written
    if isinstance(incoming, SourceContact) and (
        name := incoming.fields.get("display") or computed_display(incoming.fields)
    ):
        return name
    if isinstance(written, Card):
        return written.fields.get("display", "") or computed_display(written.fields)
    return " · ".join(filter(None, (cell.strip() for cell in written.cells)))[:200] if written.cells else ""


def _change(field: str, change: Change) -> FieldChange:
    """A list shows the values that come or go, any other field the whole value."""
    before, after = (field_texts(field, value) for value in change)
    gone = [text for text in before if text not in after]
    come = [text for text in after if text not in before]
    if not gone and not come:
        gone, come = list(before), list(after)  # only their order differs
    title = FIELDS[field].title if field in FIELDS else field.replace("_", " ").capitalize()
    return FieldChange(title, "\n".join(gone), "\n".join(come))


def _beside(field: str, beside: Beside) -> BesideLine:
    file, shown = ("\n".join(field_texts(field, value)) for value in (beside.file, beside.shown))
    source = "you" if beside.source == PERSON else Source.of(beside.source).tag if beside.source else ""
    return BesideLine(FIELDS[field].title, file, shown, source)


def _labeled(field: str, value: Any) -> str:
    text = text_of(field, value)
    label = value.get(FIELDS[field].label) if isinstance(value, Mapping) else None
    return f"{text} ({label})" if label else text


def _columns(written: Row | Card, headers: Sequence[str], written_format: str) -> Sequence[Column]:
    """The headers of a row, each with its cell."""
    if isinstance(written, Card):
        return columns_of_card(written, written_format)
    texts = [*written.cells, *[""] * (len(headers) - len(written.cells))]
    return list(zip(headers, texts, strict=False))


def _problem(problem: Problem, columns: Sequence[Column], written: Row | Card) -> CellProblem:
    words = problem_words(problem.code)
    place = _place_in_card(problem, columns) if isinstance(written, Card) else _place(problem, columns)
    return CellProblem(words.title, words.advice, problem.column, problem.value, place)


def _place(problem: Problem, columns: Sequence[Column]) -> int | None:
    """The place of the cell; of several columns with one header, that of the first that has the value."""
    places = [place for place, (header, _) in enumerate(columns) if header == problem.column]
    having = (place for place in places if problem.value in columns[place][1])
    return next(having, places[0] if places else None)


def _place_in_card(problem: Problem, columns: Sequence[Column]) -> int | None:
    """The place of the property that the problem names, or else of the one that has just its value as a line."""
    name = property_name(problem.column)
    named = [place for place, (head, _) in enumerate(columns) if property_name(head) == name]
    having = (place for place in named if problem.value in columns[place][1])
    saying = (place for place, (_, text) in enumerate(columns) if problem.value in text.splitlines())
    return next(having, next(saying, named[0] if named else None))


def _problems_with_cells(record: Record, columns: Sequence[Column]) -> Sequence[CellProblem]:
    shown = record.planned.problems[:_MOST_PROBLEMS]
    problems = [_problem(each, columns, record.read.written) for each in shown]
    places = {each.place: each.title for each in problems if each.place is not None}
    cells = {cell.place: cell for cell in _cells(columns, places) if cell.problem}
    return [each._replace(cell=cells.pop(each.place, None)) if each.place is not None else each for each in problems]


def _cells(columns: Sequence[Column], problems: Mapping[int, str]) -> Sequence[Cell]:
    every = [
        Cell(place, header or column_name(place), text, problems.get(place, ""))
        for place, (header, text) in enumerate(columns)
    ]
    if len(every) <= _MOST_CELLS:
        return every
    return [cell for cell in every if cell.text or cell.problem][:_MOST_CELLS]
