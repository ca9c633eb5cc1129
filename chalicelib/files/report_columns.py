"""The columns that a report about a file adds to it, and how they are taken away when the report is read as a file.

A person may correct the rows of a report and import it again. Without what the report added, its columns are those of
the file, so that its mapping is known and its rows are recognized. A report about cards also says in which format they
were written, so that its columns are read as their properties (`report_cards.py`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import NamedTuple

from chalicelib.files.records import Row, Table
from chalicelib.foundation.safe_csv import unescape_cell

REPORT_COLUMNS = ("outcome", "reason", "row", "contact_id")
FORMAT_COLUMN = "format"  # behind the others, in a report about cards
_SAMPLE = 200  # rows in which the format is looked for; a person may have added some without it


class Report(NamedTuple):
    """What a report is about."""

    table: Table  #: the rows of the file, without what protects cells from being run as formulas
    format: str  #: of the file's cards, as it is written; "" if the file is a table


def is_report_header(cells: Sequence[str]) -> bool:
    """Whether a row has the columns of a report."""
    return _place(cells) is not None


def report_of(table: Table) -> Report | None:
    """The report that a table is; None if it is another table."""
    place = _place(table.columns)
    if place is None:
        return None
    end = place + len(REPORT_COLUMNS)
    has_format = _plain(table.columns[end : end + 1]) == (FORMAT_COLUMN,)
    first = list(islice(table.rows, _SAMPLE))
    rows: Iterator[Row] = chain(first, table.rows)
    columns = [unescape_cell(column) for column in _cut(table.columns, place, end + has_format)]
    about = replace(table, columns=columns, rows=_rows(rows, place, end + has_format))
    return Report(about, _format(first, end) if has_format else "")


def _place(columns: Sequence[str]) -> int | None:
    """Where the columns of the report begin; None if the table is no report."""
    plain, width = _plain(columns), len(REPORT_COLUMNS)
    return next((at for at in range(len(plain) - width + 1) if plain[at : at + width] == REPORT_COLUMNS), None)


def _plain(columns: Sequence[str]) -> tuple[str, ...]:
    return tuple(column.strip().lower() for column in columns)


def _format(rows: Sequence[Row], place: int) -> str:
    return next((text for row in rows for cell in row.cells[place : place + 1] if (text := cell.strip().lower())), "")


def _rows(rows: Iterator[Row], start: int, end: int) -> Iterator[Row]:
    for row in rows:
        yield row._replace(cells=[unescape_cell(cell) if cell else cell for cell in _cut(row.cells, start, end)])


def _cut(cells: Sequence[str], start: int, end: int) -> list[str]:
    return [*cells[:start], *cells[end:]]
