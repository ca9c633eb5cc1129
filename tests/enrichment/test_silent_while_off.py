"""While every vendor is off, a month of minutes leaves no trace: nothing is stored, listed or logged."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.schedules.cron import Cron
from chalicelib.tables.keys import SCHEDULE_RUN, VENDOR_CONTROL
from tests.enrichment.vendors_room import dump
from tests.fakes.account import Person
from tests.routes.service import Service
from tests.routes.test_cron_route import importing

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MONTH = timedelta(days=30)
EVERY_MINUTE = Cron.parse("* * * * *", "Europe/Berlin")
OPERATOR: dict[str, Any] = {"who": "oscar", "roles": ("operator",)}
Starter = Callable[[], object]


@pytest.fixture
def service() -> Service:
    """Ann has a book, and operators turned vendors on and off again: one without a run, one that waits after a run."""
    service = Service()
    importing(service, [Person("1", "Ada", "ada@x.org")], who="ann")
    for _ in range(3):
        run_schedule(service)
    (account,) = service.get("/api/v1/connections", who="ann").json["connections"]
    service.ask("PUT", f"/api/v1/connections/{account['connection_id']}/refresh", who="ann", body={"interval": "off"})
    controls = service.wiring.enrichment.controls
    for vendor, more in (("hunter", {}), ("twilio-lookup", {"waits": "key_refused", "last_good_run": 1_000})):
        for enabled in (True, False):
            known = controls.get(vendor)
            controls.put(known, replace(known, enabled=enabled, schedule=EVERY_MINUTE, considered=1_000, **more))
    return service


def run_schedule(service: Service) -> None:
    service.wiring.engine.run_schedule(until=service.clock.now() + MINUTE, reserve=timedelta())


def stored(service: Service) -> dict[str, Any]:
    """Every item and object, byte for byte, but for the time at which the schedule itself ran."""
    items = dump(service.dynamodb.tables)
    ran = [key for key in items if "'schedule'" in key and f"'{SCHEDULE_RUN.sk}'" in key]
    assert len(ran) == 1
    objects = {key: kept["Body"] for key, kept in service.bucket.kept.items()}
    return {**{key: item for key, item in items.items() if key not in ran}, **objects}


def check_month(service: Service, starter: Starter, logged: pytest.LogCaptureFixture) -> None:
    """Raises AssertionError if the month leaves a trace."""
    before = stored(service)
    logged.clear()
    for number in range(MONTH // MINUTE):
        starter()
        if number % 120 == 0:
            run_schedule(service)  # every minute, it would take minutes
        service.clock.advance(MINUTE)
    events = {(each.levelname, each.msg, getattr(each, "due", None)) for each in logged.records}

    assert stored(service) == before, "something was stored"
    assert events == {("INFO", "schedule_ran", 0)}, "something was logged"
    assert service.get("/api/v1/operator/jobs", **OPERATOR).json["jobs"] == [], "something was listed"
    assert service.get("/api/v1/operator/activity", **OPERATOR).json["entries"] == [], "something is in the activity"


def test_a_month_of_minutes_leaves_no_trace(service, caplog):
    caplog.set_level(logging.INFO)

    check_month(service, service.wiring.enrichment.start_due_runs, caplog)


class TestATwin:
    """One that is not silent is detected."""

    def once(self, service: Service, act: Callable[[], object]) -> Starter:
        """A starter that does this on the third day."""
        day = service.clock.now() + timedelta(days=3)
        return lambda: act() if service.clock.now() == day else None

    def test_that_stores_that_it_skipped_a_run_is_detected(self, service, caplog):
        caplog.set_level(logging.INFO)
        item = {**VENDOR_CONTROL.key(vendor="skipped").item, "at": {"N": "1"}}
        twin = self.once(service, lambda: service.dynamodb.put_item(TableName="jobs", Item=item))

        with pytest.raises(AssertionError, match="stored"):
            check_month(service, twin, caplog)

    def test_that_logs_that_it_skipped_a_run_is_detected(self, service, caplog):
        caplog.set_level(logging.INFO)
        twin = self.once(service, lambda: logging.getLogger("chalicelib").info("run_skipped"))

        with pytest.raises(AssertionError, match="logged"):
            check_month(service, twin, caplog)
