"""The time that the current request has left for all its calls to other services.

A request has `LONGEST_SECONDS`, four seconds less than API Gateway waits. So the caller gets our error, which names the
service that is not responding, and not the gateway's. Background jobs have no such limit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

LONGEST_SECONDS = 25.0
_ends_at: ContextVar[float | None] = ContextVar("request_ends_at", default=None)


@contextmanager
def request_time(seconds: float) -> Iterator[None]:
    """Limit the time of the code inside, on this thread and on those of `executor.ThreadExecutor`."""
    before = _ends_at.set(monotonic() + seconds)
    try:
        yield
    finally:
        _ends_at.reset(before)


def seconds_left() -> float | None:
    """The seconds left, never negative; None without a limit."""
    ends_at = _ends_at.get()
    return None if ends_at is None else max(0.0, ends_at - monotonic())
