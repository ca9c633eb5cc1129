"""Cursors of lists: where a page starts, in a form that nobody is tempted to build."""

import base64
import binascii
import re

from chalicelib.foundation.errors import InvalidInput


def encode_cursor(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, form: re.Pattern[str]) -> tuple[str, ...]:
    """The place and the groups of `form` in it.

    Raises:
        InvalidInput: it does not open, or holds something of another form.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        match = form.fullmatch(base64.b64decode(padded, altchars=b"-_", validate=True).decode())
    except (binascii.Error, ValueError):
        match = None
    if match is None:
        raise InvalidInput("This cursor is not one of ours.", field="cursor")
    return match[0], *match.groups()
