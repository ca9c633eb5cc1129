"""Ids: 128 bits in 22 characters that are safe in paths, cookies, spreadsheets and commands.

A random id begins with a letter or a digit: a spreadsheet runs a cell that begins with "-", so that a report would have
to escape it and give out another id, and a command takes it for an option.
"""

import base64
import hashlib
import secrets
from collections.abc import Iterator

ID_BYTES, ID_LETTERS = 16, 22
AT_ONCE = 256  # ids from one call to the operating system
_BLOCK_BYTES, _BLOCK_LETTERS = 18, 24  # the fewest that are whole in Base64 and hold one id
_PUNCTUATION = "-_"


def fresh_id() -> str:
    """A random id that cannot be guessed."""
    letters = secrets.token_urlsafe(ID_BYTES)
    return fresh_id() if letters[0] in _PUNCTUATION else letters


def fresh_ids() -> Iterator[str]:
    """Random ids without end, for thousands: one call to the system per id takes as long as planning a contact."""
    while True:
        yield from _ids_of(secrets.token_urlsafe(_BLOCK_BYTES * AT_ONCE))


def id_of(*parts: str) -> str:
    """The same id for the same parts: 128 bits of their SHA-256. A race then creates one item instead of two."""
    return _encode(hashlib.sha256("\x1f".join(parts).encode()).digest()[:ID_BYTES])


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _ids_of(letters: str) -> Iterator[str]:
    """The ids in random Base64, one of each block that begins with a letter or a digit."""
    for start in range(0, len(letters), _BLOCK_LETTERS):
        if letters[start] not in _PUNCTUATION:
            yield letters[start : start + ID_LETTERS]
