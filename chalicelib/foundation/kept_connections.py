"""Sends requests to one address over connections that are kept open, by the standard library.

What goes wrong is raised as the error that botocore's HTTP session raises for it.
"""

import ssl
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from typing import NamedTuple
from urllib.parse import urlsplit

from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ReadTimeoutError,
    SSLError,
)
from urllib3.util import wait_for_read


class Received(NamedTuple):
    """A response, whatever its status."""

    status: int
    headers: Mapping[str, str]  #: by name in lower case
    content: bytes
    is_whole: bool  #: False if the connection ended before all of the announced content


class KeptConnections:
    """The connections to one address. They can be shared by threads; each serves one request at a time.

    Args:
        most: how many are kept open while nobody uses them.
        ca_file: the path of the certificates to trust, if the address has TLS.
    """

    def __init__(self, url: str, *, connect_seconds: float, read_seconds: float, most: int, ca_file: str) -> None:
        self._url, self._address = url, urlsplit(url)
        self._connect_seconds, self._read_seconds, self._ca_file = connect_seconds, read_seconds, ca_file
        self._idle, self._most = deque[HTTPConnection](), most  # the last one used is used first

    def post(self, headers: Mapping[str, str], body: bytes) -> Received:
        """Send one request and read its response.

        Raises:
            HTTPClientError, EndpointConnectionError: there is none.
        """
        connection = self._open_idle() or self._connect()
        try:
            with self._errors_of_botocore():
                with suppress(BrokenPipeError):  # the response may tell why nothing more was read
                    connection.request("POST", "/", body, headers)
                received = _read(connection.getresponse())
        except Exception:
            connection.close()
            raise
        self._keep(connection, received)
        return received

    def _open_idle(self) -> HTTPConnection | None:
        """A kept connection that the other side has not closed meanwhile."""
        with suppress(IndexError):
            while True:
                connection = self._idle.pop()
                if connection.sock is not None and not wait_for_read(connection.sock, timeout=0):
                    return connection
                connection.close()
        return None

    def _keep(self, connection: HTTPConnection, received: Received) -> None:
        if connection.sock is not None and received.is_whole and len(self._idle) < self._most:
            self._idle.append(connection)
        else:
            connection.close()

    def _connect(self) -> HTTPConnection:
        host, port, seconds = self._address.hostname or "", self._address.port, self._connect_seconds
        connection = HTTPConnection(host, port, seconds)
        if self._address.scheme == "https":
            connection = HTTPSConnection(host, port, timeout=seconds, context=self._tls)
        try:
            connection.connect()
        except TimeoutError as late:
            raise ConnectTimeoutError(endpoint_url=self._url, error=late) from late
        except ssl.SSLError as untrusted:
            raise SSLError(endpoint_url=self._url, error=untrusted) from untrusted
        except OSError as unreachable:
            raise EndpointConnectionError(endpoint_url=self._url, error=unreachable) from unreachable
        connection.sock.settimeout(self._read_seconds)
        return connection

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._ca_file)

    @contextmanager
    def _errors_of_botocore(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError as late:
            raise ReadTimeoutError(endpoint_url=self._url, error=late) from late
        except ssl.SSLError as broken:
            raise SSLError(endpoint_url=self._url, error=broken) from broken
        except (OSError, HTTPException) as closed:
            raise ConnectionClosedError(endpoint_url=self._url, error=closed) from closed
        except Exception as other:
            raise HTTPClientError(error=other) from other


def _read(response: HTTPResponse) -> Received:
    headers = {name.lower(): value for name, value in response.headers.items()}
    try:
        return Received(response.status, headers, response.read(), is_whole=True)
    except IncompleteRead as ended:
        return Received(response.status, headers, ended.partial, is_whole=False)
