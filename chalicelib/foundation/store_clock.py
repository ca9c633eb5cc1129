"""The store's time, taken from its answers, so that workers with different clocks agree on when a lease ends.

Every answer has a `Date`, in whole seconds. With the moments before the request and after the answer it bounds how far
this process's clock is from the store's; each further answer narrows that down. Up to two seconds are ignored.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

from chalicelib.foundation.clock import Clock

TOLERANCE = timedelta(seconds=2)
SECOND = timedelta(seconds=1)  # a `Date` leaves out the fraction
_Bounds = tuple[timedelta, timedelta]


class StoreClock:
    """A clock corrected by the store's. Safe to share between threads.

    Args:
        own: this process's clock.
        ask: makes one request to the store, whose response is then passed to `observe`; used while there was none.
    """

    def __init__(self, own: Clock, ask: Callable[[], object] = lambda: None) -> None:
        self._own, self._ask = own, ask
        self._bounds: _Bounds | None = None  # of what to add to `own`
        self._has_asked = False

    def now(self) -> datetime:
        if self._bounds is None and not self._has_asked:
            self._has_asked = True
            with suppress(Exception):  # without an answer, our own clock is all there is
                self._ask()
        return self._own.now() + self.offset

    def sleep(self, seconds: float) -> None:
        self._own.sleep(seconds)

    @property
    def offset(self) -> timedelta:
        """What must be added to this process's clock."""
        if self._bounds is None:
            return timedelta()
        least, most = self._bounds
        if least <= TOLERANCE and most >= -TOLERANCE:
            return timedelta()
        return (least + most) / 2

    def observe(self, date: str, asked_at: datetime, answered_at: datetime) -> None:
        """Note an answer.

        Args:
            date: its `Date`. asked_at, answered_at: this process's time before the request and after the answer.
        """
        told = _instant(date)
        if told is None or answered_at < asked_at:  # our clock was set back meanwhile
            return
        least, most = told - answered_at, told + SECOND - asked_at
        known = self._bounds
        if known is not None and max(least, known[0]) <= min(most, known[1]):
            least, most = max(least, known[0]), min(most, known[1])
        self._bounds = least, most  # if both cannot hold, our clock was set meanwhile


@lru_cache(maxsize=16)  # many answers in one second
def _instant(date: str) -> datetime | None:
    try:
        return parsedate_to_datetime(date).astimezone(UTC)
    except ValueError:
        return None
