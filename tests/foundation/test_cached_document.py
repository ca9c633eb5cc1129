"""A cached document: only threads that need a new value wait for its fetch."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.foundation.cached_document import REST_AFTER_FAILURE, CachedDocument
from chalicelib.foundation.errors import Misconfigured
from tests.fakes.clock import FixedClock

LASTS, REST = timedelta(hours=1), timedelta(minutes=1)
SOON = 60.0  # seconds in which a thread that nothing holds up is done on any machine


class Library:
    """Gives one edition after the other; `hang` keeps every fetch waiting until `let_go`."""

    def __init__(self) -> None:
        self.clock = FixedClock()
        self.editions = 0
        self.fails: Exception | None = None
        self.fetch_started, self.may_go_on = threading.Event(), threading.Event()
        self.may_go_on.set()
        self.kept = CachedDocument(self._fetch, self.clock, "book", lasts=LASTS, rest=REST)

    def hang(self) -> None:
        self.fetch_started.clear()
        self.may_go_on.clear()

    def let_go(self) -> None:
        self.may_go_on.set()

    def _fetch(self) -> int:
        self.fetch_started.set()
        self.may_go_on.wait(SOON)
        if self.fails is not None:
            raise self.fails
        self.editions += 1
        return self.editions


@pytest.fixture
def library() -> Library:
    return Library()


def executor(act: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    came: list[object] = []
    thread = threading.Thread(target=lambda: came.append(act()))
    thread.start()
    return thread, came


class TestKeeping:
    def test_it_is_fetched_once_for_all_callers_while_it_is_fresh(self, library):
        assert [library.kept.get() for _ in range(3)] == [1, 1, 1]
        library.clock.advance(LASTS)
        assert library.kept.get() == 2

    def test_a_forced_refresh_happens_at_most_once_a_minute(self, library):
        library.kept.get()
        assert library.kept.refetch() == 1
        library.clock.advance(REST)
        assert [library.kept.refetch() for _ in range(3)] == [2, 2, 2]

    def test_the_cached_document_stays_if_a_fetch_fails(self, library):
        library.kept.get()
        library.clock.advance(LASTS)
        library.fails = OSError("no route")

        assert (library.kept.get(), library.kept.is_silent) == (1, True)
        library.fails = None
        library.clock.advance(REST)
        assert (library.kept.get(), library.kept.is_silent) == (2, False)

    def test_with_nothing_in_hand_it_is_tried_again_soon(self, library):
        library.fails = OSError("no route")
        assert (library.kept.get(), library.kept.is_silent) == (None, True)
        library.fails = None
        assert library.kept.get() is None
        library.clock.advance(REST_AFTER_FAILURE)

        assert library.kept.get() == 1

    def test_an_error_with_a_meaning_is_raised_and_nothing_is_kept_of_it(self, library):
        library.fails = Misconfigured("Look at it.")
        with pytest.raises(Misconfigured):
            library.kept.get()
        library.fails = None

        assert library.kept.get() == 1


class TestWaiting:
    """One fetch hangs; it is the only thing that does."""

    def test_a_slow_refetch_does_not_block_other_callers(self, library):
        library.kept.get()
        library.clock.advance(REST)
        library.hang()
        asking, _ = executor(library.kept.refetch)
        assert library.fetch_started.wait(SOON)

        other, came = executor(library.kept.get)
        other.join(SOON)
        assert (came, asking.is_alive()) == ([1], True)
        library.let_go()
        asking.join(SOON)

    def test_the_same_holds_for_an_outdated_document(self, library):
        library.kept.get()
        library.clock.advance(LASTS)
        library.hang()
        first, _ = executor(library.kept.get)
        assert library.fetch_started.wait(SOON)

        other, came = executor(library.kept.get)
        other.join(SOON)
        assert (came, first.is_alive()) == ([1], True)
        library.let_go()
        first.join(SOON)

    def test_concurrent_callers_wait_for_one_fetch(self, library):
        library.hang()
        first, came_first = executor(library.kept.get)
        assert library.fetch_started.wait(SOON)
        second, came_second = executor(library.kept.get)
        library.let_go()
        for thread in (first, second):
            thread.join(SOON)

        assert (came_first, came_second, library.editions) == ([1], [1], 1)
