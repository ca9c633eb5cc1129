"""One page of a listing. Pages go by revision, not by position, so that nothing is missed while contacts change."""

from bisect import bisect_right
from dataclasses import dataclass

from local.sandbox.accounts import Account, Entry
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


def read_page(account: Account, entries: list[Entry], after: int, size: int, page: int, fault: Fault | None) -> Page:
    """The page after revision `after`, changed by faults."""
    match fault.fault if fault else "":
        case "empty-page":
            return Page([], after, page + 1)
        case "shift":
            after = _one_entry_back(entries, after)
    found = account.after(entries, after, size + 1)
    shown = found[:size]
    if fault and fault.fault == "repeat-token":
        return Page(shown, after, page)
    return Page(shown, shown[-1].changed if len(found) > size else None, page + 1)


def _one_entry_back(entries: list[Entry], after: int) -> int:
    """As with paging by position when an entry was inserted before: the last entry is listed again."""
    start = bisect_right(entries, after, key=lambda entry: entry.changed)
    return entries[start - 2].changed if start >= 2 else 0
