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
        enough: how many records wait if no further page is requested; pages that wait take memory. Those of a page
            that the caller waits for do not count: then it has nothing else to copy.
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
        enough: int,
    ) -> None:
        self._executor, self._fetch, self._read, self._most, self._enough = executor, fetch, read, most, enough
        self._lock = threading.RLock()  # reentrant, because an executor may run a task at once in the same thread
        self._waiting: deque[_Slot] = deque()
        self._next_page: tuple[Json, int] | None = None  # the page to fetch once there is room
        self._closed = False
        self._start(at, number)

    def next(self) -> FetchedPage:
        """The next page. Raises the error of fetching it, if any."""
        with self._lock:
            self._waiting[0].is_awaited = True
            self._start_next_if_there_is_room()
            task = self._waiting[0].task
        assert task is not None  # noqa: S101 # set before the lock is released
        fetched = task.result()
        with self._lock:
            self._waiting.popleft()
            self._start_next_if_there_is_room()
        return fetched

    def peek(self) -> FetchedPage:
        """The page that `next` will return. Raises the same error, which `next` then raises again."""
        task = self._waiting[0].task
        assert task is not None  # noqa: S101 # set before the lock is released
        return task.result()

    def close(self) -> None:
        """Request no more pages. The result of a running request is ignored."""
        self._closed = True

    def _start(self, at: Json, number: int) -> None:
        slot = _Slot()
        with self._lock:
            self._waiting.append(slot)
            slot.task = self._executor.start(lambda: self._fetch_and_read(slot, at, number))

    def _fetch_and_read(self, slot: "_Slot", at: Json, number: int) -> FetchedPage:
        page = self._fetch(at)
        if page.cursor is not None and not self._closed:
            with self._lock:
                slot.records = len(page.records)
                self._next_page = (page.cursor, number + 1)
                self._start_next_if_there_is_room()
        return self._read(page, number)

    def _start_next_if_there_is_room(self) -> None:
        next_page, records = self._next_page, sum(slot.records for slot in self._waiting if not slot.is_awaited)
        if next_page is not None and len(self._waiting) < self._most and records < self._enough:
            self._next_page = None
            self._start(*next_page)


@dataclass(slots=True)
class _Slot:
    """A page's place in the order, reserved before the page is requested."""

    task: Task[FetchedPage] | None = None
    records: int = 0  #: of the page, once it has arrived
    is_awaited: bool = False  #: whether the caller waits for it, and so has copied all pages before
