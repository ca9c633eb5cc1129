"""Detects a provider whose page links form a loop."""

import hashlib

from chalicelib.providers.provider import ListLoops

STEP = 8  # hexadecimal digits of one page's hash
LONGEST_TRAIL = 100 * STEP  # circles of up to a hundred pages are detected


def extend_trail(trail: str, link: str) -> str:
    """Add the page at `link` to the trail of visited pages, which is small enough for a cursor.

    Raises:
        ListLoops: `link` was visited before.
    """
    step = hashlib.sha256(link.encode("utf-8", "replace")).hexdigest()[:STEP]
    if any(trail[at : at + STEP] == step for at in range(0, len(trail), STEP)):
        raise ListLoops
    return (trail + step)[-LONGEST_TRAIL:]
