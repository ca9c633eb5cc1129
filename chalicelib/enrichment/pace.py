"""Keeps calls to a vendor within the rate that it allows, however many threads make them."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from chalicelib.foundation.clock import Clock
from chalicelib.vendors.vendor import Window

#: How much longer than the vendor's own a window is here: calls that we send at equal distances arrive at uneven ones.
MARGIN = 1.02


@dataclass
class Pace:
    """Lets each call begin at the earliest time that all windows allow, one after another.

    A window slides here, so that it holds for vendors whose windows slide and for those that count by the minute. It
    counts from when a call really began, which may be later than it was due.
    """

    windows: Sequence[Window]
    clock: Clock
    #: When other workers began their latest calls, which count too; a part of them, as `latest` returned it.
    before: Iterable[datetime] = ()
    _begun: deque[datetime] = field(default_factory=deque)
    _turn: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._not_before = self.clock.now()
        self._begun.extend(sorted(self.before))

    def hold(self, wait: timedelta) -> None:
        """Let no call begin before that time has passed, as the vendor asks."""
        self._not_before = max(self._not_before, self.clock.now() + wait)

    def wait(self) -> None:
        """Wait until the next call may begin; it begins when this returns."""
        with self._turn:
            while (left := (self._earliest() - self.clock.now()).total_seconds()) > 0:
                self.clock.sleep(left)
            self._begun.append(self.clock.now())
            most = max((each.calls for each in self.windows), default=0)
            while len(self._begun) > most:
                self._begun.popleft()

    def latest(self) -> list[datetime]:
        """When those calls began that still count against the rate, for the next run of the vendor."""
        with self._turn:
            since = self.clock.now() - max(map(_span, self.windows), default=timedelta())
            return [each for each in self._begun if each > since]

    def _earliest(self) -> datetime:
        full = [window for window in self.windows if len(self._begun) >= window.calls]
        return max([self._not_before, *(self._begun[-window.calls] + _span(window) for window in full)])


def _span(window: Window) -> timedelta:
    return timedelta(seconds=window.seconds * MARGIN)
