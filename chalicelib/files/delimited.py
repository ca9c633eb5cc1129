"""Reads CSV and its relatives: any delimiter, with or without a header, from any program.

Rows are read one by one, and none is lost: a quotation mark that is not closed costs only its own row.
"""

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, islice
from typing import TYPE_CHECKING

from chalicelib.files.dialects import LONGEST_CELL, Dialect, is_valid, records
from chalicelib.files.encodings import open_text
from chalicelib.files.header_rows import SAMPLE_ROWS, columns_of
from chalicelib.files.records import LONGEST_SHOWN, Problem, Row, Table
from chalicelib.files.unreadable import MOST_ROWS, UnreadableFile, no_such_header, within_limit

if TYPE_CHECKING:
    import _csv

_MANY_QUOTES = 20 * MOST_ROWS
_BLOCK = 1 << 13  # characters that are read ahead
_END = [""]  # one more line, for a row that looks for its end in vain
MOST_LINES = 100_000  # of a row
MOST_READ_AGAIN = 20_000_000  # characters that are read a second time, because a quotation mark is not closed


def read_delimited(data: bytes, encoding: str, dialect: Dialect) -> Table:
    """The table of a delimited text.

    Raises:
        UnreadableFile: it has too many rows or columns. The table's rows may raise it as well.
    """
    rows = _rows(data, encoding, dialect)
    first = list(islice(rows, SAMPLE_ROWS))
    header = next((row for row in first if row.number == dialect.header_row), None)
    after = [row for row in first if row.number > dialect.header_row]
    if dialect.header_row and not header:
        raise no_such_header(dialect.header_row)
    columns = columns_of(header, after)
    if _estimated_rows(data) > MOST_ROWS + dialect.header_row:
        again = (row for row in _rows(data, encoding, dialect) if row.number > dialect.header_row)
        deque(within_limit(again), maxlen=0)
    return Table(columns, dialect.header_row, within_limit(chain(after, rows)))


def _estimated_rows(data: bytes) -> int:
    """The number of lines, without those that end within quotation marks if there are about as many as allowed.

    Fast. Wrong only if quotation marks stand where they neither begin nor end a cell.
    """
    line_end = b"\n" if b"\n" in data else b"\r"
    number = data.count(line_end) + (not data.endswith(line_end))
    if not MOST_ROWS < number < 2 * MOST_ROWS or data.count(b'"') > _MANY_QUOTES:
        return number
    within_quotes = data.split(b'"')[1::2]
    return number - b"".join(within_quotes).count(line_end)


def _lines(data: bytes, encoding: str, dialect: Dialect) -> io.TextIOWrapper:
    lines = open_text(data, encoding)
    if dialect.has_separator_line:
        next(lines, None)
    return lines


def _rows(data: bytes, encoding: str, dialect: Dialect) -> Iterator[Row]:
    """All rows that are not empty, the header included."""
    text = _lines(data, encoding, dialect)
    lines: list[str] = []  # those of the current row, and others that were read ahead
    start = last = 0  # the first of `lines`, and the last line before the current row, as the reader counts

    def read_ahead() -> list[str]:
        nonlocal start
        del lines[: last - start]
        start = last
        if len(lines) > MOST_LINES:
            raise csv.Error
        block = text.readlines(_BLOCK)
        lines.extend(block)
        return block

    number = read_again = 0
    while True:
        reader = records(chain(lines[:], chain.from_iterable(iter(read_ahead, []))), dialect, is_strict=True)
        with suppress(csv.Error):
            for cells in reader:
                number += 1
                last = reader.line_num
                if cells and (cells[0].strip() or any(map(str.strip, cells))):
                    yield Row(number, cells)
            return
        del lines[: last - start]
        start = last = 0
        number += 1
        reader = records(chain(lines[:], chain.from_iterable(iter(read_ahead, [])), _END), dialect)
        odd = _odd_row(number, reader, lines, dialect)
        if odd.problems:
            read_again += sum(map(len, lines[: reader.line_num]))
            if read_again > MOST_READ_AGAIN:
                raise _open_quotes(number)
        if any(map(str.strip, odd.cells)):
            yield odd
        del lines[: 1 if odd.problems else reader.line_num]


def _odd_row(number: int, reader: "_csv.Reader", lines: list[str], dialect: Dialect) -> Row:
    """The next row, whose quotation marks are not where they should be.

    If it takes one line, it is what Python's reader makes of it. If it takes more, the mark that is read as its end
    belongs to another row, or there is none; then the row is its first line. Blanks behind a mark are no reason.
    """
    try:
        cells = next(reader)
    except csv.Error:  # the row or a cell of it is too long
        return _row_with_open_quote(number, lines[0], dialect)
    if reader.line_num == 1:
        return Row(number, cells)
    text = "".join(lines[: reader.line_num])
    without_blanks = re.sub(r'(?<=")[ \t]+(?=[\r\n]|$|' + re.escape(dialect.delimiter) + ")", "", text)
    if is_valid(io.StringIO(without_blanks, newline=""), dialect):
        return Row(number, cells)
    return _row_with_open_quote(number, lines[0], dialect)


def _row_with_open_quote(number: int, line: str, dialect: Dialect) -> Row:
    """The row of one line, its quotation marks taken as they are."""
    line = line.rstrip("\r\n")
    cells = [_unquoted(cell) for cell in line.split(dialect.delimiter)]
    if max(map(len, cells)) > LONGEST_CELL:
        message = f"A cell of row {number:,} has more than {LONGEST_CELL:,} characters. Shorten it or leave it out."
        raise UnreadableFile("cell_too_long", message, row=number)
    return Row(number, cells, (Problem("", line[:LONGEST_SHOWN], "open_quote"),))


def _open_quotes(number: int) -> UnreadableFile:
    message = f"The quotation mark of row {number:,} and others are never closed. Save the file as CSV again."
    return UnreadableFile("open_quotes", message, row=number)


def _unquoted(cell: str) -> str:
    is_quoted = len(cell) > 1 and cell[0] == cell[-1] == '"'
    return cell[1:-1].replace('""', '"') if is_quoted else cell
