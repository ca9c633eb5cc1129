"""Ids nobody can guess: 128 random bits, in 22 characters that are safe in paths and cookies."""

import base64
import hashlib
import secrets


def fresh_id() -> str:
    return secrets.token_urlsafe(16)


def id_of(*parts: str) -> str:
    """The id that always belongs to these parts: 128 bits of their SHA-256, so that a race makes one thing, not two."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()[:16]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
