"""HTTP requests that end at their deadline, with responses of a bounded size. Loaded by `http_client.py` on first use.

We use the adapter of requests without its session: no cookies that could mix two people, no redirects that could take a
token elsewhere, no proxies, passwords or certificates from the environment.
"""

import http.client
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter

from chalicelib.foundation.bounded_connections import BOUNDED_POOLS
from chalicelib.foundation.outbound import Deadline, Reply

CONNECT_SECONDS = 3.0
IDLE_SECONDS = 20.0  # a connection that was idle longer may be dead: functions freeze, gateways drop connections
CONNECTIONS = 16
PIECE = 64 * 1024  # bytes read at a time
FAILURES = (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, ValueError)
TIMEOUTS = (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Failure:
    """The reason for a missing reply."""

    #: the predicate of a sentence about the service
    message: str
    #: whether trying again may help
    is_transient: bool = False


TIMED_OUT = Failure("did not respond in time", is_transient=True)
UNREADABLE = Failure("sent an unreadable response", is_transient=True)
UNTRUSTED = Failure("has an invalid TLS certificate")
TOO_LARGE = Failure("sent a response that is too large")


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **named: Any) -> None:
        super().init_poolmanager(*args, **named)
        self.poolmanager.pool_classes_by_scheme = BOUNDED_POOLS


class BoundedHttp:
    """Sends requests over kept connections.

    Args:
        body_limit: how many bytes a response may have.
    """

    def __init__(self, body_limit: int) -> None:
        logging.getLogger("urllib3").setLevel(logging.ERROR)  # its warnings contain whole URLs
        self._adapter = _Adapter(pool_connections=CONNECTIONS, pool_maxsize=CONNECTIONS)
        self._body_limit = body_limit
        self._used_at = monotonic()

    def exchange(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, deadline: Deadline
    ) -> Reply | Failure:
        """The response, or why there is none. Never raises: the errors of the libraries contain URLs and headers."""
        self._close_idle_connections()
        try:
            return self._exchange(method, url, headers, body, deadline)
        except TIMEOUTS:
            return TIMED_OUT
        except requests.exceptions.SSLError:
            return UNTRUSTED
        except FAILURES:
            return UNREADABLE if deadline.seconds_left() else TIMED_OUT

    def _exchange(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, deadline: Deadline
    ) -> Reply | Failure:
        left = deadline.seconds_left()
        if not left:
            raise TimeoutError
        prepared = requests.Request(method, url, {"Accept-Encoding": "gzip", **headers}, data=body).prepare()
        timeout = urllib3.Timeout(connect=min(CONNECT_SECONDS, left), total=left)
        response = self._adapter.send(prepared, stream=True, timeout=timeout)  # type: ignore[arg-type]  # requests takes it
        try:
            whole = _read(response.raw.stream(PIECE, decode_content=True), self._body_limit)
        finally:
            response.close()
        if whole is None:
            return TOO_LARGE
        return Reply(response.status_code, {key.lower(): text for key, text in response.headers.items()}, whole)

    def _close_idle_connections(self) -> None:
        now = monotonic()
        if now - self._used_at > IDLE_SECONDS:
            self._adapter.poolmanager.clear()
        self._used_at = now


def _read(pieces: Iterator[bytes], limit: int) -> bytes | None:
    pieces_read, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            return None
        pieces_read.append(piece)
    return b"".join(pieces_read)
