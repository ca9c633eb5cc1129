"""Count a book: how many contacts there are, and how many of them are whose."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.address_book.index import SourceCount
from chalicelib.address_book.index_store import IndexStore


@dataclass(frozen=True, slots=True)
class BookCounts:
    """Args:
    by_source: "google:<connection id>", "microsoft:<connection id>" or `PERSON`, for those that have any contact.
    """

    total: int
    by_source: Mapping[str, SourceCount]

    def of(self, source: str) -> SourceCount:
        return self.by_source.get(source, SourceCount(0, 0))


@dataclass(frozen=True)
class CountBook:
    indexes: IndexStore

    def __call__(self, owner: str) -> BookCounts:
        index = self.indexes.look(owner).index
        return BookCounts(len(index), index.counts())
