"""What to do when DynamoDB's answer got lost: send the same conditional write again, and recognise one's own effect."""

from collections.abc import Callable
from typing import TypeVar

from chalicelib.foundation.dynamo import ResponseLost

T = TypeVar("T")
TRIES = 4


def retry_lost(send: Callable[[], T]) -> T:
    """Repeat `send` until somebody answers. It must be conditional, so that twice is once."""
    for _ in range(TRIES - 1):
        try:
            return send()
        except ResponseLost:
            continue
    return send()
