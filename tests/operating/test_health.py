"""Deep health: what answers, what does not, and whether the schedule runs."""

import logging
import threading
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.operating.health import CheckHealth
from tests.jobs.engine import NOON


def well() -> None:
    pass


def broken() -> None:
    raise OSError("a secret address did not answer")


@pytest.fixture
def checked(store: Any, clock: Any) -> Any:
    """The answer with these checks, after the schedule ran some time ago; None for never."""

    def check(ran: timedelta | None = timedelta(seconds=30), **checks: Any) -> Any:
        if ran is not None:
            store.record_schedule_run(NOON - ran)
        return CheckHealth(store, clock, {"table": well, **checks}, longest_seconds=0.5)()

    return check


class TestHealth:
    def test_all_is_well_when_every_part_answers_and_the_schedule_runs(self, checked):
        body = checked(key=well)

        assert body["status"] == "ok"
        assert {name: part["status"] for name, part in body["parts"].items()} == {"table": "ok", "key": "ok"}
        assert all(isinstance(part["milliseconds"], int) for part in body["parts"].values())

    def test_one_part_that_fails_fails_the_whole_and_is_named(self, checked):
        body = checked(key=broken)

        assert body["status"] == "failing"
        assert {name: part["status"] for name, part in body["parts"].items()} == {"table": "ok", "key": "failing"}

    def test_why_is_for_the_log_and_in_its_own_words_for_nobody(self, checked, caplog):
        with caplog.at_level(logging.ERROR, logger="chalicelib"):
            body = checked(key=broken)

        (record,) = [record for record in caplog.records if record.msg == "health_failing"]
        assert (record.part, record.error) == ("key", "OSError")
        assert "secret" not in str(body) + str(record.__dict__)

    def test_a_part_that_hangs_is_not_waited_for(self, checked):
        release = threading.Event()
        try:
            body = checked(queue=lambda: release.wait(30))
        finally:
            release.set()

        assert body["parts"]["queue"] == {"status": "failing", "milliseconds": 500}
        assert body["parts"]["table"]["status"] == "ok"


class TestSchedule:
    def test_says_when_it_last_ran_and_how_long_the_oldest_job_has_been_due(self, checked, queued, clock):
        queued("j")
        clock.pass_(seconds=40)

        assert checked()["schedule"] == {
            "status": "ok",
            "last_run": "2026-03-03T11:59:30.000Z",
            "is_late": False,
            "oldest_due_seconds": 40,
        }

    @pytest.mark.parametrize(("ago", "is_late"), [(timedelta(minutes=3), False), (timedelta(seconds=181), True)])
    def test_is_late_after_three_minutes_and_that_is_a_failure(self, checked, ago, is_late):
        body = checked(ago)

        assert (body["schedule"]["is_late"], body["status"]) == (is_late, "failing" if is_late else "ok")

    def test_one_that_never_ran_is_late(self, checked):
        body = checked(None)

        assert (body["schedule"]["is_late"], body["schedule"]["last_run"]) == (True, None)

    def test_where_nobody_can_tell_it_says_that(self, checked, client):
        del client.tables["jobs"]

        body = checked(None)

        assert body["schedule"] == {"status": "failing", "last_run": None, "is_late": None, "oldest_due_seconds": None}
