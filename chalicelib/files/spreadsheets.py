"""Reads workbooks: .xlsx, .xlsb, .xls and .ods.

Cells with formulas have the results that the workbook keeps. Macros and links to other files are not followed.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

import orjson

from chalicelib.files.formats import Format
from chalicelib.files.header_rows import SAMPLE_ROWS, Knows, columns_of, find_header
from chalicelib.files.other_documents import encrypted_document
from chalicelib.files.records import Problem, Row, Table, column_name
from chalicelib.files.unreadable import MOST_ROWS, UnreadableFile, no_such_header, too_many_rows

_PROCESS = (sys.executable, "-m", "chalicelib.files.spreadsheet_process")
_ROOT = str(Path(__file__).parents[2])
_PASSED_ON = ("LANG", "LD_LIBRARY_PATH", "PATH")
_DONE = "done"
_MOST_TRIED = 10  # sheets that are looked at for known headers
_FEWEST_KNOWN = 2  # headers
_ERRORS = {
    "damaged": "The workbook is damaged. Open it in Excel, save it as .xlsx, and upload that.",
    "no_sheet": "The workbook has no visible sheet.",
    "old_binary": "This .xlsb workbook is written in a way that we do not read. Open it in Excel and save it as .xlsx.",
    "too_complex": "The workbook needs too much memory or time. Save the sheet with the contacts as CSV.",
    "unknown_sheet": "The workbook has no visible sheet of that name. Choose one of the list.",
}


class Workbook(NamedTuple):
    """A workbook, and one of its sheets."""

    sheets: Sequence[str]  #: those that are visible
    sheet: str
    table: Table


def read_workbook(
    data: bytes, file_format: Format, knows: Knows, *, sheet: str = "", header_row: int | None = None
) -> Workbook:
    """A sheet of a workbook.

    Args:
        knows: whether a text is a known header.
        sheet: the one that a person chose; "" for the first one that has rows, or, if none of its headers is known
            (as on a cover sheet), for the first one with known headers.
        header_row: the one that a person chose, 0 for none; None to find it.

    Raises:
        UnreadableFile: the workbook is damaged, has a password, needs too much memory or time, or has too many rows or
            columns. The table's rows may raise it as well.
    """
    found = _open(data, file_format, knows, sheet, header_row)
    if sheet or header_row is not None or found.known:
        return found.workbook
    for other in found.workbook.sheets[:_MOST_TRIED]:
        with suppress(UnreadableFile):
            tried = _open(data, file_format, knows, other, None)
            if tried.known >= _FEWEST_KNOWN:
                found.close()
                return tried.workbook
            tried.close()
    return found.workbook


class _Opened(NamedTuple):
    """A workbook whose rows are read when they are needed."""

    workbook: Workbook
    known: int  #: headers of the sheet that are known
    close: Callable[[], None]  #: ends the process that reads it


def _open(data: bytes, file_format: Format, knows: Knows, sheet: str, header_row: int | None) -> _Opened:
    messages = _messages(data, {"format": file_format, "sheet": sheet})
    try:
        contents = next(messages)
        table, known = _table(contents["row_count"], messages, knows, header_row)
    except BaseException:
        messages.close()
        raise
    return _Opened(Workbook(contents["sheets"], contents["sheet"], table), known, messages.close)


def _table(row_count: int, batches: Iterator[Any], knows: Knows, header_row: int | None) -> tuple[Table, int]:
    """The table of a sheet, and how many of its headers are known."""
    raw = chain.from_iterable(batches)
    first = list(islice(raw, SAMPLE_ROWS))
    rows, known = [Row(number, cells) for number, cells, *_ in first], 0
    if header_row is None:
        header, known, is_of_report = find_header(rows, knows)
        known = known or int(is_of_report)
    else:
        header = next((row for row in rows if row.number == header_row), None)
        if header_row and not header:
            raise no_such_header(header_row)
    above = rows.index(header) + 1 if header else 0
    if row_count - above > MOST_ROWS:
        raise too_many_rows()
    columns = columns_of(header, rows[above:])
    lines = (_row(each, columns) for each in chain(first[above:], raw))
    return Table(columns, header.number if header else 0, lines), known


def _row(raw: Sequence[Any], columns: Sequence[str]) -> Row:
    """A row as the process sends it: number, cells, and the errors in its cells, if there are some."""
    if len(raw) == 2:
        return Row(*raw)
    number, cells, errors = raw
    names = ((columns[index] if index < len(columns) else column_name(index), error) for index, error in errors)
    return Row(number, cells, tuple(Problem(name, error, "spreadsheet_error") for name, error in names))


def _messages(data: bytes, request: Mapping[str, str]) -> Generator[Any, None, None]:
    """What the process writes, up to its end."""
    process = subprocess.Popen(  # noqa: S603 - our own module
        _PROCESS,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=process_environment(os.environ),
    )
    lines = cast(IO[bytes], process.stdout)
    try:
        with suppress(BrokenPipeError), cast(IO[bytes], process.stdin) as pipe:
            pipe.write(orjson.dumps(request) + b"\n")
            pipe.write(data)
        for line in lines:
            message = orjson.loads(line)
            if message == _DONE:
                return
            if isinstance(message, dict) and "error" in message:
                raise _error(message["error"])
            yield message
        if process.wait() < 0:  # a signal ended it: there was no memory or time left
            raise _error("too_complex")
        raise RuntimeError(f"The process that reads workbooks ended with {process.returncode}.")
    finally:
        process.kill()
        process.wait()
        lines.close()


def process_environment(ours: Mapping[str, str]) -> Mapping[str, str]:
    """The environment of the process: where its modules are, and no credentials."""
    kept = {name: ours[name] for name in _PASSED_ON if name in ours}
    return {**kept, "PYTHONPATH": os.pathsep.join([_ROOT, *filter(None, sys.path)])}


def _error(code: str) -> UnreadableFile:
    return encrypted_document() if code == "encrypted" else UnreadableFile(code, _ERRORS[code])
