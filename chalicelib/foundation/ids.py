"""Ids nobody can guess: 128 random bits, in 22 characters that are safe in paths and cookies."""

import base64
import hashlib
import secrets
from collections.abc import Iterator

ID_BYTES = 16
AT_ONCE = 256  # ids drawn from the system together where thousands are needed


def fresh_id() -> str:
    return secrets.token_urlsafe(ID_BYTES)


def fresh_ids() -> Iterator[str]:
    """Fresh ids without end. Asking the system for each costs as much as planning the contact it is for."""
    while True:
        drawn = secrets.token_bytes(ID_BYTES * AT_ONCE)
        for start in range(0, len(drawn), ID_BYTES):
            yield _text(drawn[start : start + ID_BYTES])


def id_of(*parts: str) -> str:
    """The id that always belongs to these parts: 128 bits of their SHA-256, so that a race makes one thing, not two."""
    return _text(hashlib.sha256("\x1f".join(parts).encode()).digest()[:ID_BYTES])


def _text(drawn: bytes) -> str:
    return base64.urlsafe_b64encode(drawn).decode().rstrip("=")
