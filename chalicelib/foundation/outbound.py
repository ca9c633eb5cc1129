"""The one way out to other people's servers: bounded in time and size, quiet in the log, and it follows nobody.

What speaks HTTP is loaded with the first request (`bounded_http.py`), so that pages which ask nobody start fast.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from chalicelib.foundation import request_time
from chalicelib.foundation.errors import ProviderBroken, ProviderBusy, ProviderSilent
from chalicelib.foundation.fast_json import decode_json
from chalicelib.foundation.json import Json

if TYPE_CHECKING:
    from chalicelib.foundation.bounded_http import BoundedHttp

BODY_LIMIT = 16 * 1024 * 1024
IN_TIME, READABLE = "did not answer in time", "could not be read"
SILENT = (IN_TIME, READABLE)  # transient faults
TO_ANSWER_SECONDS = 1.0
SHORTEST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(hours=1)


class Deadline:
    """A span that began when this was made. Several requests may share one."""

    def __init__(self, timeout: timedelta) -> None:
        self._end = monotonic() + timeout.total_seconds()

    def seconds_left(self) -> float:
        """The seconds of the span, or what the current request has left, less a second for its own answer."""
        left, of_request = self._end - monotonic(), request_time.seconds_left()
        return max(0.0, left if of_request is None else min(left, of_request - TO_ANSWER_SECONDS))


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered. `headers` are looked up in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json_object(self) -> dict[str, Json] | None:
        """The body as a JSON object; None when it is anything else, cut off or too deep."""
        try:
            value = decode_json(self.body)
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None


class Http(Protocol):
    """The port the providers are written against; `Outbound` in production, a fake in tests."""

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
        """Send one request, once, and read the whole answer.

        Args:
            service: the name of the other side, for the error message: "Google".
            deadline: when all of it must be over, however slowly the answer drips.

        Raises:
            ProviderSilent: no answer in time, no connection, or a truncated answer.
            ProviderBroken: an answer that is too large, or an invalid certificate.
            ProviderBusy: as many requests as allowed were under way all the time.
        """


class Outbound:
    """HTTP to the outside. Safe to share between threads; connections are kept.

    Args:
        at_once: how many requests may be under way at a time in this process; 0 for no limit.
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
            raise ProviderBusy(f"Too many imports read from {service} right now.", retry_after=SHORTEST_WAIT)
        try:
            outcome = self._loaded().exchange(method, url, dict(headers or {}), body, deadline)
        finally:
            if self._slots:
                self._slots.release()
        if isinstance(outcome, Reply):
            return outcome
        raise (ProviderSilent if outcome in SILENT else ProviderBroken)(f"{service} {outcome}.")

    def _loaded(self) -> "BoundedHttp":
        with self._loading:
            return self._http

    @cached_property
    def _http(self) -> "BoundedHttp":
        from chalicelib.foundation.bounded_http import BoundedHttp

        return BoundedHttp(BODY_LIMIT)


def parse_retry_after(value: str | None, now: datetime) -> timedelta | None:
    """How long a `Retry-After` asks us to wait, never under a second nor over an hour.

    Args:
        value: whole seconds or an HTTP date, as the server wrote it.

    Returns:
        None when there is no header or nobody can tell what it means.
    """
    text = (value or "").strip()
    if text.removeprefix("-").isdecimal():
        seconds = -1 if text.startswith("-") else int(text[:9]) if len(text) < 10 else 10**9
        return _clamped(timedelta(seconds=seconds))
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    try:
        return _clamped((date if date.tzinfo else date.replace(tzinfo=UTC)) - now)
    except OverflowError:
        return LONGEST_WAIT


def _clamped(wait: timedelta) -> timedelta:
    return min(max(wait, SHORTEST_WAIT), LONGEST_WAIT)
