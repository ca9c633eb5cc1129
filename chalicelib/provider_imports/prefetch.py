"""Fetches a provider's pages in their order, a few ahead of the one that is being copied."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chalicelib.contacts.contact import SourceContact, Unreadable
from chalicelib.foundation.executor import Executor, Task
from chalicelib.foundation.json import Json
from chalicelib.providers.provider import Page


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page with the ids of its records and their digest, and, unless we must be careful, the contacts in them."""

    page: Page
    ids: Sequence[str]
    digest: str
    contacts: Sequence[SourceContact | Unreadable] | None


class ReadAhead:
    """One listing, from one page on. A page is asked for as soon as the one before it came, one request at a time.

    Args:
        fetch: gets the page at a cursor; the second argument counts the pages of the listing.
        most: pages that may wait to be copied.
    """

    def __init__(
        self, executor: Executor, fetch: Callable[[Json, int], Fetched], at: Json, number: int, *, most: int
    ) -> None:
        self._executor, self._fetch, self._most = executor, fetch, most
        self._lock = threading.RLock()  # again by the same thread, where beginning a page is fetching it at once
        self._waiting: deque[_Slot] = deque()
        self._next_page: tuple[Json, int] | None = None  # where to go on once there is room
        self._closed = False
        self._start(at, number)

    def next(self) -> Fetched:
        """The next page; raises what fetching it raised."""
        with self._lock:
            task = self._waiting[0].task
        assert task is not None  # noqa: S101 # set before the lock is let go
        fetched = task.result()
        with self._lock:
            self._waiting.popleft()
            next_page, self._next_page = self._next_page, None
            if next_page is not None:
                self._start(*next_page)
        return fetched

    def close(self) -> None:
        """Ask for nothing more; what is under way is forgotten."""
        self._closed = True

    def _start(self, at: Json, number: int) -> None:
        slot = _Slot()
        with self._lock:
            self._waiting.append(slot)
            slot.task = self._executor.start(lambda: self._fetch_then_start_next(at, number))

    def _fetch_then_start_next(self, at: Json, number: int) -> Fetched:
        fetched = self._fetch(at, number)
        following = fetched.page.cursor
        if following is None or self._closed:
            return fetched
        with self._lock:
            if len(self._waiting) >= self._most:
                self._next_page = (following, number + 1)
            else:
                self._start(following, number + 1)
        return fetched


@dataclass(slots=True)
class _Slot:
    """A page's place in the order, taken before it is asked for."""

    task: Task[Fetched] | None = None
