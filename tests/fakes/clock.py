"""Clocks that stand still until they are told to move."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


class FixedClock:
    """Stands at `at`; sleeping and `pass_by` move it on."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at
        self.slept = 0.0

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.at += timedelta(seconds=seconds)

    def pass_by(self, span: timedelta) -> None:
        self.at += span
