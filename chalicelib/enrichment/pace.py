"""Keeps calls to a vendor within the rate that it allows, however many threads make them."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from chalicelib.foundation.clock import Clock
from chalicelib.vendors.vendor import Window

#: How much longer than the vendor's own a window is here: calls that we send at equal distances arrive at uneven ones.
MARGIN = 1.02


@dataclass
class Pace:
    """Gives each call the earliest time that all windows allow.

    A window slides here, so that it holds for vendors whose windows slide and for those that count by the minute.
    """

    windows: Sequence[Window]
    clock: Clock
    #: When another worker made its last call; None if none ever did. Its windows may still be full.
    last_call: datetime | None = None
    _given: deque[datetime] = field(default_factory=deque)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._not_before = self.clock.now()
        if self.last_call is not None and self.windows:
            self._not_before = max(self._not_before, self.last_call + max(map(_span, self.windows)))

    def hold(self, wait: timedelta) -> None:
        """Let no call begin before that time has passed, as the vendor asks."""
        with self._lock:
            self._not_before = max(self._not_before, self.clock.now() + wait)

    def next_at(self) -> datetime:
        """Take the time at which the next call may begin; it is never before now."""
        with self._lock:
            at = max(self.clock.now(), self._not_before)
            for window in self.windows:
                if len(self._given) >= window.calls:
                    at = max(at, self._given[-window.calls] + _span(window))
            self._given.append(at)
            most = max((each.calls for each in self.windows), default=0)
            while len(self._given) > most:
                self._given.popleft()
            return at

    def wait(self) -> None:
        """Wait until the next call may begin."""
        left = (self.next_at() - self.clock.now()).total_seconds()
        if left > 0:
            self.clock.sleep(left)


def _span(window: Window) -> timedelta:
    return timedelta(seconds=window.seconds * MARGIN)
