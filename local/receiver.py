"""A receiver of events on this machine: verifies each message as a receiver elsewhere would, and keeps it."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

LARGEST = 1024 * 1024  # bytes of a message


@dataclass
class Receiver:
    """Listens at a free port of this machine while it is used in a `with` statement."""

    #: The secret of the endpoint, as it was shown when it was registered.
    secret: str = ""
    #: The messages whose signatures are right, by their ids.
    messages: dict[str, Any] = field(default_factory=dict)
    #: How many messages had a wrong signature.
    wrong: int = 0

    def __enter__(self) -> "Receiver":
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/events"

    @property
    def counts(self) -> Counter[str]:
        """How many events have arrived, by type. One that arrives again is counted once."""
        return Counter(message["type"] for message in list(self.messages.values()))

    def jobs(self, name: str) -> set[str]:
        """The ids of the jobs of which an event of this type has arrived."""
        return {message["data"]["job_id"] for message in list(self.messages.values()) if message["type"] == name}

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """Keep a message if its signature is right. Returns the status of the answer."""
        try:
            message = Webhook(self.secret).verify(body, headers)
        except (WebhookVerificationError, ValueError):
            self.wrong += 1
            return 400
        self.messages[headers["webhook-id"]] = message
        return 204


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = min(int(self.headers.get("content-length", 0)), LARGEST)
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(receiver.take(headers, self.rfile.read(length)))
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """The demo prints what has arrived."""

    return Handler
