"""`python -m local api`: the app behind HTTP on this machine, each request on a thread of its own.

Chalice's own local server mixes up threads' contexts, answers HEAD with a body and waits 40 ms per answer for a delayed
acknowledgement; this one does what API Gateway and Lambda do, and no more.
"""

import logging
import os
import signal
import threading
from collections.abc import Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local import gateway
from local.aws_calls import record_if_enabled
from local.gateway import LARGEST_BODY, HttpRequest, HttpResponse
from local.invocation import LambdaContext, load_app, timeout_of
from local.processes import end_with_parent

log = logging.getLogger(__name__)
IDLE_SECONDS = 75.0  # an open connection without a request
BODY_SECONDS = 5.0  # without receiving more of a body


class Api:
    """`app.py`, ready to be called from many threads.

    Args:
        timeout_seconds: how long a response may take; by default as long as for the deployed function.
    """

    def __init__(self, app: Any, timeout_seconds: float | None = None) -> None:
        self._app = with_own_request_per_thread(app)
        self._binary_types = getattr(app, "binary_requests", app.api.binary_types)
        self._timeout_seconds = timeout_seconds or min(29.0, timeout_of("api_handler"))  # API Gateway waits no longer

    def answer(self, request: HttpRequest) -> HttpResponse:
        event = gateway.event_of(request, binary_types=self._binary_types)
        if gateway.is_too_large(event):
            return gateway.too_large(len(request.body), is_text=not event["isBase64Encoded"])
        context = LambdaContext("APIHandler", self._timeout_seconds)
        return gateway.response_of(self._app(event, context))


def with_own_request_per_thread(app: Any) -> Any:
    """Lambda runs one request at a time in a process, so Chalice keeps it on the app; here each thread has its own."""
    threads = threading.local()

    def property_of_thread(name: str) -> property:
        return property(lambda _: getattr(threads, name, None), lambda _, value: setattr(threads, name, value))

    members = {
        "current_request": property_of_thread("current_request"),
        "lambda_context": property_of_thread("lambda_context"),
    }
    app.__class__ = type("LocalApp", (app.__class__,), members)
    return app


class Refused(Exception):
    """The server answers and closes the connection, because the start of the next request is unknown."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__(answer.status)
        self.answer = answer


def length_of(lengths: Sequence[str], encodings: Sequence[str]) -> int:
    """The length of a body by its `Content-Length` headers, 0 without.

    Raises:
        Refused: it is invalid, several differ, or there is a Transfer-Encoding too.
    """
    if encodings and lengths:
        raise Refused(gateway.problem_response(400, "Send either Content-Length or Transfer-Encoding, not both."))
    if encodings:
        raise Refused(gateway.length_missing())
    values = {each.strip() for length in lengths for each in length.split(",")}
    if len(values) > 1:
        raise Refused(gateway.problem_response(400, "The Content-Length headers contradict each other."))
    text = values.pop() if values else "0"
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        raise Refused(gateway.problem_response(400, "Content-Length must be a whole number."))
    return int(text)


class Handler(BaseHTTPRequestHandler):
    """Reads one HTTP request and sends the app's response."""

    protocol_version = default_request_version = "HTTP/1.1"
    server_version = "ContactIntake"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave in one segment
    timeout = IDLE_SECONDS
    body_seconds = BODY_SECONDS
    api: Api

    def __getattr__(self, name: str) -> Any:
        """The app responds to every method, even unknown ones."""
        if name.startswith("do_"):
            return self.do_any
        raise AttributeError(name)

    def do_any(self) -> None:
        self._send(self._answer())

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002 # http.server's
        """Send the error for what `http.server` rejects: an invalid request line, header or version."""
        self.close_connection = True
        reason = message or HTTPStatus(code).phrase
        self._send(gateway.problem_response(code, f"{reason}.").to(getattr(self, "command", None) or "GET"))

    def _send(self, answer: HttpResponse) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)
        self.wfile.flush()

    def _answer(self) -> HttpResponse:
        try:
            body = self._body()
        except Refused as refused:
            self.close_connection = True
            return refused.answer.to(self.command)
        try:
            target = gateway.encode_target(self.path)
            return self.api.answer(HttpRequest(self.command, target, tuple(self.headers.items()), body)).to(
                self.command
            )
        except Exception:  # what API Gateway makes of a Lambda that raised
            log.exception("The app raised.")
            return gateway.internal_error().to(self.command)

    def _body(self) -> bytes:
        """Raises Refused if Content-Length is missing, invalid or wrong."""
        length = length_of(self.headers.get_all("Content-Length", []), self.headers.get_all("Transfer-Encoding", []))
        if length > LARGEST_BODY:
            raise Refused(gateway.too_large(length))
        self.connection.settimeout(self.body_seconds)
        try:
            body = self.rfile.read(length)
        except TimeoutError:
            body = b""
        self.connection.settimeout(self.timeout)
        if len(body) < length:
            raise Refused(gateway.problem_response(400, "The body is shorter than Content-Length says."))
        return body

    def handle_expect_100(self) -> bool:
        goes_on = super().handle_expect_100()
        self.wfile.flush()  # the client waits for this line before it sends the body
        return goes_on

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 # named by http.server
        log.debug(format, *arguments)


class Server(ThreadingHTTPServer):
    """The app behind HTTP, one thread per connection."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, app: Any, *, host: str = "127.0.0.1", body_seconds: float = BODY_SECONDS) -> None:
        bound = {"api": Api(app), "body_seconds": body_seconds}
        super().__init__((host, port), type("BoundHandler", (Handler,), bound))


def serve(port: int, host: str) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    end_with_parent()
    record_if_enabled(os.environ, ("api_handler",))
    server = Server(port, load_app(), host=host)

    def stop(*_: object) -> None:
        threading.Thread(target=server.shutdown, daemon=True).start()  # waits for the loop, so not on its own thread

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"Serving on http://{host}:{server.server_port}/", flush=True)
    server.serve_forever(poll_interval=0.1)
    server.server_close()
