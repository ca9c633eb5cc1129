"""A vendor over a fake transport, or over the sandbox, and how it is asked in tests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from chalicelib.foundation.outbound import Reply
from chalicelib.vendors.answer import Answer, Question
from chalicelib.vendors.vendor import Vendor, VendorError
from tests.fakes.transport import FakeTransport, SentRequest, make_reply

TIMEOUT = timedelta(seconds=5)
KEYS = {"api_key": "sandbox-key-canary", "key": "sandbox-sid", "secret": "sandbox-secret-canary"}


@dataclass
class Asked:
    """What a vendor answered to questions, or the error it raised, and the requests it sent."""

    requests: list[SentRequest]
    answers: list[Answer] = field(default_factory=list)
    error: VendorError | None = None

    @property
    def answer(self) -> Answer:
        assert self.error is None, self.error
        (only,) = self.answers
        return only


def ask(
    build: Any,
    questions: list[Question],
    *replies: Reply | Exception,
    keys: Mapping[str, str] = KEYS,
    timeout: timedelta = TIMEOUT,
) -> Asked:
    """Ask a vendor that gets these replies in turn. `build` makes it from a transport."""
    transport = FakeTransport(list(replies))
    vendor: Vendor = build(transport)
    asked = Asked(transport.requests)
    try:
        asked.answers = vendor.ask(questions, keys, timeout=timeout)
    except VendorError as error:
        asked.error = error
    return asked


def json_reply(body: Any, status: int = 200, **headers: str) -> Reply:
    return make_reply(body, status, **headers)
