"""The service client that the current code acts for, so that what it notes and the jobs it creates name the client."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("acting_client", default="")


@contextmanager
def acting_for(client: str) -> Iterator[None]:
    """What the code inside does is done by this client, on this thread and on those of `ThreadExecutor`.

    Args:
        client: "" if a person does it themselves.
    """
    before = _current.set(client)
    try:
        yield
    finally:
        _current.reset(before)


def acting_client() -> str:
    """The client that acts for a person now; "" if none does."""
    return _current.get()
