"""Which rows lost their place to an earlier row of the same file that another lane read later.

A lane has written about such a row that it created or changed a lead. The last step of the import corrects that.
"""

from array import array
from collections.abc import Iterable


class Superseded:
    """The rows that lost their place, each with the first of those that took it, in four bytes for each row."""

    def __init__(self, pairs: Iterable[tuple[int, int]] = ()) -> None:
        """Take pairs of a row that took a place, and the one that had it."""
        self._winners = winners = array("I")  # by row; 0 for one that kept its place
        self._count = 0
        for winner, lost in pairs:
            if lost >= len(winners):
                winners.frombytes(bytes(winners.itemsize * (lost + 1 - len(winners))))
            self._count += not winners[lost]
            winners[lost] = min(winner, winners[lost] or winner)

    def __len__(self) -> int:
        """How many rows lost their place."""
        return self._count

    def winner(self, row: int) -> int:
        """The row that has the place of this one in the end; the row itself if it kept its place."""
        while row < len(self._winners) and (earlier := self._winners[row]):
            row = earlier
        return row
