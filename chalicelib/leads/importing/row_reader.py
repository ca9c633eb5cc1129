"""Reads the rows of one range of a CSV file in chunks, and knows where in the file each chunk ends."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from chalicelib.files.dialects import Dialect, records
from chalicelib.files.encodings import AS_WINDOWS, UTF_8
from chalicelib.leads.importing.cutting import RowTooLong

MOST_ROWS = 4_000  # of a chunk
MOST_BYTES = 1 << 19  # of a chunk, before the rows that are read at once; cells of two letters take forty times as much
_AT_ONCE = 25  # rows
_END = "\x1f"  # twice in a line behind the last one, which an open quotation mark takes into its cell


class OpenRow(list[str]):
    """The last row of a file if a quotation mark in it is never closed: it has all that is behind the mark."""


class RowChunk(NamedTuple):
    """Rows that follow one another in the file."""

    rows: list[list[str]]  #: empty for an empty line
    first: int  #: the number of the first one
    end: int  #: the offset of the byte behind the last one

    @property
    def next(self) -> int:
        """The number of the row behind the last one."""
        return self.first + len(self.rows)


@dataclass
class RowReader:
    """The rows that begin at `offset`, up to the end of `blocks`. Bytes that are not UTF-8 are read as Windows-1252."""

    blocks: Iterator[bytes]
    delimiter: str
    offset: int
    row: int  #: the number of the first row
    most_rows: int = MOST_ROWS

    def __post_init__(self) -> None:
        self._sizes: list[int] = []  # of the lines that are read, in bytes
        self._forgotten = 0  # how many lines there were before them
        self._is_at_end = False  # whether the rows read last have the line behind the last one
        self._reader = records(self._lines(), Dialect(self.delimiter, 0))

    def __iter__(self) -> Iterator[RowChunk]:
        """The chunks.

        Raises:
            RowTooLong: a cell is longer than any cell may be.
        """
        while rows := self._next_rows():
            chunk = RowChunk(rows, self.row, self.offset)
            self.row = chunk.next
            yield chunk

    def _next_rows(self) -> list[list[str]]:
        """The rows of the next chunk; moves `offset` behind them."""
        rows: list[list[str]] = []
        most = self.offset + MOST_BYTES
        while len(rows) < self.most_rows and self.offset < most:
            known = len(rows)
            try:
                rows.extend(islice(self._reader, min(_AT_ONCE, self.most_rows - known)))
            except csv.Error as error:
                raise RowTooLong(self.row + len(rows)) from error
            if self._is_at_end:
                self._is_at_end = False
                self._take_off_end(rows)
            if len(rows) == known:
                break
            read = self._reader.line_num - self._forgotten
            self.offset += sum(self._sizes[:read])
            del self._sizes[:read]
            self._forgotten += read
        return rows

    def _lines(self) -> Iterator[str]:
        """The lines with their ends, as the csv module wants them."""
        rest = b""
        for block in self.blocks:
            lines = (rest + block).splitlines(keepends=True)
            rest = lines.pop() if lines else b""  # it may go on, or its line end may
            yield from self._decoded(lines)
        if rest:
            yield from self._decoded([rest])
        self._is_at_end = True
        yield f"{_END}{self.delimiter}{_END}"

    def _decoded(self, lines: list[bytes]) -> Iterator[str]:
        self._sizes += map(len, lines)
        return (line.decode(UTF_8, AS_WINDOWS) for line in lines)

    def _take_off_end(self, rows: list[list[str]]) -> None:
        """Take the line behind the last one off the rows; an open row has it in its last cell."""
        last = rows.pop()
        if last != [_END, _END]:
            rows.append(OpenRow([*last[:-1], last[-1].removesuffix(f"{_END}{self.delimiter}{_END}")]))
