"""The schedule's work by hand, for whoever knows the secret."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.door import Access, Door
from chalicelib.foundation.http import Answer, Asked

if TYPE_CHECKING:
    from chalicelib.jobs.schedule import RunSchedule

CRON = "/api/cron/process-imports"
LONGEST_SECONDS = 25.0  # what an HTTP answer can wait for
TO_ANSWER_SECONDS = 2.0  # of the invocation's time
RESERVE = timedelta(seconds=5)  # before the end; a job that is not finished then is handed over


class Parts(Protocol):
    @property
    def clock(self) -> Clock: ...
    @property
    def run_schedule(self) -> RunSchedule: ...


def routes(door: Door, parts: Parts) -> None:
    def process_imports_now(asked: Asked) -> Answer:
        left = LONGEST_SECONDS if asked.seconds_left is None else asked.seconds_left - TO_ANSWER_SECONDS
        until = parts.clock.now() + timedelta(seconds=min(LONGEST_SECONDS, left))
        ran = parts.run_schedule(until=until, reserve=RESERVE)
        some = len(ran.processed) + len(ran.failed)
        return Answer(
            {
                "message": "Processing complete" if some else "No pending jobs",
                "processed": len(ran.processed),
                "failed": len(ran.failed),
                "job_ids": {"processed": list(ran.processed), "failed": list(ran.failed)},
            }
        )

    for method in (door.get, door.post):
        method(CRON, Access.CRON, "Run the schedule's work now", {200: "ScheduleRun"})(process_imports_now)
