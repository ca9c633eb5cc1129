"""The deployed API at an address of its own: a proxy from `/` to the long path under which the embedded AWS serves it.

A custom domain does this on AWS. Without it redirect URIs, cookies and links would need the long path's prefix.
"""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

_OF_THE_CONNECTION = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"})
_TIMEOUT_SECONDS = 60.0


class Front:
    """Serves `http://127.0.0.1:{port}` while in a `with` statement. `target` is set once the API is deployed."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.target = ""
        self._server = ThreadingHTTPServer(("127.0.0.1", port), type("BoundHandler", (_Handler,), {"front": self}))
        self._server.daemon_threads = True

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True, name="front").start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave in one segment
    front: Front

    def do_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        target = urlsplit(self.front.target)
        behind = http.client.HTTPConnection(str(target.hostname), target.port, timeout=_TIMEOUT_SECONDS)
        try:
            behind.request(self.command, target.path + self.path, body or None, self._headers())
            self._pass_on(behind.getresponse())
        finally:
            behind.close()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_any  # noqa: N815 # named by http.server

    def _headers(self) -> dict[str, str]:
        """Without the connection's own, and without Host, by which the embedded AWS would look for another service."""
        return {
            name: value for name, value in self.headers.items() if name.lower() not in {*_OF_THE_CONNECTION, "host"}
        }

    def _pass_on(self, answer: http.client.HTTPResponse) -> None:
        body = answer.read()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _OF_THE_CONNECTION:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 # named by http.server
        """Every request is in the API's own log."""
