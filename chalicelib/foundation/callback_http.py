"""The HTTP of callbacks. A name is resolved once, all of its addresses are checked, and one of them is connected to.

requests-hardened judges the address once more by rules of its own. We give it the address instead of the name, so that
it resolves nothing, and then restore the name for TLS and for the header `Host`.
"""

import http.client
import logging
import socket
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any
from urllib.parse import SplitResult, urlunsplit

import requests
import urllib3
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter

from chalicelib.foundation.bounded_connections import BOUNDED_POOLS
from chalicelib.foundation.callbacks import CallbackFailure, CallbackReply, check_callback_url
from chalicelib.foundation.deadlines import run_within
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.public_address import is_loopback, is_public

WHOLE_SECONDS = 10.0  # from the name to the end of the response
RESOLVE_SECONDS = 4.0
CONNECT_SECONDS = 4.0
MOST_READ = 64 * 1024  # bytes of a response
PIECE = 8 * 1024
_TIMEOUTS = (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)
_FAILURES = (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, ValueError)

Resolve = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> Sequence[str]:
    """All addresses of a host. Raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class _PinnedAdapter(IPFilterAdapter):  # type: ignore[misc] # the library has no types
    """Sends one request to the address in its URL, in the name of a host."""

    def __init__(self, parts: SplitResult, *, allow_loopback: bool) -> None:
        self._host, self._netloc = parts.hostname or "", parts.netloc
        super().__init__(is_https_proto=parts.scheme == "https", allow_loopback=allow_loopback)

    def init_poolmanager(self, *args: Any, **named: Any) -> None:
        super().init_poolmanager(*args, **named)
        self.poolmanager.pool_classes_by_scheme = BOUNDED_POOLS

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        request.headers["Host"] = self._netloc
        if self._is_https_proto:
            pool["assert_hostname"] = pool["server_hostname"] = self._host
        return host, pool


class CallbackHttp:
    """Sends callbacks. It keeps no connection, cookie or setting of the environment from one to the next.

    Args:
        allow_loopback: whether to send to this machine, too.
        resolve: tests give their own.
        verify: the certificates that are trusted, if not the usual ones; for tests.
    """

    def __init__(self, *, allow_loopback: bool = False, resolve: Resolve = resolve, verify: str | bool = True) -> None:
        self._allow_loopback, self._resolve, self._verify = allow_loopback, resolve, verify
        for name in ("urllib3", "requests_hardened"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # their warnings contain URLs and addresses

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> CallbackReply | CallbackFailure:
        end = monotonic() + WHOLE_SECONDS
        try:
            parts = check_callback_url(url, allow_loopback=self._allow_loopback)
            address = self._checked_address(parts)
            return address if isinstance(address, CallbackFailure) else self._send(parts, address, headers, body, end)
        except (InvalidInput, InvalidIPAddress):
            return CallbackFailure.ADDRESS
        except _TIMEOUTS:
            return CallbackFailure.TIMED_OUT
        except requests.exceptions.SSLError:
            return CallbackFailure.CERTIFICATE
        except _FAILURES:
            return CallbackFailure.UNREACHABLE if monotonic() < end else CallbackFailure.TIMED_OUT

    def _checked_address(self, parts: SplitResult) -> str | CallbackFailure:
        """An address of the host, if all of them are allowed."""
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        resolved = run_within({"resolve": lambda: self._resolve(host, port)}, RESOLVE_SECONDS)["resolve"]
        if isinstance(resolved.error, TimeoutError):
            return CallbackFailure.TIMED_OUT
        if resolved.error is not None or not resolved.value:
            return CallbackFailure.UNRESOLVED
        allowed = [is_public(each) or (self._allow_loopback and is_loopback(each)) for each in resolved.value]
        return resolved.value[0] if all(allowed) else CallbackFailure.ADDRESS

    def _send(
        self, parts: SplitResult, address: str, headers: Mapping[str, str], body: bytes, end: float
    ) -> CallbackReply:
        literal = f"[{address}]" if ":" in address else address
        netloc = f"{literal}:{parts.port}" if parts.port else literal
        pinned = urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, ""))
        prepared = requests.Request("POST", pinned, {"Accept-Encoding": "identity", **headers}, data=body).prepare()
        adapter = _PinnedAdapter(parts, allow_loopback=self._allow_loopback)
        try:
            left = end - monotonic()
            timeout = urllib3.Timeout(connect=min(CONNECT_SECONDS, left), total=left)
            response = adapter.send(prepared, stream=True, timeout=timeout, verify=self._verify)
            try:
                beginning = _read(response)
            finally:
                response.close()
            named = {name.lower(): text for name, text in response.headers.items()}
            return CallbackReply(response.status_code, named, beginning)
        finally:
            adapter.close()


def _read(response: requests.Response) -> bytes:
    """The beginning of the body. What goes beyond the limit is not read: the connection is closed."""
    pieces, size = [], 0
    for piece in response.raw.stream(PIECE, decode_content=False):
        pieces.append(piece)
        size += len(piece)
        if size >= MOST_READ:
            break
    return b"".join(pieces)[:MOST_READ]
