"""Time and chance, passed in wherever they matter, so that the same code runs in a simulation."""

import random
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """This instant, in UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait inside one call, a few hundred milliseconds at a time."""


class SystemClock:
    def now(self) -> datetime:
        return instant(milliseconds(datetime.now(UTC)))  # as fine as it is stored

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def milliseconds(instant: datetime) -> int:
    """Whole milliseconds since 1970, as the tables keep instants."""
    return round(instant.timestamp() * 1000)


def instant(since_epoch_milliseconds: int) -> datetime:
    return datetime.fromtimestamp(since_epoch_milliseconds / 1000, UTC)


def rfc3339(instant: datetime | None) -> str | None:
    """An instant as the API writes it: RFC 3339, in UTC, to the millisecond."""
    if instant is None:
        return None
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


CHANCE = random.SystemRandom()
