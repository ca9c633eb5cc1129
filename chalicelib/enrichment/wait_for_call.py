"""Waits for a call to a vendor without losing the job: a call that is repeated, or held back, outlasts a lease."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from chalicelib.foundation.executor import StartedTask

T = TypeVar("T")

RENEW_EVERY = timedelta(seconds=15)


def wait_for_call(call: StartedTask[T], renew: Callable[[], None]) -> T:
    """The result of a call.

    Args:
        renew: commits what is known, which renews the lease; called again and again until the call has ended.
    """
    while True:
        try:
            return call.result(RENEW_EVERY.total_seconds())
        except TimeoutError:
            renew()
