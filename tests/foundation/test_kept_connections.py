"""Requests over real sockets: connections are used again, and what goes wrong has the names that botocore gives it."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Semaphore, Thread
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError, SSLError
from botocore.httpsession import get_cert_path

from chalicelib.foundation.kept_connections import KeptConnections
from tests.fakes.certificate import certificate_of_this_machine
from tests.fakes.silent import breaks_off, hangs, refuses, resets, silent


class Service:
    """Answers every request with the content of the request; `closes` ends the connection after each, unannounced."""

    def __init__(self) -> None:
        self.url, self.closes, self.closed = "", False, Semaphore(0)
        self.ports: list[int] = []  # of the client, by request; they tell connections apart
        self.headers: list[dict[str, str]] = []

    def handler(self) -> type[BaseHTTPRequestHandler]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                service.ports.append(self.client_address[1])
                service.headers.append({name.lower(): value for name, value in self.headers.items()})
                content = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
                self.close_connection = service.closes

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@contextmanager
def service(certificate: Path | None = None) -> Iterator[Service]:
    """A running service; with a certificate and its key in one file, over TLS."""
    running = Service()

    class Server(ThreadingHTTPServer):
        def shutdown_request(self, request: Any) -> None:
            super().shutdown_request(request)
            running.closed.release()

    server = Server(("127.0.0.1", 0), running.handler())
    server.daemon_threads = True
    if certificate is not None:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    running.url = f"http{'s' if certificate else ''}://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()


def connections(url: str, *, read_seconds: float = 30.0, ca_file: Any = None) -> KeptConnections:
    return KeptConnections(url, connect_seconds=30.0, read_seconds=read_seconds, most=2, ca_file=str(ca_file))


def test_a_request_comes_as_it_was_sent_and_so_does_its_response():
    with service() as running:
        received = connections(running.url).post({"X-Target": "Get"}, b'{"a": 1}')

    assert (received.status, received.content, received.is_whole) == (200, b'{"a": 1}', True)
    assert received.headers["content-length"] == "8"
    assert running.headers[0]["x-target"] == "Get"


def test_a_connection_is_used_again():
    with service() as running:
        kept = connections(running.url)
        for _ in range(3):
            kept.post({}, b"{}")

    assert len(set(running.ports)) == 1


def test_a_connection_that_the_other_side_has_closed_meanwhile_is_not():
    with service() as running:
        kept, running.closes = connections(running.url), True
        for content in (b"1", b"2", b"3"):
            assert kept.post({}, content).content == content
            running.closed.acquire()

    assert len(running.ports) == 3


def test_a_response_that_breaks_off_is_not_whole():
    with silent(breaks_off) as url:
        received = connections(url).post({}, b"{}")

    assert (received.status, received.content, received.is_whole) == (200, b"{", False)


def test_a_reset_is_a_closed_connection():
    with silent(resets) as url, pytest.raises(ConnectionClosedError):
        connections(url).post({}, b"{}")


def test_a_response_that_does_not_come_in_time_is_a_timeout():
    with silent(hangs) as url, pytest.raises(ReadTimeoutError):
        connections(url, read_seconds=0.05).post({}, b"{}")


def test_nobody_listening_is_no_endpoint():
    with refuses() as url, pytest.raises(EndpointConnectionError):
        connections(url).post({}, b"{}")


class TestTls:
    """Only certificates that the given file vouches for are trusted."""

    def test_connects_to_a_trusted_endpoint(self, tmp_path):
        own = certificate_of_this_machine(tmp_path)
        with service(own) as secure:
            assert connections(secure.url, ca_file=own).post({}, b"{}").status == 200

    def test_sends_nothing_to_another_one(self, tmp_path):
        with service(certificate_of_this_machine(tmp_path)) as secure, pytest.raises(SSLError):
            connections(secure.url, ca_file=get_cert_path(True)).post({}, b"{}")

        assert secure.ports == []
