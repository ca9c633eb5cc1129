"""Cursors of lists: where a page starts, encoded so that clients treat them as opaque."""

import base64
import binascii
import re

from chalicelib.foundation.errors import InvalidInput

_TIME = re.compile(r"([0-9]{1,15})\.([A-Za-z0-9_-]{1,100})")


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


def encode_time_cursor(at: int, item_id: str) -> str:
    """The cursor of an item in a list that is ordered by an instant, in milliseconds, and then by id."""
    return encode_cursor(f"{at}.{item_id}")


def decode_time_cursor(cursor: str) -> tuple[int, str]:
    """The instant and the id in a cursor of `encode_time_cursor`. Raises as `decode_cursor`."""
    _, at, item_id = decode_cursor(cursor, _TIME)
    return int(at), item_id


def invalid_cursor() -> InvalidInput:
    return InvalidInput("Invalid cursor. Use the next cursor that the previous page gave, unchanged.", field="cursor")
