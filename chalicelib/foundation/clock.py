"""Time and randomness. Both are passed in, so that the same code runs in a simulation."""

import random
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """The port for the time: `SystemClock` in production, a fake in tests."""

    def now(self) -> datetime:
        """The current instant, in UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait inside one call, a few hundred milliseconds at a time."""


class SystemClock:
    """The system's clock, in milliseconds."""

    def now(self) -> datetime:
        return instant(milliseconds(datetime.now(UTC)))  # in the precision in which we store instants

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def milliseconds(instant: datetime) -> int:
    """Whole milliseconds since 1970, the form of instants in the tables."""
    return round(instant.timestamp() * 1000)


def instant(since_epoch_milliseconds: int) -> datetime:
    return datetime.fromtimestamp(since_epoch_milliseconds / 1000, UTC)


def rfc3339(instant: datetime | None) -> str | None:
    """The form of an instant in the API: RFC 3339, in UTC, with milliseconds."""
    if instant is None:
        return None
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


CHANCE = random.SystemRandom()
