"""Receivers of events that verify what they get, as the libraries of receivers do."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.foundation.callbacks import CallbackFailure, CallbackReply

OK = CallbackReply(204, {})
Answer = CallbackReply | CallbackFailure


@dataclass(frozen=True)
class Received:
    """One request."""

    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def message_id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def type(self) -> str:
        return str(self.json["type"])

    @property
    def data(self) -> Any:
        return self.json["data"]


@dataclass
class FakeCallbacks:
    """Receives every request; `answers` are given in turn, then `otherwise` again and again."""

    answers: list[Answer] = field(default_factory=list)
    otherwise: Callable[[Received], Answer] = lambda _: OK
    received: list[Received] = field(default_factory=list)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        request = Received(url, dict(headers), body)
        self.received.append(request)
        return self.answers.pop(0) if self.answers else self.otherwise(request)

    @property
    def types(self) -> list[str]:
        return [each.type for each in self.received]


def sent_at(request: Received) -> datetime:
    """When a request says that it was sent."""
    from chalicelib.foundation.clock import instant

    return instant(int(request.headers["webhook-timestamp"]) * 1000)
