"""Cuts a CSV file into ranges of bytes at the ends of rows, as `csv.reader` sees rows.

Whether a line break ends a row depends on every quotation mark before it, so the file is read once from its beginning,
block by block; most of a block is skipped by regular expressions. Works on bytes, since the encodings that imports read
use the bytes of ASCII for nothing else.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

LONGEST_ROW = 1 << 20  # bytes; a row that fills a block of this size has an open quotation mark
_QUOTE, _LINE_ENDS = b'"', (b"\r", b"\n")
_BEGINNING = b"\n"
_IN_QUOTES = b'\n"'
_AFTER_QUOTE = b'\n""'
_PLACEHOLDER = b"x"  # for a cell in quotation marks


class RowTooLong(Exception):
    """A row is longer than any row may be, usually because a quotation mark is not closed."""

    def __init__(self, row: int) -> None:
        super().__init__(f"Row {row} is too long.")
        self.row = row


class Cut(NamedTuple):
    """A place between two rows."""

    offset: int  #: of the first byte of the row behind it
    row: int  #: the number of that row; the first one of the file has 1


class _Patterns:
    """How rows of files with one delimiter look.

    A quotation mark opens a cell only behind a delimiter or a line break. The cell ends at a quotation mark that is not
    doubled. The pattern begins with the mark itself, because the search for a byte is the fastest, and takes several
    such cells in a row at once.
    """

    def __init__(self, delimiter: bytes) -> None:
        sign = re.escape(delimiter)
        opening = rb'"(?<=[\r\n' + sign + rb']")'
        rest = rb'[^"]*+(?:""[^"]*+)*+"'
        cells = opening + rest + rb"(?:" + sign + rb'"' + rest + rb")*+"
        self.cells = re.compile(cells)
        self.opening = re.compile(opening)
        self.row_end = re.compile(cells + rb"|(?P<open>" + opening + rb")|(?P<end>\r\n|\r|\n)")


@dataclass
class Cutter:
    """Finds the row ends next to some offsets. Feed it the bytes of the file in order.

    `state` stands for what was read: text before the next block behind which that block means the same.
    """

    delimiter: bytes
    targets: Sequence[int]  #: ascending offsets from 1 on; the file is cut at the first row that begins there or later
    offset: int = 0  #: where the next block begins; at first, behind a byte order mark
    rows: int = 0  #: how many rows have ended
    state: bytes = _BEGINNING
    cuts: list[Cut] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._patterns = _Patterns(self.delimiter)
        self._without_end = 0  # bytes since the last row end

    def add(self, block: bytes) -> None:
        """Read the next block.

        Raises:
            RowTooLong: no row has ended for `LONGEST_ROW` bytes.
        """
        start = 0
        while start < len(block):
            before_target = next((target - self.offset for target in self.targets if target > self.offset), len(block))
            part = block[start : start + before_target]
            self._add(part)
            start += len(part)

    def finish(self) -> int:
        """The number of rows of the file, with the last one, which need not have a line end."""
        return self.rows + (self.state not in _LINE_ENDS)

    def _add(self, block: bytes) -> None:
        """Read a block in which no target is, except at its ends."""
        data, is_open = self.state + block, False
        plain = data
        if _QUOTE in data:
            plain = self._patterns.cells.sub(_PLACEHOLDER, data)
            if opening := self._patterns.opening.search(plain):
                plain, is_open = plain[: opening.start()], True
        self._cut_in(data)
        ended = _line_ends(plain) - _line_ends(self.state)
        self._without_end = 0 if ended else self._without_end + len(block)
        if self._without_end >= LONGEST_ROW:
            raise RowTooLong(self.rows + 1)
        self.state = self._state_after(data, plain, is_open=is_open)
        self.offset += len(block)
        self.rows += ended
        if self.state == b"\n":
            self._cut_at(self.offset, self.rows + 1)

    def _state_after(self, data: bytes, plain: bytes, *, is_open: bool) -> bytes:
        if is_open:
            return _IN_QUOTES
        last = data[-1:]
        if last == _QUOTE and not plain.endswith(_QUOTE):
            return _AFTER_QUOTE  # the end of a cell, unless another quotation mark follows
        return last if last in (*_LINE_ENDS, self.delimiter) else b""

    def _cut_in(self, data: bytes) -> None:
        """Cut at the first row end of the next block if a target has been passed. `data` is the state and the block."""
        left = self.targets[len(self.cuts) :]
        if not left or left[0] > self.offset:
            return
        known = 1 if self.state.startswith(_BEGINNING) else 0  # the row end that the state stands for
        ends = (match for match in self._patterns.row_end.finditer(data, known) if match["end"] or match["open"])
        first = next(ends, None)
        if first is None or first["open"] or (first["end"] == b"\r" and first.end() == len(data)):
            return  # none, or a line feed may follow that belongs to it
        self._cut_at(self.offset - len(self.state) + first.end(), self.rows + (self.state != b"\r") + 1)

    def _cut_at(self, offset: int, row: int) -> None:
        """Cut in front of this row for all targets before it."""
        while len(self.cuts) < len(self.targets) and self.targets[len(self.cuts)] <= offset:
            self.cuts.append(Cut(offset, row))


def _line_ends(text: bytes) -> int:
    ends = text.count(b"\n")
    returns = text.count(b"\r")
    return ends + returns - text.count(b"\r\n") if returns else ends
