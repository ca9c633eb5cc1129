"""Cuts a list into pages that have numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class NumberedPage(Generic[Item]):
    """One page of a list."""

    items: Sequence[Item]
    #: From 1.
    number: int
    #: How many pages the list has; at least one.
    pages: int
    #: The place of the first item in the list, from 1.
    first: int

    @property
    def last(self) -> int:
        """The place of the last item in the list."""
        return self.first + len(self.items) - 1


def numbered_page(items: Sequence[Item], number: int, size: int) -> NumberedPage[Item]:
    """The page with this number, from 1; the last page if there are fewer.

    Args:
        size: how many items a full page has.
    """
    pages = max(1, -(-len(items) // size))
    number = min(max(number, 1), pages)
    start = (number - 1) * size
    return NumberedPage(items[start : start + size], number, pages, start + 1)
