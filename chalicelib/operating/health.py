"""Whether everything the service stands on answers: tables, queue, bucket, key, and the schedule that drives it all."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from chalicelib.foundation.clock import Clock, rfc3339
from chalicelib.foundation.deadlines import TimedResult, run_within
from chalicelib.foundation.json import Json
from chalicelib.foundation.log import error_origin
from chalicelib.jobs.store import JobStore
from chalicelib.operating.schedule_health import ScheduleHealth, read_pulse

log = logging.getLogger(__name__)

LONGEST_SECONDS = 2.0  # any one of them may take
PULSE = "schedule"
OK, FAILING = "ok", "failing"


@dataclass(frozen=True)
class CheckHealth:
    """Args:
    checks: by the name of the part, what raises when that part does not answer as it should.
    """

    jobs: JobStore
    clock: Clock
    checks: Mapping[str, Callable[[], None]]
    longest_seconds: float = LONGEST_SECONDS

    def __call__(self) -> dict[str, Json]:
        """The published answer. It names what fails and says no more; the log says why."""
        works: dict[str, Callable[[], object]] = {**self.checks, PULSE: lambda: read_pulse(self.jobs, self.clock.now())}
        came = run_within(works, self.longest_seconds)
        for name, outcome in came.items():
            if outcome.error is not None:
                log.error("health_failing", extra={"part": name, **error_origin(outcome.error)})
        pulse = cast("ScheduleHealth | None", came.pop(PULSE).value)
        well = pulse is not None and not pulse.is_late and all(outcome.error is None for outcome in came.values())
        return {
            "status": OK if well else FAILING,
            "parts": {name: _part(outcome) for name, outcome in came.items()},
            "schedule": _schedule(pulse),
        }


def _part(outcome: TimedResult[object]) -> dict[str, Json]:
    return {"status": OK if outcome.error is None else FAILING, "milliseconds": outcome.milliseconds}


def _schedule(pulse: ScheduleHealth | None) -> dict[str, Json]:
    if pulse is None:
        return {"status": FAILING, "last_run": None, "is_late": None, "oldest_due_seconds": None}
    return {
        "status": FAILING if pulse.is_late else OK,
        "last_run": rfc3339(pulse.last_run),
        "is_late": pulse.is_late,
        "oldest_due_seconds": pulse.oldest_due_seconds,
    }
