"""How long the request that is answered just now may still take, for whatever it asks of others on the way.

A request has `LONGEST_SECONDS`, four less than API Gateway waits, so that whoever asks learns what does not answer and
is not left with the gateway's own error. A job in the background has no such limit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

LONGEST_SECONDS = 25.0
_ends_at: ContextVar[float | None] = ContextVar("request_ends_at", default=None)


@contextmanager
def request_time(seconds: float) -> Iterator[None]:
    """What is done inside has this long, on this thread and on those that it starts by `beside.Threads`."""
    before = _ends_at.set(monotonic() + seconds)
    try:
        yield
    finally:
        _ends_at.reset(before)


def seconds_left() -> float | None:
    """None where there is no limit; never under 0."""
    ends_at = _ends_at.get()
    return None if ends_at is None else max(0.0, ends_at - monotonic())
