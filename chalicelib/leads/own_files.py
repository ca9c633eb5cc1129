"""What the CSV files that we write begin with, by which they are recognized when they come back as imports.

Their cells are escaped for spreadsheets. Cells of exports may hold several values, between semicolons; if a value could
be mistaken for several, the cell is a JSON array.
"""

import json
from collections.abc import Sequence

RESULT_COLUMNS = ("row", "lead_id", "reason", "message", "column", "duplicate_of_row")
_FORMER_RESULT_COLUMNS = (
    ("row", "lead_id", "reason", "detail", "duplicate_of_row"),
    ("row", "lead_id", "reason", "message", "detail", "duplicate_of_row"),
)
EXPORT_COLUMNS = ("leadId", "name", "email", "phone", "tags")
LAST_EXPORT_COLUMNS = ("custom", "source", "sourceRow", "createdAt", "changedAt")
IDENTITY_COLUMN, SCOPE_COLUMN = "identity", "scope"  # of exports, with the channel behind them: "scope messenger"
_BETWEEN = "; "


def is_escaped(headers: Sequence[str]) -> bool:
    """Whether a file with these headers is one of ours, whose cells are escaped for spreadsheets."""
    return result_columns(headers) > 0 or is_export(headers)


def is_export(headers: Sequence[str]) -> bool:
    """Whether a file with these headers is an export, or a result file of the import of one."""
    return _begin_with(headers[result_columns(headers) :], EXPORT_COLUMNS)


def result_columns(headers: Sequence[str]) -> int:
    """How many columns of a file are those of results, before the columns of the file that was imported."""
    known = (RESULT_COLUMNS, *_FORMER_RESULT_COLUMNS)
    return next((len(columns) for columns in known if _begin_with(headers, columns)), 0)


def list_cell(values: Sequence[str]) -> str:
    """A cell of an export with these values, none of which is empty."""
    return _BETWEEN.join(values) if _are_plain(values) else json.dumps(list(values), ensure_ascii=False)


def listed_values(cell: str) -> list[str]:
    """The values in a cell of an export."""
    text = cell.strip()
    if text.startswith("["):
        try:
            values = json.loads(text)
        except (ValueError, RecursionError):
            values = None
        if isinstance(values, list) and all(isinstance(value, str) for value in values):
            return values
    return [value for each in text.split(";") if (value := each.strip())]


def _are_plain(values: Sequence[str]) -> bool:
    return not any(";" in value or value != value.strip() for value in values) and not "".join(values).startswith("[")


def _begin_with(headers: Sequence[str], first: Sequence[str]) -> bool:
    return tuple(headers[: len(first)]) == tuple(first)
