"""How the schedule is doing: when it last ran, and since when the oldest due job waits for somebody."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.jobs.store import JobStore

LATE = timedelta(minutes=3)  # the schedule runs each minute


@dataclass(frozen=True, slots=True)
class ScheduleHealth:
    """Args:
    last_run: when the schedule last ran; None when it never did. oldest_due: since when the oldest due job waits.
    """

    now: datetime
    last_run: datetime | None
    oldest_due: datetime | None

    @property
    def is_late(self) -> bool:
        return self.last_run is None or self.now - self.last_run > LATE

    @property
    def oldest_due_seconds(self) -> int:
        """How long the oldest due job has waited; 0 where none is due."""
        return 0 if self.oldest_due is None else max(0, round((self.now - self.oldest_due).total_seconds()))


def read_pulse(jobs: JobStore, now: datetime) -> ScheduleHealth:
    oldest = jobs.due_since(now, limit=1)
    return ScheduleHealth(now, jobs.last_schedule_run(), oldest[0][1] if oldest else None)
