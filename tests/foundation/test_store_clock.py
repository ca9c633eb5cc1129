"""A clock that is minutes off follows the clock of the store; a correct one is unchanged."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from chalicelib.foundation.store_clock import StoreClock
from tests.fakes.clock import NOON, FixedClock

MINUTES = timedelta(minutes=3)


def http_date(at):
    """The `Date` of an answer that is given at this instant."""
    return format_datetime(at.replace(microsecond=0), usegmt=True)


def hear(clock, own, skew, *, takes=0.02):
    """One request to a store whose time is right, by a process whose clock is `skew` ahead."""
    sent_at = own.at
    own.at += timedelta(seconds=takes / 2)
    date = http_date(own.at - skew)
    own.at += timedelta(seconds=takes / 2)
    clock.observe(date, sent_at, own.at)


@pytest.mark.parametrize("skew", [MINUTES, -MINUTES], ids=["ahead", "behind"])
class TestMinutesOff:
    def test_one_answer_puts_it_right_within_a_second(self, skew):
        own = FixedClock(NOON + skew)
        clock = StoreClock(own)

        hear(clock, own, skew)

        assert abs(clock.now() - (own.at - skew)) <= timedelta(seconds=1)

    def test_more_answers_tell_it_more_exactly(self, skew):
        own = FixedClock(NOON + skew)
        clock = StoreClock(own)
        for _ in range(60):
            hear(clock, own, skew)
            own.sleep(0.317)

        assert abs(clock.now() - (own.at - skew)) <= timedelta(seconds=0.1)

    def test_a_slow_answer_does_not_mislead_it(self, skew):
        own = FixedClock(NOON + skew)
        clock = StoreClock(own)
        hear(clock, own, skew)
        hear(clock, own, skew, takes=20)

        assert abs(clock.now() - (own.at - skew)) <= timedelta(seconds=1)

    def test_a_clock_that_is_set_right_meanwhile_is_noticed(self, skew):
        own = FixedClock(NOON + skew)
        clock = StoreClock(own)
        hear(clock, own, skew)
        own.at -= skew
        hear(clock, own, timedelta())

        assert clock.now() == own.at


class TestARightClock:
    @pytest.mark.parametrize("skew", [0.0, 0.4, -0.4, 1.5, -1.5])
    def test_is_left_alone(self, skew):
        own = FixedClock(NOON + timedelta(seconds=skew))
        clock = StoreClock(own)
        for _ in range(20):
            hear(clock, own, timedelta(seconds=skew))
            own.sleep(0.317)

        assert clock.now() == own.at

    @pytest.mark.parametrize("date", ["", "yesterday", "Sat, 99 Mar 2026 12:00:00 GMT"])
    def test_is_unchanged_if_the_response_has_no_date(self, date):
        own = FixedClock(NOON)
        clock = StoreClock(own)
        clock.observe(date, NOON, NOON)

        assert clock.now() == NOON


class TestBeforeTheFirstAnswer:
    def test_it_asks_once(self):
        own, reads = FixedClock(NOON + MINUTES), []
        clock = StoreClock(own, lambda: (reads.append(1), hear(clock, own, MINUTES)))

        assert abs(clock.now() - NOON) <= timedelta(seconds=1)
        clock.now()
        assert reads == [1]

    def test_its_own_time_counts_without_a_response(self):
        def broken():
            raise OSError

        assert StoreClock(FixedClock(NOON), broken).now() == NOON
