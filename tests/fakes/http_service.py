"""An HTTP service on a real socket that keeps what it was sent and answers as it was told."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass(frozen=True)
class Received:
    """One request."""

    method: str
    path: str
    #: by name in lower case
    headers: dict[str, str]
    body: bytes
    #: the client's port, which tells connections apart
    port: int


@dataclass(frozen=True)
class Answer:
    """One response; status 0 closes the connection instead."""

    status: int = 200
    body: bytes = b"{}"


@dataclass
class HttpService:
    """`answers` are given in turn, then `{}` to everything."""

    address: str
    answers: list[Answer] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)


@contextmanager
def http_service(certificate: Path | None = None) -> Iterator[HttpService]:
    """A running service; with a certificate and its key in one file, over TLS."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            service.received.append(Received(self.command, self.path, headers, body, self.client_address[1]))
            answer = service.answers.pop(0) if service.answers else Answer()
            if not answer.status:
                self.close_connection = True
                return
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if certificate is not None:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    service = HttpService(f"http{'s' if certificate else ''}://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
