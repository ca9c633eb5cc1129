"""ApiProxy: the deployed API at the root of an address, in place of the custom domain that it has on AWS.

The embedded AWS serves an API under a long path, whose prefix redirect URIs, cookies and links would need otherwise.
"""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"})
_TIMEOUT_SECONDS = 60.0


class ApiProxy:
    """Serves `http://127.0.0.1:{port}` during a `with` statement.

    Args:
        port: where to serve. Set `target` to the URL of the API once it is deployed.
    """

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.target = ""
        self._server = ThreadingHTTPServer(("127.0.0.1", port), type("BoundHandler", (_Handler,), {"proxy": self}))
        self._server.daemon_threads = True

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True, name="api-proxy").start()
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
    proxy: ApiProxy

    def do_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        target = urlsplit(self.proxy.target)
        upstream = http.client.HTTPConnection(str(target.hostname), target.port, timeout=_TIMEOUT_SECONDS)
        try:
            upstream.request(self.command, target.path + self.path, body or None, self._headers())
            self._pass_on(upstream.getresponse())
        finally:
            upstream.close()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_any  # noqa: N815 # named by http.server

    def _headers(self) -> dict[str, str]:
        """Without hop-by-hop headers, and without Host, from which the embedded AWS would infer another service."""
        return {name: value for name, value in self.headers.items() if name.lower() not in {*_HOP_BY_HOP, "host"}}

    def _pass_on(self, response: http.client.HTTPResponse) -> None:
        body = response.read()
        self.send_response_only(response.status)
        for name, value in response.getheaders():
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 # named by http.server
        """The API logs every request."""
