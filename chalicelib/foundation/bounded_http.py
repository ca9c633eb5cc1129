"""HTTP requests that cannot outlive their deadline nor fill the memory. Loaded by `outbound.py` when first needed.

requests' adapter is used without its session: no cookies that could mix two people, no redirects that could carry a
token elsewhere, no proxies, passwords or certificates out of the environment.
"""

import http.client
import logging
from collections.abc import Iterator
from time import monotonic
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter

from chalicelib.foundation.bounded_connections import BOUNDED_POOLS
from chalicelib.foundation.outbound import IN_TIME, READABLE, Deadline, Reply

CONNECT_SECONDS = 3.0
IDLE_SECONDS = 20.0  # an older kept connection may be dead without a sign: functions freeze, gateways forget
CONNECTIONS = 16
PIECE = 64 * 1024
FAILURES = (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, ValueError)
TIMEOUTS = (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **named: Any) -> None:
        super().init_poolmanager(*args, **named)
        self.poolmanager.pool_classes_by_scheme = BOUNDED_POOLS


class BoundedHttp:
    def __init__(self, body_limit: int) -> None:
        logging.getLogger("urllib3").setLevel(logging.ERROR)  # below, it writes whole URLs
        self._adapter = _Adapter(pool_connections=CONNECTIONS, pool_maxsize=CONNECTIONS)
        self._body_limit = body_limit
        self._used_at = monotonic()

    def exchange(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, deadline: Deadline
    ) -> Reply | str:
        """The answer, or what went wrong in words that follow a name: "did not answer in time".

        Errors of the libraries end here: they name URLs and headers.
        """
        self._forget_old_connections()
        try:
            return self._exchange(method, url, headers, body, deadline)
        except TIMEOUTS:
            return IN_TIME
        except requests.exceptions.SSLError:
            return "could not be trusted: its certificate is not valid"
        except FAILURES:
            return READABLE if deadline.seconds_left() else IN_TIME

    def _exchange(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, deadline: Deadline
    ) -> Reply | str:
        left = deadline.seconds_left()
        if not left:
            raise TimeoutError
        asked = requests.Request(method, url, {"Accept-Encoding": "gzip", **headers}, data=body).prepare()
        timeout = urllib3.Timeout(connect=min(CONNECT_SECONDS, left), total=left)
        response = self._adapter.send(asked, stream=True, timeout=timeout)  # type: ignore[arg-type]  # requests takes it
        try:
            whole = _read(response.raw.stream(PIECE, decode_content=True), self._body_limit)
        finally:
            response.close()
        if whole is None:
            return "sent more than we read at once"
        return Reply(response.status_code, {key.lower(): text for key, text in response.headers.items()}, whole)

    def _forget_old_connections(self) -> None:
        now = monotonic()
        if now - self._used_at > IDLE_SECONDS:
            self._adapter.poolmanager.clear()
        self._used_at = now


def _read(pieces: Iterator[bytes], limit: int) -> bytes | None:
    held, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            return None
        held.append(piece)
    return b"".join(held)
