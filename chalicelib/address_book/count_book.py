"""Counts the contacts of a book, in total and by source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.address_book.index import SourceCount
from chalicelib.address_book.index_store import IndexStore


@dataclass(frozen=True, slots=True)
class BookCounts:
    """The number of contacts of a book."""

    total: int
    #: By the key of each source that has any ("google:<connection id>", `PERSON`).
    by_source: Mapping[str, SourceCount]
    #: The time the counts reflect; None if they are current.
    as_of: datetime | None = None

    def of(self, source: str) -> SourceCount:
        return self.by_source.get(source, SourceCount(0, 0))


@dataclass(frozen=True)
class CountBook:
    """Use case: count a book."""

    indexes: IndexStore

    def __call__(self, owner: str) -> BookCounts:
        result = self.indexes.get(owner)
        return BookCounts(len(result.index), result.index.counts(), result.as_of)
