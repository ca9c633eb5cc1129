"""Run the schedule by hand, within the time of an HTTP response."""

from dataclasses import dataclass
from datetime import timedelta

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.json import Json
from chalicelib.foundation.request_time import request_time
from chalicelib.jobs.minute_schedule import RunSchedule

LONGEST_SECONDS = 25.0  # until the response must be sent
LONGEST_INVOCATION_SECONDS = 29.0
RESPONSE_SECONDS = 2.0  # of the invocation's time, kept for sending the response
RESERVE = timedelta(seconds=5)  # before the end; unfinished jobs are handed over then


@dataclass(frozen=True)
class RunNow:
    """The use case of running the schedule on request."""

    run_schedule: RunSchedule
    clock: Clock

    def __call__(self, seconds_left: float | None) -> dict[str, Json]:
        """Run the schedule once and report `{message, processed, failed, job_ids: {processed, failed}}`.

        Args:
            seconds_left: of the invocation; None if it has no deadline of its own.
        """
        left = LONGEST_SECONDS if seconds_left is None else seconds_left - RESPONSE_SECONDS
        until = self.clock.now() + timedelta(seconds=min(LONGEST_SECONDS, left))
        with request_time(LONGEST_INVOCATION_SECONDS if seconds_left is None else seconds_left):  # for the last writes
            ran = self.run_schedule(until=until, reserve=RESERVE)
        some = len(ran.processed) + len(ran.failed)
        return {
            "message": "Processing complete" if some else "No pending jobs",
            "processed": len(ran.processed),
            "failed": len(ran.failed),
            "job_ids": {"processed": list(ran.processed), "failed": list(ran.failed)},
        }
