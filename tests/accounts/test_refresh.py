"""When a refresh is due: a grid of its own for each connection, backing off, and a full listing each month."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.accounts.refresh import FULL_EVERY, Interval, Refresh
from chalicelib.foundation.ids import id_of
from chalicelib.jobs.job import Job, JobState
from tests.fakes.clock import NOON

DAY = timedelta(days=1)
DAILY = Refresh("ada", "conn-1", Interval.DAILY, due=NOON + DAY, last_at=NOON, full_at=NOON)


def ended(state: JobState, mode: str = "incremental") -> Job:
    return Job("j1", "ada", "provider-import", state, 1, NOON, details={"mode": mode})


FAILED, COMPLETED = ended(JobState.FAILED), ended(JobState.COMPLETED)


class TestSlots:
    @pytest.mark.parametrize("interval", [Interval.HOURLY, Interval.DAILY, Interval.WEEKLY])
    def test_they_are_an_interval_apart_on_whole_minutes(self, interval):
        refresh = replace(DAILY, interval=interval)

        first = refresh.next_slot(NOON)
        second = refresh.next_slot(first)

        assert NOON < first <= NOON + interval.span
        assert second - first == interval.span
        assert first.second == first.microsecond == 0

    def test_one_is_after_the_instant_even_by_a_moment(self):
        slot = DAILY.next_slot(NOON)

        assert DAILY.next_slot(slot - timedelta(milliseconds=1)) == slot
        assert DAILY.next_slot(slot) == slot + DAY

    def test_a_connection_keeps_its_own_whatever_the_month(self):
        times = {DAILY.next_slot(datetime(2026, month, 1, tzinfo=UTC)).time() for month in range(1, 13)}

        assert len(times) == 1

    def test_many_connections_are_spread_over_the_interval(self):
        slots = Counter(replace(DAILY, connection_id=id_of(str(each))).next_slot(NOON) for each in range(1440 * 10))

        assert len(slots) > 1430
        assert max(slots.values()) < 30  # ten per minute on average


class TestBackingOff:
    def test_after_one_failure_the_next_one_is_due_as_usual(self):
        assert DAILY.failures_with(FAILED) == 1
        assert DAILY.next_attempt(FAILED) == DAILY.due

    @pytest.mark.parametrize(("before", "intervals"), [(1, 2), (2, 4), (3, 8), (4, 8), (40, 8)])
    def test_after_several_it_is_two_four_and_at_most_eight_intervals_later(self, before, intervals):
        failing = replace(DAILY, failures=before, due=DAILY.next_slot(NOON))

        assert failing.next_attempt(FAILED) == DAILY.next_slot(NOON) + (intervals - 1) * DAY

    def test_an_import_that_succeeds_ends_it(self):
        failing = replace(DAILY, failures=5)

        assert failing.failures_with(COMPLETED) == 0
        assert failing.next_attempt(COMPLETED) == failing.due

    def test_what_is_not_due_at_all_stays_so(self):
        assert replace(DAILY, due=None, failures=5).next_attempt(FAILED) is None


class TestFullListing:
    def test_it_is_due_once_a_month(self):
        assert not DAILY.wants_full(COMPLETED, NOON + FULL_EVERY - DAY)
        assert DAILY.wants_full(COMPLETED, NOON + FULL_EVERY)

    def test_it_is_due_if_none_is_known(self):
        assert replace(DAILY, full_at=None).wants_full(COMPLETED, NOON)

    def test_one_that_failed_is_repeated(self):
        assert DAILY.wants_full(ended(JobState.FAILED, "full"), NOON)
        assert not DAILY.wants_full(FAILED, NOON)
