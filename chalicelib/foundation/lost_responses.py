"""Handles lost responses of DynamoDB: repeat the conditional write, and recognize its own effect."""

from collections.abc import Callable
from typing import TypeVar

from chalicelib.foundation.dynamo import ResponseLost

T = TypeVar("T")
TRIES = 4


def retry_lost(send: Callable[[], T]) -> T:
    """Call `send` until a response comes, at most `TRIES` times. The write must be conditional, so that twice is once.

    Raises:
        ResponseLost: the last response was lost too.
    """
    for _ in range(TRIES - 1):
        try:
            return send()
        except ResponseLost:
            continue
    return send()
