"""When a job that failed is tried again, and when it is given up."""

import random
from datetime import timedelta

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)
LONGEST_LIFE = timedelta(hours=48)
MOST_FAILURES = 8  # without progress in between
MOST_CRASHES = 20  # without progress in between; narrowing down one poisonous record takes eight


def wait_before_retry(failures: int, *, jitter: random.Random) -> timedelta:
    """How long a job rests before its next claim.

    The span doubles with every failure and is then drawn at random from zero up to that span ("full jitter"), so
    that jobs that failed together do not come back together.

    Args:
        failures: tries without progress so far, 1 after the first.
        jitter: the source of chance; pass a seeded one in tests.

    Returns:
        A span between zero and `LONGEST_WAIT`, in seconds with fractions.

    Raises:
        ValueError: `failures` is below 1.

    Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    """
    if failures < 1:
        raise ValueError("a retry follows at least one failure")
    span: timedelta = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures - 1, 20))
    return timedelta(seconds=span.total_seconds() * jitter.random())
