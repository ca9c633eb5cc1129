"""Deep health check: the tables, the queue, the bucket, the encryption key and the schedule."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from chalicelib.foundation.clock import Clock, rfc3339
from chalicelib.foundation.deadlines import run_within
from chalicelib.foundation.json import Json
from chalicelib.foundation.log import error_origin
from chalicelib.jobs.store import JobStore
from chalicelib.operating.schedule_health import ScheduleHealth, read_schedule_health

log = logging.getLogger(__name__)

LONGEST_SECONDS = 2.0  # that one check may take
SCHEDULE = "schedule"
OK, FAILING = "ok", "failing"


@dataclass(frozen=True)
class CheckHealth:
    """Checks all dependencies in parallel."""

    jobs: JobStore
    clock: Clock
    #: By the dependency's name; each raises if its dependency is not healthy.
    checks: Mapping[str, Callable[[], None]]
    longest_seconds: float = LONGEST_SECONDS

    def __call__(self) -> dict[str, Json]:
        """The published JSON. It names what is failing; only the log has the reason."""
        checks: dict[str, Callable[[], object]] = {
            **self.checks,
            SCHEDULE: lambda: read_schedule_health(self.jobs, self.clock.now()),
        }
        results = run_within(checks, self.longest_seconds)
        for name, result in results.items():
            if result.error is not None:
                log.error("health_failing", extra={"part": name, **error_origin(result.error)})
        schedule = cast("ScheduleHealth | None", results.pop(SCHEDULE).value)
        healthy = (
            schedule is not None and not schedule.is_late and all(result.error is None for result in results.values())
        )
        return {
            "status": OK if healthy else FAILING,
            "parts": {
                name: {"status": OK if result.error is None else FAILING, "milliseconds": result.milliseconds}
                for name, result in results.items()
            },
            "schedule": _schedule(schedule),
        }


def _schedule(schedule: ScheduleHealth | None) -> dict[str, Json]:
    if schedule is None:
        return {"status": FAILING, "last_run": None, "is_late": None, "oldest_due_seconds": None}
    return {
        "status": FAILING if schedule.is_late else OK,
        "last_run": rfc3339(schedule.last_run),
        "is_late": schedule.is_late,
        "oldest_due_seconds": schedule.oldest_due_seconds,
    }
