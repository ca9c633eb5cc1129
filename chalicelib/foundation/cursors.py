"""Cursors of lists: where a page starts, encoded so that clients treat them as opaque.

A cursor has a checksum, because a part of a position can be another position: a client that keeps too few characters of
it would miss items, and nobody would notice.
"""

import base64
import binascii
import re
from zlib import crc32

from chalicelib.foundation.errors import InvalidInput

_CHECKSUM_BYTES = 4
_TIME = re.compile(r"([0-9]{1,15})\.([A-Za-z0-9_-]{1,100})")


def encode_cursor(position: str) -> str:
    content = position.encode()
    return base64.urlsafe_b64encode(crc32(content).to_bytes(_CHECKSUM_BYTES) + content).decode().rstrip("=")


def decode_cursor(cursor: str, pattern: re.Pattern[str]) -> tuple[str, ...]:
    """The position of a cursor, followed by the groups of `pattern` in it.

    Raises:
        InvalidInput: it is not what `encode_cursor` made, or the position does not match `pattern`.
    """
    match = _match(cursor, pattern, start=_CHECKSUM_BYTES)
    if match is None or encode_cursor(match[0]) != cursor:
        raise invalid_cursor()
    return match[0], *match.groups()


def lacks_checksum(cursor: str, pattern: re.Pattern[str]) -> bool:
    """Whether it is a cursor for positions of `pattern` from before cursors had checksums."""
    return _match(cursor, pattern, start=0) is not None


def encode_time_cursor(at: int, item_id: str) -> str:
    """The cursor of an item in a list that is ordered by an instant, in milliseconds, and then by id."""
    return encode_cursor(f"{at}.{item_id}")


def decode_time_cursor(cursor: str) -> tuple[int, str]:
    """The instant and the id in a cursor of `encode_time_cursor`. Raises as `decode_cursor`."""
    _, at, item_id = decode_cursor(cursor, _TIME)
    return int(at), item_id


def invalid_cursor() -> InvalidInput:
    return InvalidInput("Invalid cursor. Use the next cursor that the previous page gave, whole.", field="cursor")


def _match(cursor: str, pattern: re.Pattern[str], *, start: int) -> re.Match[str] | None:
    """The match of the content from the byte `start`; None if it cannot be decoded or does not match."""
    try:
        content = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return pattern.fullmatch(content[start:].decode())
    except (binascii.Error, ValueError):
        return None
