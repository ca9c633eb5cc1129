"""`python -m local api`: the app behind HTTP on this machine, each request on a thread of its own.

Chalice's own local server mixes up threads' contexts, answers HEAD with a body and waits 40 ms per answer for a delayed
acknowledgement; this one does what API Gateway and Lambda do, and no more.
"""

import logging
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from local import gateway
from local.aws_calls import record_if_asked
from local.gateway import LARGEST_BODY, Answer, Asked
from local.invocation import LambdaContext, load_app, timeout_of
from local.processes import end_with_parent

log = logging.getLogger(__name__)
IDLE_SECONDS = 75.0  # an open connection without a request


class Api:
    """`app.py`, ready to be called from many threads.

    Args:
        timeout_seconds: how long an answer may take; that of the deployed function unless given.
    """

    def __init__(self, app: Any, timeout_seconds: float | None = None) -> None:
        self._app = with_own_request_per_thread(app)
        self._timeout_seconds = timeout_seconds or min(29.0, timeout_of("api_handler"))  # API Gateway waits no longer

    def answer(self, asked: Asked) -> Answer:
        found = gateway.route_of(self._app.routes, urlsplit(asked.target).path)
        if found is None:
            return gateway.nothing_here()
        route, captured = found
        event = gateway.event_of(asked, route, captured, binary_types=self._app.api.binary_types)
        if gateway.is_too_large(event):
            return gateway.too_large(len(asked.body))
        context = LambdaContext("APIHandler", self._timeout_seconds)
        return gateway.answer_of(self._app(event, context))


def with_own_request_per_thread(app: Any) -> Any:
    """Lambda runs one request at a time in a process, so Chalice keeps it on the app; here each thread has its own."""
    threads = threading.local()

    def own(name: str) -> property:
        return property(lambda _: getattr(threads, name, None), lambda _, value: setattr(threads, name, value))

    members = {"current_request": own("current_request"), "lambda_context": own("lambda_context")}
    app.__class__ = type("LocalApp", (app.__class__,), members)
    return app


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "ContactIntake"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave in one segment
    timeout = IDLE_SECONDS
    api: Api

    def do_any(self) -> None:
        answer = self._answered()
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)
        self.wfile.flush()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_any  # noqa: N815 # named by http.server

    def _answered(self) -> Answer:
        refused = self._refused()
        if refused is not None:
            self.close_connection = True
            return refused.to(self.command)
        body = self.rfile.read(self._length())
        try:
            return self.api.answer(Asked(self.command, self.path, tuple(self.headers.items()), body)).to(self.command)
        except Exception:  # what API Gateway makes of a Lambda that raised
            log.exception("The app raised.")
            return gateway.lambda_raised().to(self.command)

    def _refused(self) -> Answer | None:
        if "Transfer-Encoding" in self.headers or not self.headers.get("Content-Length", "0").isdecimal():
            return gateway.length_missing()
        return gateway.too_large(self._length()) if self._length() > LARGEST_BODY else None

    def _length(self) -> int:
        return int(self.headers.get("Content-Length", "0"))

    def handle_expect_100(self) -> bool:
        goes_on = super().handle_expect_100()
        self.wfile.flush()  # the client waits for this line before it sends the body
        return goes_on

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 # named by http.server
        log.debug(format, *arguments)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, app: Any) -> None:
        super().__init__(("127.0.0.1", port), type("BoundHandler", (Handler,), {"api": Api(app)}))


def serve(port: int) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    end_with_parent()
    record_if_asked(os.environ, ("api_handler",))
    server = Server(port, load_app())

    def stop(*_: object) -> None:
        threading.Thread(target=server.shutdown, daemon=True).start()  # waits for the loop, so not on its own thread

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"Serving on http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever(poll_interval=0.1)
    server.server_close()
