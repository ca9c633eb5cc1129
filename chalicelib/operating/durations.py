"""Durations as operators write them: 45m, 2h, 3d."""

import re
from datetime import timedelta

from chalicelib.foundation.errors import InvalidInput

_DURATION = re.compile(r"([0-9]{1,4})([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def parse_duration(text: str | None, field: str) -> timedelta | None:
    """The duration; None if the text is empty.

    Raises:
        InvalidInput: the text is not a duration; the error names `field`.
    """
    if not text:
        return None
    match = _DURATION.fullmatch(text)
    if match is None:
        raise InvalidInput(f"{field} must be a number of minutes, hours or days, such as 45m, 2h or 3d.", field=field)
    return int(match[1]) * _UNITS[match[2]]
