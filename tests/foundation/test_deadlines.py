"""Concurrent tasks, each with a deadline."""

import threading

from chalicelib.foundation.deadlines import run_within

PATIENT = 60  # seconds, for any machine
SOON = 1  # second in which a thread that has nothing to do is done


class TestInTime:
    def test_each_gives_its_value_under_its_name(self):
        came = run_within({"one": lambda: 1, "two": lambda: 2}, PATIENT)

        assert {name: outcome.value for name, outcome in came.items()} == {"one": 1, "two": 2}

    def test_an_exception_is_reported_and_does_not_affect_the_others(self):
        def broken() -> int:
            raise OSError("no")

        came = run_within({"broken": broken, "sound": lambda: 1}, PATIENT)

        assert isinstance(came["broken"].error, OSError)
        assert (came["sound"].value, came["sound"].error) == (1, None)

    def test_a_hanging_check_is_abandoned_and_delays_no_other(self):
        release = threading.Event()
        try:
            came = run_within({"hung": lambda: release.wait(PATIENT), "sound": lambda: True}, SOON)
        finally:
            release.set()

        assert isinstance(came["hung"].error, TimeoutError)
        assert came["hung"].milliseconds == SOON * 1000
        assert came["sound"].value is True

    def test_they_run_side_by_side(self):
        both = threading.Barrier(2, timeout=PATIENT)

        came = run_within({"one": both.wait, "two": both.wait}, PATIENT)

        assert sorted(outcome.value for outcome in came.values()) == [0, 1]
