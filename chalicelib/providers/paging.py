"""Notices when a provider leads a listing round in circles."""

import hashlib

from chalicelib.providers.provider import ListLoops

STEP = 8  # hexadecimal digits that stand for one page
LONGEST_TRAIL = 100 * STEP  # a circle of up to a hundred pages is noticed when it closes


def extend_trail(trail: str, link: str) -> str:
    """The trail of pages seen so far, with the page at `link` added; small enough for a cursor.

    Raises:
        ListLoops: `link` was seen before.
    """
    step = hashlib.sha256(link.encode("utf-8", "replace")).hexdigest()[:STEP]
    if any(trail[at : at + STEP] == step for at in range(0, len(trail), STEP)):
        raise ListLoops
    return (trail + step)[-LONGEST_TRAIL:]
