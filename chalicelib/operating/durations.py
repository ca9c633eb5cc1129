"""Spans as an operator writes them: 45m, 2h, 3d."""

import re
from datetime import timedelta

from chalicelib.foundation.errors import InvalidInput

_SPAN = re.compile(r"([0-9]{1,4})([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def read_span(text: str | None, member: str) -> timedelta | None:
    """The span, None where none is given.

    Raises:
        InvalidInput: it is none; `member` names the parameter it came in.
    """
    if not text:
        return None
    match = _SPAN.fullmatch(text)
    if match is None:
        raise InvalidInput(f"{member} must be a number of minutes, hours or days, such as 45m, 2h or 3d.", field=member)
    return int(match[1]) * _UNITS[match[2]]
