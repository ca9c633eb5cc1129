"""Checks whether dates exist. Imports, bulk, edits and forms use it, so that all accept the same dates."""

import re
from calendar import monthrange

YEARS = range(1700, 2200)  # years outside mean "no date": 1, 1601, 4501
_A_LEAP_YEAR = 2000  # without a year, February has 29 days
_WRITTEN = (  # how a day is written in numbers; behind it there may be a time
    re.compile(r"(?:(?P<year>[0-9]{4})-|--)(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})(?:[T ][0-9:.,Z+-]+)?"),
    re.compile(r"(?P<year>[0-9]{4})([/.])(?P<month>[0-9]{1,2})\2(?P<day>[0-9]{1,2})"),
    re.compile(r"(?P<day>[0-9]{1,2})\.\s?(?P<month>[0-9]{1,2})\.\s?(?P<year>[0-9]{4})?"),
    re.compile(r"(?:(?P<year>1[789][0-9]{2}|2[01][0-9]{2})|--)(?P<month>[0-9]{2})(?P<day>[0-9]{2})"),
)


def is_day(year: int = 0, month: int = 0, day: int = 0) -> bool:
    """Whether these numbers are an existing day, with or without a year (0), or only a year."""
    if year and year not in YEARS:
        return False
    if not month and not day:
        return bool(year)
    return 1 <= month <= 12 and (1 <= day <= 28 or 28 < day <= monthrange(year or _A_LEAP_YEAR, month)[1])


def may_be_day(text: str) -> bool:
    """False for text in the form of a date that does not exist, such as "2009-02-30"; True for any other text."""
    written = next(filter(None, (form.fullmatch(text.strip()) for form in _WRITTEN)), None)
    if written is None:
        return True
    year, month, day = (int(written[part] or 0) for part in ("year", "month", "day"))
    if "." in written[0] and month > 12:  # some write the month first
        month, day = day, month
    return 1 <= month <= 12 and 1 <= day <= monthrange(year or _A_LEAP_YEAR, month)[1]
