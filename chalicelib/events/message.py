"""A message as it is sent: its body, and the headers with its signatures, by Standard Webhooks 1.0.0. Pure.

The id is the event's and stays the same however often it is sent; the timestamp is the attempt's. The signed text is
`id.timestamp.body`, byte by byte what is sent.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chalicelib.foundation.clock import instant, rfc3339
from chalicelib.foundation.fast_json import encode_json
from chalicelib.foundation.json import Json

SECRET_PREFIX = "whsec_"  # noqa: S105 # says what follows
SECRET_BYTES = 32
USER_AGENT = "Contact-Intake-Events/1"


@dataclass(frozen=True, slots=True)
class Message:
    """An event for one endpoint."""

    message_id: str
    type: str
    #: When the event happened, in milliseconds since 1970.
    at: int
    data: Mapping[str, Json]

    @property
    def body(self) -> bytes:
        return encode_json(
            {"type": self.type, "timestamp": rfc3339(instant(self.at)), "data": dict(self.data)}
        ).encode()


def headers(message_id: str, body: bytes, secrets: Iterable[str], now: int) -> dict[str, str]:
    """The headers of one attempt.

    Args:
        secrets: as they were shown, the current one first; each makes a signature.
        now: in milliseconds since 1970.
    """
    timestamp = now // 1000
    signatures = [signature(secret, message_id, timestamp, body) for secret in secrets]
    return {
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature with a symmetric key: the decoded bytes of the secret."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def new_secret() -> str:
    """A random secret in the form in which it is shown."""
    return SECRET_PREFIX + base64.b64encode(os.urandom(SECRET_BYTES)).decode()
