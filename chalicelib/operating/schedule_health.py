"""The state of the schedule: its last run, and the oldest due job."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.jobs.store import JobStore

LATE = timedelta(minutes=3)  # the schedule runs each minute


@dataclass(frozen=True, slots=True)
class ScheduleHealth:
    """The state of the schedule at one instant."""

    now: datetime
    #: When the schedule last ran; None if it never ran.
    last_run: datetime | None
    #: Since when the oldest due job has been due; None if no job is due.
    oldest_due: datetime | None

    @property
    def is_late(self) -> bool:
        """Whether the schedule has not run for more than `LATE`."""
        return self.last_run is None or self.now - self.last_run > LATE

    @property
    def oldest_due_seconds(self) -> int:
        """How long the oldest due job has been due; 0 if no job is due."""
        return 0 if self.oldest_due is None else max(0, round((self.now - self.oldest_due).total_seconds()))


def read_schedule_health(jobs: JobStore, now: datetime) -> ScheduleHealth:
    """Reads the last run and the oldest due job, side by side."""
    last_run = jobs.executor.start(jobs.last_schedule_run)
    oldest_due = jobs.oldest_due(now)
    return ScheduleHealth(now, last_run.result(), oldest_due)
