"""Finds the row with a table's headers: often the first, but some programs write a preamble above it, or no headers."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from chalicelib.files.records import Row, column_name
from chalicelib.files.report_columns import is_report_header
from chalicelib.files.unreadable import MOST_COLUMNS, UnreadableFile

Knows = Callable[[str], bool]  # whether a text is a known header

SAMPLE_ROWS = 200  # by which a table is judged
_MOST_ABOVE = 20  # rows that are not empty, above and including the header
_LONGEST_HEADER = 80  # characters
_DATA = re.compile(r"@|://|\d{3}|\d[-/.:]\d")  # in cells of contacts, but hardly in headers
_MOSTLY = 0.6  # of the cells of a column


class FoundHeader(NamedTuple):
    """The header of a table, and how many of its cells are known headers."""

    row: Row | None  #: None if the table has no header
    known: int
    is_of_report: bool = False  #: whether it has the columns that a report of ours adds


def find_header(rows: Sequence[Row], knows: Knows) -> FoundHeader:
    """The header among the first rows of a table.

    It is the row with the most known headers, if the rows above it are emptier. If none is known, the first row is the
    header of columns that hold addresses, numbers or dates in the other rows, but not in the first. That of a report is
    known by the columns that the report added.
    """
    if report := next((row for row in rows[:_MOST_ABOVE] if is_report_header(row.cells)), None):
        return FoundHeader(report, _known(report, knows), is_of_report=True)
    counts = [_known(row, knows) for row in rows[:_MOST_ABOVE]]
    most = max(counts, default=0)
    place = counts.index(most) if most else 0
    if most > 1 and all(2 * _filled(above) <= _filled(rows[place]) for above in rows[:place]):
        return FoundHeader(rows[place], most)
    if most and not place and 2 * _filled(rows[0]) >= usual_width(rows):
        return FoundHeader(rows[0], most)
    return FoundHeader(rows[0] if rows and _differs_from_data(rows) else None, 0)


def columns_of(header: Row | None, rows: Sequence[Row]) -> Sequence[str]:
    """The names of a table's columns, as many as the widest of these rows has.

    Raises:
        UnreadableFile: there are too many.
    """
    headers = header.cells if header else [""] * usual_width(rows)
    if len(headers) > MOST_COLUMNS:
        message = f"The table has more than {MOST_COLUMNS:,} columns. Remove those without contacts."
        raise UnreadableFile("too_many_columns", message)
    named = [text if text.strip() else column_name(index) for index, text in enumerate(headers)]
    width = max((len(row.cells) for row in rows), default=0)
    return [*named, *map(column_name, range(len(named), min(width, MOST_COLUMNS)))]


def usual_width(rows: Sequence[Row]) -> int:
    """The number of cells that most rows have; of two, the smaller."""
    widths = Counter(len(row.cells) for row in rows)
    return max(widths, key=lambda width: (widths[width], -width), default=0)


def _filled(row: Row) -> int:
    return sum(map(bool, map(str.strip, row.cells)))


def count_known(cells: Sequence[str], knows: Knows) -> int:
    """How many of the first cells are known headers."""
    stripped = (cell.strip() for cell in cells[:MOST_COLUMNS])
    return sum(0 < len(cell) <= _LONGEST_HEADER and knows(cell) for cell in stripped)


def _known(row: Row, knows: Knows) -> int:
    """As `count_known`, but 0 for a row of a contact with words such as "Home" and "Work"."""
    known = count_known(row.cells, knows)
    return known if known >= 3 * sum(map(_is_data, row.cells)) else 0


def _differs_from_data(rows: Sequence[Row]) -> bool:
    first, *others = rows
    if any(map(_is_data, first.cells)):
        return False
    return any(
        _is_mostly_data([row.cells[index] for row in others if index < len(row.cells)])
        for index, text in enumerate(first.cells)
        if text.strip()
    )


def _is_mostly_data(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return bool(filled) and sum(map(_is_data, filled)) >= _MOSTLY * len(filled)


def _is_data(cell: str) -> bool:
    return _DATA.search(cell) is not None
