"""The position of a bulk create in its list."""

from dataclasses import dataclass, replace
from typing import Self

from chalicelib.jobs.chunk_cursor import ChunkCursor


@dataclass(frozen=True, slots=True)
class BulkCursor(ChunkCursor):
    """The number of processed contacts, and what became of adding them to the collection."""

    #: The number of contacts created without being added to the collection.
    not_added: int = 0
    #: Whether the permission to edit the collection was withdrawn.
    withdrawn: bool = False

    def with_not_added(self, more: int) -> Self:
        return replace(self, not_added=self.not_added + more)
