"""The port for HTTP requests to other services, with its deadlines, replies and waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Protocol

from chalicelib.foundation import request_time
from chalicelib.foundation.fast_json import decode_json
from chalicelib.foundation.json import Json

RESERVE_SECONDS = 1.0  # of a request, for our own response
SHORTEST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(hours=1)


class Deadline:
    """A time limit that starts when it is created. Several requests may share one."""

    def __init__(self, timeout: timedelta) -> None:
        self._end = monotonic() + timeout.total_seconds()

    def seconds_left(self) -> float:
        """Seconds until the deadline or until the current request must respond; never negative."""
        left, of_request = self._end - monotonic(), request_time.seconds_left()
        return max(0.0, left if of_request is None else min(left, of_request - RESERVE_SECONDS))


@dataclass(frozen=True, slots=True)
class Reply:
    """The response of another service."""

    status: int
    #: by their names in lower case
    headers: Mapping[str, str]
    body: bytes

    def json_object(self) -> dict[str, Json] | None:
        """The body as a JSON object; None if it is anything else, truncated or nested too deeply."""
        value = self._json()
        return value if isinstance(value, dict) else None

    def json_array(self) -> list[Json] | None:
        """The body as a JSON array; None as for `json_object`."""
        value = self._json()
        return value if isinstance(value, list) else None

    def _json(self) -> Json:
        try:
            return decode_json(self.body)
        except (ValueError, RecursionError):
            return None


class Http(Protocol):
    """The port for outgoing requests: `HttpClient` in production, a fake in tests."""

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
        """Send a request once and read the whole response.

        Args:
            service: the name of the other side, for the error message: "Google".
            deadline: when the whole response must be there, however slowly it arrives.

        Raises:
            ProviderSilent: no response in time, no connection, or a truncated response.
            ProviderBroken: the response is too large, or the certificate is invalid.
            ProviderBusy: as many requests as allowed were active until the deadline.
        """


def parse_retry_after(value: str | None, now: datetime, *, longest: timedelta = LONGEST_WAIT) -> timedelta | None:
    """The wait that a `Retry-After` header asks for, a second at least.

    Args:
        value: the header: whole seconds or an HTTP date.
        longest: a longer wait is cut to this.

    Returns:
        None if there is no header or it is invalid.
    """
    text = (value or "").strip()
    if text.removeprefix("-").isdecimal():
        seconds = -1 if text.startswith("-") else int(text[:9]) if len(text) < 10 else 10**9
        return _clamped(timedelta(seconds=seconds), longest)
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    try:
        return _clamped((date if date.tzinfo else date.replace(tzinfo=UTC)) - now, longest)
    except OverflowError:
        return longest


def _clamped(wait: timedelta, longest: timedelta) -> timedelta:
    return min(max(wait, SHORTEST_WAIT), longest)
