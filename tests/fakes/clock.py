"""Clocks that a test moves."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from chalicelib.foundation.clock import Clock

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


class FixedClock:
    """Stands still at `at`; only `sleep` and `advance` move it.

    Args:
        on_sleep: called after each sleep, for what others do meanwhile.
    """

    def __init__(self, at: datetime = NOON, on_sleep: Callable[[], object] = lambda: None) -> None:
        self.at, self.on_sleep = at, on_sleep
        self.slept = 0.0

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.at += timedelta(seconds=seconds)
        self.on_sleep()

    def advance(self, span: timedelta = timedelta(), **units: float) -> None:
        """Move on by `span`, or by units such as `minutes=5`."""
        self.at += span + timedelta(**units)


class SkewedClock:
    """Another clock, ahead by `skew`."""

    def __init__(self, right: Clock, skew: timedelta) -> None:
        self._right, self._skew = right, skew

    def now(self) -> datetime:
        return self._right.now() + self._skew

    def sleep(self, seconds: float) -> None:
        self._right.sleep(seconds)
