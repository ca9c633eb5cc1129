"""Which rows lost their place to an earlier row of the same file that another lane read later.

A lane has written about such a row that it created or changed a lead. The last step of the import corrects that. The
rows are kept as pairs in one array of numbers, so that millions of them fit into memory.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable

_BITS = 32  # of a row's number
_ROW = (1 << _BITS) - 1


class Superseded:
    """The rows that lost their place, each with one that took it."""

    def __init__(self, pairs: Iterable[tuple[int, int]] = ()) -> None:
        """Take pairs of a row that took a place, and the one that had it."""
        self._pairs = array("Q", sorted({lost << _BITS | winner for winner, lost in pairs}))

    def __len__(self) -> int:
        return len(self._pairs)

    def winner(self, row: int) -> int:
        """The row that has the place of this one in the end; the row itself if it kept its place."""
        while (earlier := self._took_place_of(row)) is not None:
            row = earlier
        return row

    def _took_place_of(self, row: int) -> int | None:
        """The first of the rows that took the place of this one."""
        at = bisect_left(self._pairs, row << _BITS)
        if at == len(self._pairs) or self._pairs[at] >> _BITS != row:
            return None
        return self._pairs[at] & _ROW
