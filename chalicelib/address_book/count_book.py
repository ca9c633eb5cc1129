"""Count a book: how many contacts there are, and how many of them are whose."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.address_book.index import SourceCount
from chalicelib.address_book.index_store import IndexStore


@dataclass(frozen=True, slots=True)
class BookCounts:
    """Args:
    by_source: "google:<connection id>", "microsoft:<connection id>" or `PERSON`, for those that have any contact.
    as_of: the moment that the counts are of, if contacts have arrived since; None if they are current.
    """

    total: int
    by_source: Mapping[str, SourceCount]
    as_of: datetime | None = None

    def of(self, source: str) -> SourceCount:
        return self.by_source.get(source, SourceCount(0, 0))


@dataclass(frozen=True)
class CountBook:
    indexes: IndexStore

    def __call__(self, owner: str) -> BookCounts:
        looked = self.indexes.look(owner)
        return BookCounts(len(looked.index), looked.index.counts(), looked.as_of)
