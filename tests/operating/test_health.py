"""The deep health check: dependencies, and the schedule."""

import logging
import threading
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.operating.health import CheckHealth
from tests.fakes.clock import NOON


def healthy() -> None:
    pass


def broken() -> None:
    raise OSError("a secret address did not answer")


@pytest.fixture
def checked(store: Any, clock: Any) -> Any:
    """The result of these checks, when the schedule ran this long ago; None for never."""

    def check(ran: timedelta | None = timedelta(seconds=30), **checks: Any) -> Any:
        if ran is not None:
            store.record_schedule_run(NOON - ran)
        return CheckHealth(store, clock, {"table": healthy, **checks}, longest_seconds=0.5)()

    return check


class TestHealth:
    def test_is_ok_when_all_checks_pass_and_the_schedule_runs(self, checked):
        body = checked(key=healthy)

        assert body["status"] == "ok"
        assert {name: part["status"] for name, part in body["parts"].items()} == {"table": "ok", "key": "ok"}
        assert all(isinstance(part["milliseconds"], int) for part in body["parts"].values())

    def test_one_failing_check_fails_the_whole_and_is_named(self, checked):
        body = checked(key=broken)

        assert body["status"] == "failing"
        assert {name: part["status"] for name, part in body["parts"].items()} == {"table": "ok", "key": "failing"}

    def test_the_error_is_logged_by_its_type_and_never_shown(self, checked, caplog):
        with caplog.at_level(logging.ERROR, logger="chalicelib"):
            body = checked(key=broken)

        (record,) = [record for record in caplog.records if record.msg == "health_failing"]
        assert (record.part, record.error) == ("key", "OSError")
        assert "secret" not in str(body) + str(record.__dict__)

    def test_a_hanging_check_times_out(self, checked):
        release = threading.Event()
        try:
            body = checked(queue=lambda: release.wait(30))
        finally:
            release.set()

        assert body["parts"]["queue"] == {"status": "failing", "milliseconds": 500}
        assert body["parts"]["table"]["status"] == "ok"


class TestSchedule:
    def test_shows_the_last_run_and_how_long_the_oldest_job_has_been_due(self, checked, queued, clock):
        queued("j")
        clock.advance(seconds=40)

        assert checked()["schedule"] == {
            "status": "ok",
            "last_run": "2026-03-03T11:59:30.000Z",
            "is_late": False,
            "oldest_due_seconds": 40,
        }

    @pytest.mark.parametrize(("ago", "is_late"), [(timedelta(minutes=3), False), (timedelta(seconds=181), True)])
    def test_is_late_after_three_minutes_and_then_failing(self, checked, ago, is_late):
        body = checked(ago)

        assert (body["schedule"]["is_late"], body["status"]) == (is_late, "failing" if is_late else "ok")

    def test_is_late_if_it_never_ran(self, checked):
        body = checked(None)

        assert (body["schedule"]["is_late"], body["schedule"]["last_run"]) == (True, None)

    def test_is_unknown_if_the_table_cannot_be_read(self, checked, client):
        del client.tables["jobs"]

        body = checked(None)

        assert body["schedule"] == {"status": "failing", "last_run": None, "is_late": None, "oldest_due_seconds": None}
