"""Pages are fetched ahead, one request at a time, while few pages and few records wait."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import pytest

from chalicelib.foundation.json import Json
from chalicelib.provider_imports.prefetch import FetchedPage, Prefetch
from chalicelib.providers.provider import Page
from tests.fakes.executor import InlineExecutor

T = TypeVar("T")


@dataclass(frozen=True)
class LateTask(Generic[T]):
    """Work that runs once its result is asked for."""

    work: Callable[[], T]

    def result(self) -> T:
        return self.work()


class LateExecutor:
    """Notes that work was started."""

    def __init__(self, noted: list[str]) -> None:
        self._noted = noted

    def start(self, work: Callable[[], T]) -> LateTask[T]:
        self._noted.append("start")
        return LateTask(work)

    def all(self, works: Sequence[Callable[[], T]]) -> list[T]:
        return [work() for work in works]


class Listing:
    """Pages with as many records each, whose requests and readings are noted."""

    def __init__(self, pages: int, *, records: int = 0) -> None:
        self._pages, self._records = pages, records
        self.noted: list[str] = []

    def fetch(self, at: Json) -> Page:
        self.noted.append(f"fetch {at}")
        if at == "broken":
            raise OSError("out of order")
        return Page([{}] * self._records, (), at + 1 if at + 1 < self._pages else None, sync=None)

    def read(self, page: Page, number: int) -> FetchedPage:
        self.noted.append(f"read {number}")
        return FetchedPage(page, [str(number)], "", [])

    def prefetch(self, *, most: int, enough: int = 1_000, at: Json = 0) -> Prefetch:
        return Prefetch(InlineExecutor(), self.fetch, self.read, at, 0, most=most, enough=enough)

    @property
    def fetched(self) -> Sequence[str]:
        return [each for each in self.noted if each.startswith("fetch")]


def test_the_next_page_is_requested_before_a_page_is_read():
    listing = Listing(2)

    listing.prefetch(most=6)

    assert listing.noted.index("fetch 1") < listing.noted.index("read 0")


def test_pages_come_in_order():
    prefetch = Listing(9).prefetch(most=3)

    assert [prefetch.next().ids for _ in range(9)] == [[str(number)] for number in range(9)]


def test_no_more_pages_than_may_wait_are_requested():
    listing = Listing(9)
    prefetch = listing.prefetch(most=3)
    assert listing.fetched == ["fetch 0", "fetch 1", "fetch 2"]

    prefetch.next()

    assert listing.fetched[3:] == ["fetch 3"]


def test_no_page_is_requested_while_enough_records_wait():
    listing = Listing(9, records=100)
    prefetch = listing.prefetch(most=6, enough=250)
    assert listing.fetched == ["fetch 0", "fetch 1", "fetch 2"]

    prefetch.next()

    assert listing.fetched[3:] == ["fetch 3"]


def test_the_next_page_is_requested_before_a_page_is_read_that_is_waited_for_however_many_records_it_has():
    listing = Listing(2, records=1_000)
    executor = LateExecutor(listing.noted)
    prefetch = Prefetch(executor, listing.fetch, listing.read, 0, 0, most=6, enough=1)

    prefetch.next()

    assert listing.noted == ["start", "fetch 0", "start", "read 0"]


def test_the_next_page_is_requested_even_if_one_page_has_more_records_than_may_wait():
    prefetch = Listing(9, records=1_000).prefetch(most=6, enough=1)

    assert [prefetch.next().ids for _ in range(9)] == [[str(number)] for number in range(9)]


def test_the_error_of_a_page_is_raised_in_its_turn():
    prefetch = Listing(9).prefetch(most=3, at="broken")

    with pytest.raises(OSError, match="out of order"):
        prefetch.next()
