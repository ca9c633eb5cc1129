"""Fetching the issuer's keys over real HTTP: bounded, without following redirects."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import urllib3

from chalicelib.foundation.jwks import LARGEST, fetcher


class Issuer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, headers, body = {
            "/good": (200, {}, b'{"keys": []}'),
            "/large": (200, {}, b" " * (LARGEST + 1)),
            "/moved": (302, {"Location": "/good"}, b""),
            "/missing": (404, {}, b'{"keys": []}'),
        }[self.path]
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Issuer)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class TestFetching:
    def test_the_document_as_it_is(self, issuer):
        assert fetcher(f"{issuer}/good")() == b'{"keys": []}'

    @pytest.mark.parametrize("path", ["large", "moved", "missing"])
    def test_anything_else_is_no_document(self, issuer, path):
        with pytest.raises(ValueError, match=r"not the keys|too much"):
            fetcher(f"{issuer}/{path}")()

    @pytest.mark.parametrize("says", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"], ids=["nothing", "half"])
    def test_a_server_that_hangs_is_left(self, says):
        with socket.create_server(("127.0.0.1", 0)) as server:

            def accept() -> None:
                line, _ = server.accept()
                line.sendall(says)
                over.wait()
                line.close()

            over = threading.Event()
            thread = threading.Thread(target=accept)
            thread.start()
            with pytest.raises(urllib3.exceptions.HTTPError):
                fetcher(f"http://127.0.0.1:{server.getsockname()[1]}/jwks", whole_seconds=0.2)()
            over.set()
            thread.join()

    def test_a_server_that_never_hangs_and_never_ends_is_left_too(self):
        """It sends a byte each time before a read would time out, and all of the document after two seconds."""
        with socket.create_server(("127.0.0.1", 0)) as server:

            def accept() -> None:
                line, _ = server.accept()
                with line, suppress(OSError):
                    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n")
                    for _ in range(40):
                        line.sendall(b" ")
                        over.wait(0.05)

            over = threading.Event()
            thread = threading.Thread(target=accept)
            thread.start()
            with pytest.raises(urllib3.exceptions.HTTPError):
                fetcher(f"http://127.0.0.1:{server.getsockname()[1]}/jwks", whole_seconds=0.3)()
            over.set()
            thread.join()
