"""A transport in place of the network: it returns prepared replies and records the requests."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline, Reply


@dataclass(frozen=True)
class Asked:
    """One request, taken apart."""

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


def answer(body: Json = None, status: int = 200, **headers: str) -> Reply:
    """`body` as JSON, or as it is when it is bytes; `retry_after="3"` becomes a header."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, named, body if isinstance(body, bytes) else json.dumps(body).encode())


class Answers:
    """Args:
    reply: what to answer to a request; an exception it returns is raised. A list is answered in order.
    """

    def __init__(self, reply: Callable[[Asked], Reply | Exception] | list[Reply | Exception]) -> None:
        self.asked: list[Asked] = []
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
        asked = Asked(method, url, dict(headers or {}), body or b"")
        self.asked.append(asked)
        reply = self._reply(asked)
        if isinstance(reply, Exception):
            raise reply
        return reply
