"""Repeats a change of stored items that other requests change at the same time."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import TooMany

TRIES = 12
PAUSE_SECONDS = 0.01  # before the second try; a multiple of it before later ones

Result = TypeVar("Result")


def repeat_change(clock: Clock, attempt: Callable[[], Result | None]) -> Result:
    """The result of the first attempt that has one.

    Args:
        attempt: reads the items, and commits the change if they are still as it read them; None if they are not.

    Raises:
        TooMany: the items were changed during every attempt.
    """
    for number in range(TRIES):
        clock.sleep(number * PAUSE_SECONDS)
        result = attempt()
        if result is not None:
            return result
    raise too_many_changes()


def too_many_changes() -> TooMany:
    """The error of a change that others kept getting in the way of."""
    return TooMany("Too many concurrent changes. Try again in a second.", retry_after=timedelta(seconds=1))
