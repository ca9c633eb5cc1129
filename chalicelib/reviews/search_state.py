"""What the page of the queue shows of the latest search for duplicates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.clock import instant, rfc3339
from chalicelib.reviews.list_certain import certain_when_found

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.reviews.list_reviews import Queue
    from chalicelib.reviews.parts import ReviewParts

REFRESH_SECONDS = 2


def search_state(parts: ReviewParts, owner: str, queue: Queue) -> Mapping[str, object]:
    """Whether a search runs or has failed, and what the last one found."""
    job, found = parts.searches.latest(owner), queue.found
    is_running = job is not None and not job.is_finished
    return {
        "is_running": is_running,
        "has_failed": job is not None and job.is_finished and job.error is not None,
        "found_at": rfc3339(instant(found.found_at)) if found else None,
        "pairs": len(found.pairs) if found else 0,
        "certain": 0 if is_running else len(certain_when_found(queue)),
        "refresh_seconds": REFRESH_SECONDS if is_running else None,
    }
