"""An HTTP transport that returns prepared replies and records the requests, without a network."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline, Reply


@dataclass(frozen=True)
class SentRequest:
    """A request that was sent, with its URL and form parsed."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def query(self) -> dict[str, str]:
        return {key: values[0] for key, values in parse_qs(urlsplit(self.url).query).items()}

    @property
    def form(self) -> dict[str, str]:
        return {key: values[0] for key, values in parse_qs(self.body.decode()).items()}


def make_reply(body: Json = None, status: int = 200, **headers: str) -> Reply:
    """A reply with `body` as JSON, or unchanged if it is bytes. `retry_after="3"` becomes a `retry-after` header."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, named, body if isinstance(body, bytes) else json.dumps(body).encode())


class FakeTransport:
    """A transport that returns prepared replies and records each request in `requests`.

    Args:
        reply: Called with each request; an exception that it returns is raised. A list is returned item by item.
    """

    def __init__(self, reply: Callable[[SentRequest], Reply | Exception] | list[Reply | Exception]) -> None:
        self.requests: list[SentRequest] = []
        self._reply = reply if callable(reply) else lambda _: self._rest.pop(0)
        self._rest = [] if callable(reply) else list(reply)

    def send(
        self,
        method: str,
        url: str,
        *,
        service: str,
        deadline: Deadline,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Reply:
        request = SentRequest(method, url, dict(headers or {}), body or b"")
        self.requests.append(request)
        reply = self._reply(request)
        if isinstance(reply, Exception):
            raise reply
        return reply
