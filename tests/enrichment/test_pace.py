"""Calls stay within every window of a vendor's rate, wherever the window begins."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.enrichment.pace import MARGIN, Pace
from chalicelib.vendors.vendor import Window
from tests.fakes.clock import FixedClock


def sent(pace: Pace, clock: FixedClock, calls: int, busy: float = 0.0) -> list[datetime]:
    times = []
    for _ in range(calls):
        pace.wait()
        times.append(clock.now())
        clock.advance(seconds=busy)
    return times


@given(
    windows=st.lists(st.builds(Window, st.integers(1, 20), st.integers(1, 60)), min_size=1, max_size=3),
    busy=st.floats(0, 2),
)
def test_no_window_ever_has_more_calls_than_it_allows(windows, busy):
    clock = FixedClock()
    times = sent(Pace(windows, clock), clock, 60, busy)

    for window in windows:
        for first in times:
            within = [each for each in times if first <= each < first + timedelta(seconds=window.seconds)]
            assert len(within) <= window.calls


def test_the_allowed_rate_is_used():
    clock = FixedClock()
    times = sent(Pace([Window(10, 1)], clock), clock, 1_000)

    assert len(times) / (times[-1] - times[0]).total_seconds() > 0.95 * 10


def test_time_that_was_lost_is_made_up_for_within_the_window():
    clock = FixedClock()
    pace = Pace([Window(10, 1)], clock)
    sent(pace, clock, 5)
    clock.advance(seconds=0.5)

    assert len(set(sent(pace, clock, 5))) == 1


def test_a_vendor_without_limits_is_never_waited_for():
    clock = FixedClock()
    sent(Pace([], clock), clock, 100)

    assert clock.slept == 0


def test_a_vendor_that_asks_us_to_wait_is_left_alone_that_long():
    clock = FixedClock()
    pace = Pace([Window(10, 1)], clock)
    pace.hold(timedelta(seconds=7))

    assert sent(pace, clock, 1) == [FixedClock().now() + timedelta(seconds=7)]


class TestOtherWorkers:
    WINDOWS = (Window(10, 1), Window(300, 60))

    @pytest.mark.parametrize(
        ("calls", "seconds_ago", "waited"),
        [(299, 10, 0), (300, 10, 60 * MARGIN - 10), (300, 62, 0), (10, 0.5, MARGIN - 0.5), (9, 0.5, 0), (0, 0, 0)],
    )
    def test_their_calls_count_as_far_as_they_fill_a_window(self, calls, seconds_ago, waited):
        clock = FixedClock()
        Pace(self.WINDOWS, clock, [clock.now() - timedelta(seconds=seconds_ago)] * calls).wait()

        assert clock.slept == pytest.approx(waited)

    def test_are_told_of_the_calls_that_still_count(self):
        clock = FixedClock()
        pace = Pace(self.WINDOWS, clock)
        pace.wait()
        clock.advance(seconds=30)
        later = sent(pace, clock, 2)
        clock.advance(seconds=40)

        assert pace.latest() == later

    @given(
        windows=st.lists(st.builds(Window, st.integers(1, 20), st.integers(1, 60)), min_size=1, max_size=3),
        busy=st.floats(0, 2),
        handed_over_after=st.integers(0, 30),
    )
    def test_together_they_never_make_more_calls_than_a_window_allows(self, windows, busy, handed_over_after):
        clock = FixedClock()
        first = Pace(windows, clock)
        times = sent(first, clock, handed_over_after, busy)
        times += sent(Pace(windows, clock, first.latest()), clock, 30, busy)

        for window in windows:
            for begin in times:
                within = [each for each in times if begin <= each < begin + timedelta(seconds=window.seconds)]
                assert len(within) <= window.calls
