"""When a failed job is retried, and when it is stopped for good."""

import random
from datetime import timedelta

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)
LONGEST_LIFE = timedelta(hours=48)
MOST_FAILURES = 8  # without progress in between
MOST_CRASHES = 20  # without progress in between; isolating one poisonous record takes eight


def wait_before_retry(failures: int, *, jitter: random.Random) -> timedelta:
    """How long a job waits before its next claim.

    The longest wait doubles with every failure; the actual one is drawn at random between zero and that ("full
    jitter"), so that jobs that failed together are not retried together.

    Args:
        failures: since the last progress; 1 after the first.
        jitter: the source of randomness; tests pass a seeded one.

    Returns:
        A duration between zero and `LONGEST_WAIT`.

    Raises:
        ValueError: `failures` is below 1.

    Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    """
    if failures < 1:
        raise ValueError("a retry follows at least one failure")
    span: timedelta = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures - 1, 20))
    return timedelta(seconds=span.total_seconds() * jitter.random())
