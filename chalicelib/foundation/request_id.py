"""The ID of a request, by which a caller and an operator find what became of it.

It is the caller's own `X-Request-Id`, or else the gateway's ID. The response and a problem document name it, log lines
carry it, and a job keeps that of the request which created it, so that the log lines of its worker carry it too.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

HEADER = "X-Request-Id"
#: What is taken over from a caller. It goes into the log, so nobody's address or name fits.
_SENT = re.compile(r"[A-Za-z0-9._-]{1,128}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def chosen_request_id(sent: str | None, own: str) -> str:
    """The ID of a request.

    Args:
        sent: the caller's header; ignored unless it has 1 to 128 letters, digits, dots, hyphens and underscores.
        own: the gateway's ID.
    """
    return sent if sent is not None and _SENT.fullmatch(sent) else own


@contextmanager
def working_for(request_id: str) -> Iterator[None]:
    """Log lines and new jobs of the code inside carry this ID, on this thread and on those of `ThreadExecutor`."""
    before = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(before)


def current_request_id() -> str:
    """The ID of the request that the current code works for; "" if it works for none."""
    return _current.get()
