"""The parts of reviewing contacts, each built when it is first needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.merging.book_index import BookIndexes
    from chalicelib.shared_parts import SharedParts


class ReviewParts:
    """Each is built when it is first needed."""

    def __init__(self, shared: SharedParts, *, indexes: Callable[[], BookIndexes]) -> None:
        """Connect the room to the others.

        Args:
            indexes: returns the indexes of books.
        """
        self.shared, self._indexes = shared, indexes
