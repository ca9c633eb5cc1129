"""The store's time, taken from its responses, so that workers with different clocks agree on when a lease ends.

Every response has a `Date`, in whole seconds. Together with the times of request and response it bounds the offset
between this process's clock and the store's; each further response narrows the bounds. Offsets up to two seconds are
ignored.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

from chalicelib.foundation.clock import Clock

TOLERANCE = timedelta(seconds=2)
SECOND = timedelta(seconds=1)  # a `Date` has no fraction
_Bounds = tuple[timedelta, timedelta]


class StoreClock:
    """A clock corrected by the store's. It can be shared by threads.

    Args:
        own: this process's clock.
        request: sends a request to the store, which leads to a call of `observe`; called once if there was none before.
    """

    def __init__(self, own: Clock, request: Callable[[], object] = lambda: None) -> None:
        self._own, self._request = own, request
        self._bounds: _Bounds | None = None  # of what to add to `own`
        self._has_requested = False

    def now(self) -> datetime:
        if self._bounds is None and not self._has_requested:
            self._has_requested = True
            with suppress(Exception):  # without a response we use our own clock
                self._request()
        return self._own.now() + self.offset

    def sleep(self, seconds: float) -> None:
        self._own.sleep(seconds)

    @property
    def offset(self) -> timedelta:
        """The correction of this process's clock; zero if it is within the tolerance."""
        if self._bounds is None:
            return timedelta()
        least, most = self._bounds
        if least <= TOLERANCE and most >= -TOLERANCE:
            return timedelta()
        return (least + most) / 2

    def observe(self, date: str, sent_at: datetime, received_at: datetime) -> None:
        """Note the date of a response.

        Args:
            date: its `Date` header.
            sent_at: this process's time before the request.
            received_at: this process's time after the response.
        """
        stated = _instant(date)
        if stated is None or received_at < sent_at:  # our clock was set back in between
            return
        least, most = stated - received_at, stated + SECOND - sent_at
        known = self._bounds
        if known is not None and max(least, known[0]) <= min(most, known[1]):
            least, most = max(least, known[0]), min(most, known[1])
        self._bounds = least, most  # if they contradict each other, our clock was changed


@lru_cache(maxsize=16)  # there are many responses in a second
def _instant(date: str) -> datetime | None:
    try:
        return parsedate_to_datetime(date).astimezone(UTC)
    except ValueError:
        return None
