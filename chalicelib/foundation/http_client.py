"""Sends HTTP requests to other services: bounded in time and size, not logged, without following redirects.

The HTTP library is loaded with the first request (`bounded_http.py`), so that pages without one start fast.
"""

import threading
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.foundation.errors import ProviderBroken, ProviderBusy, ProviderSilent
from chalicelib.foundation.outbound import SHORTEST_WAIT, Deadline, Reply

if TYPE_CHECKING:
    from chalicelib.foundation.bounded_http import BoundedHttp

BODY_LIMIT = 16 * 1024 * 1024  # bytes of a response


class HttpClient:
    """The implementation of `Http`. It can be shared by threads, and keeps connections open.

    Args:
        at_once: how many requests may be active at a time in this process; 0 for no limit.
    """

    def __init__(self, *, at_once: int = 0) -> None:
        self._slots = threading.BoundedSemaphore(at_once) if at_once else None
        self._loading = threading.Lock()

    def send(
        self,
        method: str,
        url: str,
        *,
        service: str,
        deadline: Deadline,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Reply:
        if self._slots and not self._slots.acquire(timeout=deadline.seconds_left()):
            raise ProviderBusy(f"Too many imports are reading from {service} right now.", retry_after=SHORTEST_WAIT)
        try:
            with self._loading:
                http = self._http
            outcome = http.exchange(method, url, dict(headers or {}), body, deadline)
        finally:
            if self._slots:
                self._slots.release()
        if isinstance(outcome, Reply):
            return outcome
        raise (ProviderSilent if outcome.is_transient else ProviderBroken)(f"{service} {outcome.message}.")

    @cached_property
    def _http(self) -> "BoundedHttp":
        from chalicelib.foundation.bounded_http import BoundedHttp

        return BoundedHttp(BODY_LIMIT)
