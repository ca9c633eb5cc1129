"""The sandbox on a socket: HTTP/1.1 with kept connections, one thread each, headers and body in one write."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from local.sandbox.routes import answer_to
from local.sandbox.wire import Request, Response
from local.sandbox.world import World

_LARGEST_REQUEST = 16_000_000


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "Sandbox", ""
    disable_nagle_algorithm = True
    wbufsize = -1  # flushed once an answer is complete
    timeout = 120  # seconds a kept connection may stay silent
    world: World

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > _LARGEST_REQUEST:
            self.send_error(413)
            return
        path, _, query = self.path.partition("?")
        origin = f"http://{self.headers.get('Host', 'localhost')}"
        body = self.rfile.read(length) if length else b""
        request = Request(self.command, path, query, self.headers, body, origin)
        self._send(answer_to(self.world, request))

    def _send(self, answer: Response) -> None:
        if answer.cut:
            self.close_connection = True
            return
        self.send_response(answer.status)
        length = len(answer.body) if answer.length is None else answer.length
        if answer.status != 204:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(length))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self._send_body(answer)

    def _send_body(self, answer: Response) -> None:
        if answer.stream is None:
            self.wfile.write(answer.body)
            return
        for piece in answer.stream():
            self.wfile.write(piece)
            self.wfile.flush()

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _serve  # noqa: N815  # the names http.server looks for

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name http.server gives it
        """Logs nothing, because paths contain codes; see /sandbox/requests."""


class _Server(ThreadingHTTPServer):
    daemon_threads, block_on_close = True, False
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignores callers that hung up; anything else is a bug."""
        import sys

        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


class Sandbox:
    """A running sandbox inside this process.

    Args:
        origin: where it serves.
        world: its whole state, for tests that inspect it.
    """

    def __init__(self, host: str, port: int, state_dir: Path | None = None) -> None:
        self.world = World(state_dir)
        handler = type("Handler", (_Handler,), {"world": self.world})
        self._server = _Server((host, port), handler, bind_and_activate=False)
        self._server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._server.server_bind()
        self._server.server_activate()
        self.origin = f"http://{host}:{self._server.server_address[1]}"

    def serve(self, poll_seconds: float = 0.5) -> None:
        """Until `stop`, which takes effect within `poll_seconds`, or until an exception ends it."""
        try:
            self._server.serve_forever(poll_seconds)
        finally:
            self.close()

    def close(self) -> None:
        self.world.closing.set()
        self._server.server_close()

    def stop(self) -> None:
        """Must be called from another thread."""
        self.world.closing.set()
        self._server.shutdown()


def serve(host: str, port: int, state_dir: Path | None = None) -> None:
    """Serve until the process receives a stop signal.

    Args:
        state_dir: where accounts, grants and keys are kept after the process ends; None discards them.
    """
    Sandbox(host, port, state_dir).serve()


@contextmanager
def running(state_dir: Path | None = None, port: int = 0) -> Iterator[Sandbox]:
    """A sandbox in a thread of this process, on a free port unless one is given."""
    sandbox = Sandbox("127.0.0.1", port, state_dir)
    thread = threading.Thread(target=sandbox.serve, args=(0.01,), name="sandbox", daemon=True)
    thread.start()
    try:
        yield sandbox
    finally:
        sandbox.stop()
        thread.join(5)
