"""How much time the current request has left, for all its calls to other services.

A request has `LONGEST_SECONDS`, four less than API Gateway waits, so that the caller gets our error, which names the
service that does not respond, and not the gateway's. A job in the background has no such limit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

LONGEST_SECONDS = 25.0
_ends_at: ContextVar[float | None] = ContextVar("request_ends_at", default=None)


@contextmanager
def request_time(seconds: float) -> Iterator[None]:
    """Code inside has this long, on this thread and on those that it starts by `beside.Threads`."""
    before = _ends_at.set(monotonic() + seconds)
    try:
        yield
    finally:
        _ends_at.reset(before)


def seconds_left() -> float | None:
    """None if there is no limit; never negative."""
    ends_at = _ends_at.get()
    return None if ends_at is None else max(0.0, ends_at - monotonic())
