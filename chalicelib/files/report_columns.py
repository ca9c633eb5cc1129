"""The columns that a report about a file adds to it, and how they are taken away when the report is read as a file.

A person may correct the rows of a report and import it again. Without what the report added, its columns are those of
the file, so that its mapping is known and its rows are recognized.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from chalicelib.files.records import Row, Table
from chalicelib.foundation.safe_csv import unescape_cell

REPORT_COLUMNS = ("outcome", "reason", "row", "contact_id")


def is_report_column(header: str) -> bool:
    return header.strip().lower() in REPORT_COLUMNS


def is_report(table: Table) -> bool:
    """Whether the table has the columns of a report."""
    return _place(table.columns) is not None


def without_report(table: Table) -> Table:
    """The table without the columns of a report, and without what protects its cells from being run as formulas."""
    place = _place(table.columns)
    if place is None:
        return table
    columns = [unescape_cell(column) for column in _cut(table.columns, place)]
    return replace(table, columns=columns, rows=_rows(table.rows, place))


def _place(columns: Sequence[str]) -> int | None:
    """Where the columns of the report begin; None if the table is no report."""
    plain = tuple(column.strip().lower() for column in columns)
    width = len(REPORT_COLUMNS)
    return next((at for at in range(len(plain) - width + 1) if plain[at : at + width] == REPORT_COLUMNS), None)


def _rows(rows: Iterator[Row], place: int) -> Iterator[Row]:
    for row in rows:
        yield row._replace(cells=[unescape_cell(cell) if cell else cell for cell in _cut(row.cells, place)])


def _cut(cells: Sequence[str], place: int) -> list[str]:
    return [*cells[:place], *cells[place + len(REPORT_COLUMNS) :]]
