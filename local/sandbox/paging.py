"""One page of a listing. Pages go by revision, not by position, so that nothing is missed while contacts change."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from local.sandbox.accounts import Entry
from local.sandbox.faults import Fault


@dataclass(frozen=True, slots=True)
class Page:
    """One page, and where the next one begins.

    Args:
        after: the revision behind which the next page begins; None when this was the last page.
        page: the number of that next page.
    """

    entries: list[Entry]
    after: int | None
    page: int


def by_revision(entry: Entry) -> int:
    return entry.changed


def read_page(
    entries: list[Entry],
    after: int,
    size: int,
    page: int,
    fault: Fault | None,
    key: Callable[[Entry], int] = by_revision,
) -> Page:
    """The page after revision `after`, changed by faults.

    Args:
        key: what the entries are in order of, and pages go by, if it is not the revision.
    """
    match fault.fault if fault else "":
        case "empty-page":
            return Page([], after, page + 1)
        case "shift":
            after = _one_entry_back(entries, after, key)
    start = bisect_right(entries, after, key=key)
    found = entries[start : start + size + 1]
    shown = found[:size]
    if fault and fault.fault == "repeat-token":
        return Page(shown, after, page)
    return Page(shown, key(shown[-1]) if len(found) > size else None, page + 1)


def _one_entry_back(entries: list[Entry], after: int, key: Callable[[Entry], int]) -> int:
    """As with paging by position when an entry was inserted before: the last entry is listed again."""
    start = bisect_right(entries, after, key=key)
    return key(entries[start - 2]) if start >= 2 else 0
