"""Cursors of lists: where a page starts, encoded so that clients treat them as opaque."""

import base64
import binascii
import re

from chalicelib.foundation.errors import InvalidInput


def encode_cursor(position: str) -> str:
    return base64.urlsafe_b64encode(position.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, pattern: re.Pattern[str]) -> tuple[str, ...]:
    """The position of a cursor, followed by the groups of `pattern` in it.

    Raises:
        InvalidInput: it cannot be decoded, or the position does not match `pattern`.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        match = pattern.fullmatch(base64.b64decode(padded, altchars=b"-_", validate=True).decode())
    except (binascii.Error, ValueError):
        match = None
    if match is None:
        raise invalid_cursor()
    return match[0], *match.groups()


def invalid_cursor() -> InvalidInput:
    return InvalidInput("Invalid cursor. Use `next_cursor` of the previous page, unchanged.", field="cursor")
