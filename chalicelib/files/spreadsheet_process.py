"""Reads a sheet of a workbook in a process of its own, which may use only so much memory and time.

The library makes room for every cell between the outermost ones, and ends its process if there is none. So a workbook
with a cell in the last row of the last column, or one that expands to gigabytes, ends this process and no other.

Input: one line of JSON, a `Request`, then the workbook. Output: lines of JSON: a `Contents`, lists of rows, and `DONE`;
or, at any point, an `Error`.
"""

import io
import resource
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypedDict

import orjson
from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from chalicelib.files.unreadable import MOST_ROWS
from chalicelib.files.workbook_parts import error_cells, has_password, has_unreadable_cells, repaired

MOST_MEMORY = 800 * 1024 * 1024  # bytes of address space, Python's own included
MOST_TIME = 60  # seconds of CPU
DONE = "done"

_BATCH = 500  # rows
_EXACT = 2**53  # beyond it a float lacks whole numbers


class Request(TypedDict):
    """What to read."""

    format: str  #: a `Format`
    sheet: str  #: "" for the first one that has rows


class Contents(TypedDict):
    """What the workbook has."""

    sheets: Sequence[str]  #: those that are visible
    sheet: str
    row_count: int  #: of the sheet, without empty rows; or more, if they are fewer than the limit


class Error(TypedDict):
    """Why it cannot be read: "encrypted", "damaged", "no_sheet", "unknown_sheet", "old_binary", "too_complex"."""

    error: str


def main() -> None:
    """Answer one request."""
    _limit()
    request: Request = orjson.loads(sys.stdin.buffer.readline())
    for answer in answers(request, sys.stdin.buffer.read()):
        sys.stdout.buffer.write(orjson.dumps(answer) + b"\n")
        sys.stdout.buffer.flush()


def answers(request: Request, data: bytes) -> Iterator[object]:
    """The lines of the output."""
    try:
        yield from _read(request, data)
    except _Unreadable as refused:
        yield Error(error=str(refused))
    except PasswordError:
        yield Error(error="encrypted")
    except MemoryError:
        yield Error(error="too_complex")
    except (GeneratorExit, KeyboardInterrupt):
        raise
    except BaseException:  # the library's panics are not `Exception`s
        yield Error(error="damaged")


class _Unreadable(Exception):
    """The workbook cannot be read, by its code."""


def _read(request: Request, data: bytes) -> Iterator[object]:
    if request["format"] == "xlsb" and has_unreadable_cells(data):
        raise _Unreadable("old_binary")
    if request["format"] == "xls" and has_password(data):
        raise _Unreadable("encrypted")
    if request["format"] == "ods":
        data = repaired(data)
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
        names = [
            each.name
            for each in workbook.sheets_metadata
            if each.visible == SheetVisibleEnum.Visible and each.typ == SheetTypeEnum.WorkSheet
        ]
        sheet = _chosen(workbook, names, request["sheet"])
        errors = error_cells(data, workbook.sheet_names.index(sheet.name)) if request["format"] == "xlsx" else {}
        del data
        yield Contents(sheets=names, sheet=sheet.name, row_count=_row_count(sheet))
        yield from _batches(_rows(sheet, errors))
    yield DONE


def _chosen(workbook: CalamineWorkbook, names: Sequence[str], chosen: str) -> CalamineSheet:
    if chosen and chosen not in names:
        raise _Unreadable("unknown_sheet")
    if not names:
        raise _Unreadable("no_sheet")
    sheets = map(workbook.get_sheet_by_name, [chosen] if chosen else names)
    first = next(sheets)
    return first if first.start else next((sheet for sheet in sheets if sheet.start), first)


def _row_count(sheet: CalamineSheet) -> int:
    if not sheet.start or sheet.height <= MOST_ROWS:
        return sheet.height
    return sum(any(value != "" for value in row) for row in sheet.iter_rows())


def _rows(sheet: CalamineSheet, errors: Mapping[tuple[int, int], str]) -> Iterator[Sequence[Any]]:
    """The rows that are not empty: number, texts of the cells, and errors by the index of their cell."""
    if not sheet.start:
        return
    left = [""] * sheet.start[1]
    by_row: dict[int, list[tuple[int, str]]] = {}
    for (row, column), error in errors.items():
        by_row.setdefault(row, []).append((column, error))
    for number, values in enumerate(sheet.iter_rows(), 1):
        cells = left + [_TEXTS[type(value)](value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        found = by_row.get(number, [])
        if cells or found:
            yield (number, cells, found) if found else (number, cells)


def _batches(rows: Iterator[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch


def number_text(value: float) -> str:
    """A number as a person would write it: without ".0" or an exponent, with the 15 digits that spreadsheets show."""
    if value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    return format(Decimal(f"{value:.15g}"), "f")


def duration_text(value: timedelta) -> str:
    """A duration in hours, minutes and seconds: "36:00:00"."""
    seconds = round(value.total_seconds())
    minutes, second = divmod(abs(seconds), 60)
    return f"{'-' * (seconds < 0)}{minutes // 60}:{minutes % 60:02}:{second:02}"


def date_time_text(value: datetime) -> str:
    """A date and time (ISO 8601); at midnight the date alone."""
    return value.isoformat() if value.time() != time.min else value.date().isoformat()


_TEXTS: Mapping[type, Callable[[Any], str]] = {
    str: str,
    bool: lambda value: "TRUE" if value else "FALSE",
    int: str,
    float: number_text,
    date: date.isoformat,
    datetime: date_time_text,
    time: time.isoformat,
    timedelta: duration_text,
}


def _limit() -> None:
    with suppress(ValueError, OSError):  # macOS does not limit memory
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_TIME, MOST_TIME))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
