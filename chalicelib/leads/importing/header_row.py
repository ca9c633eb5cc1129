"""Finds the row with the headers, and the delimiter, in the beginning of a CSV file.

Lines before the headers that people do not take for rows are skipped: empty ones, comments that begin with "#", a title
alone in its row, and Excel's "sep=;", which names the delimiter.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from chalicelib.foundation.channel_setting import BUILT_IN
from chalicelib.foundation.safe_csv import unescape_cell
from chalicelib.leads.importing.columns import DELIMITERS, field_of_header, find_delimiter
from chalicelib.leads.importing.cutting import RowTooLong
from chalicelib.leads.importing.row_reader import OpenRow, RowReader
from chalicelib.leads.own_files import is_escaped

MOST_ROWS = 20  # in which the headers are looked for
_LONGEST_LINE = 20_000  # bytes of a line in which delimiters are looked for
_SEPARATOR = re.compile(rb'"?sep=([^\r\n])"?[ \t]*(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
_COMMENT = "#"


class HeaderRow(NamedTuple):
    """The row with the headers."""

    row: int  #: its number; the first row of the file has 1
    delimiter: str
    headers: list[str]
    end: int  #: the offset of the byte behind it
    is_open: bool  #: whether a quotation mark in it is never closed


def find_header_row(text: bytes) -> HeaderRow | None:
    """The row with the headers; None if there is none.

    Args:
        text: the beginning of the file, without a byte order mark.
    """
    named = _SEPARATOR.match(text)
    delimiter = named[1].decode("latin-1") if named else ""
    if delimiter not in DELIMITERS:
        delimiter = find_delimiter(_telling_line(text[named.end() :] if named else text))
    rows = _first_rows(text, delimiter, skipped=1 if named else 0)
    return max(rows, key=_fitness, default=None)  # of several, the first one


def _telling_line(text: bytes) -> str:
    """The one of the first lines that has the most known headers, whatever its delimiter; or else the first one."""
    lines = [line[:_LONGEST_LINE].decode("utf-8", "replace") for line in text.splitlines()[:MOST_ROWS] if line.strip()]
    plain = [line for line in lines if not line.startswith(_COMMENT)] or lines
    return max(plain, key=lambda line: _known(line.split(find_delimiter(line))), default="")


def _first_rows(text: bytes, delimiter: str, *, skipped: int) -> Iterator[HeaderRow]:
    """The rows that may have the headers: all up to the first one that has several cells and is no comment."""
    with suppress(RowTooLong):
        for number, chunk in enumerate(RowReader(iter([text]), delimiter, 0, 1, most_rows=1), 1):
            row = chunk.rows[0]
            cells = [cell.strip() for cell in row]
            filled = sum(map(bool, cells))
            if filled and number > skipped:
                headers = list(map(unescape_cell, cells)) if is_escaped(cells) else cells
                yield HeaderRow(number, delimiter, headers, chunk.end, isinstance(row, OpenRow))
            if number >= MOST_ROWS or (filled > 1 and not cells[0].startswith(_COMMENT) and number > skipped):
                return


def _fitness(row: HeaderRow) -> tuple[int, bool, bool]:
    is_comment, is_alone = row.headers[0].startswith(_COMMENT), sum(map(bool, row.headers)) == 1
    return _known(row.headers), not is_comment and not is_alone, not is_comment


def _known(headers: Sequence[str]) -> int:
    return sum(field_of_header(header.strip().strip('"'), BUILT_IN) != "" for header in headers)
