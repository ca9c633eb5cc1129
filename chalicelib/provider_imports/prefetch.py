"""Fetches a provider's pages in order, a few ahead of the one that is being copied."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chalicelib.contacts.source_record import Incoming
from chalicelib.foundation.executor import Executor, Task
from chalicelib.foundation.json import Json
from chalicelib.providers.provider import Page


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A fetched page."""

    page: Page
    #: The ids of its records.
    ids: Sequence[str]
    #: A hash of the ids, to detect a page that changed.
    digest: str
    #: The contacts in its records; None if they are converted one by one when they are planned.
    contacts: Sequence[Incoming] | None


class Prefetch:
    """A listing from one page on. Each page is requested when the one before it has arrived, one request at a time.

    Args:
        fetch: gets the page at a cursor.
        read: reads the records of a page, while the next one is requested; the second argument is the page's number.
        most: how many pages may wait to be copied.
    """

    def __init__(
        self,
        executor: Executor,
        fetch: Callable[[Json], Page],
        read: Callable[[Page, int], FetchedPage],
        at: Json,
        number: int,
        *,
        most: int,
    ) -> None:
        self._executor, self._fetch, self._read, self._most = executor, fetch, read, most
        self._lock = threading.RLock()  # reentrant, because an executor may run a task at once in the same thread
        self._waiting: deque[_Slot] = deque()
        self._next_page: tuple[Json, int] | None = None  # the page to fetch once there is room
        self._closed = False
        self._start(at, number)

    def next(self) -> FetchedPage:
        """The next page. Raises the error of fetching it, if any."""
        with self._lock:
            task = self._waiting[0].task
        assert task is not None  # noqa: S101 # set before the lock is released
        fetched = task.result()
        with self._lock:
            self._waiting.popleft()
            next_page, self._next_page = self._next_page, None
            if next_page is not None:
                self._start(*next_page)
        return fetched

    def close(self) -> None:
        """Request no more pages. The result of a running request is ignored."""
        self._closed = True

    def _start(self, at: Json, number: int) -> None:
        slot = _Slot()
        with self._lock:
            self._waiting.append(slot)
            slot.task = self._executor.start(lambda: self._fetch_and_read(at, number))

    def _fetch_and_read(self, at: Json, number: int) -> FetchedPage:
        page = self._fetch(at)
        if page.cursor is not None and not self._closed:
            self._start_when_there_is_room(page.cursor, number + 1)
        return self._read(page, number)

    def _start_when_there_is_room(self, at: Json, number: int) -> None:
        with self._lock:
            if len(self._waiting) >= self._most:
                self._next_page = (at, number)
            else:
                self._start(at, number)


@dataclass(slots=True)
class _Slot:
    """A page's place in the order, reserved before the page is requested."""

    task: Task[FetchedPage] | None = None
