"""Parses the dates of cards, of which the year or the day may be unknown.

Standards write whole dates, and dates without some parts: `--0203`, `---03`, `1985-04`. Some people write other forms.
"""

import re
from calendar import monthrange
from datetime import date
from typing import NamedTuple

from chalicelib.contacts.source_record import Birthday
from chalicelib.files.mapping.written_dates import NotADate, read_date

APPLE_NO_YEAR = 1604  # a leap year, which Apple writes for an unknown one
_A_LEAP_YEAR = 2000
_LONGEST = 100  # characters; more are no date
_LENGTHS = (len("2009-06-20"), len("20090620"))
_PARTIAL = tuple(
    re.compile(form, re.ASCII).fullmatch
    for form in (
        r"--(?P<month>\d\d)-?(?P<day>\d\d)",
        r"(?P<year>\d{4})(?:-(?P<month>\d\d))?",
        r"--(?P<month>\d\d)",
        r"---(?P<day>\d\d)",
        r"(?P<year>\d{4})--(?P<day>\d\d)",
    )
)


class PartialDate(NamedTuple):
    """A date; 0 for a part that is unknown. One without any part is not set."""

    year: int = 0
    month: int = 0
    day: int = 0

    @property
    def birthday(self) -> Birthday:
        known: Birthday = {}
        if self.year:
            known["year"] = self.year
        if self.month:
            known["month"] = self.month
        if self.day:
            known["day"] = self.day
        return known

    @property
    def text(self) -> str:
        """In ISO 8601, as events have it: "2009-06-20", "--06-20", "2009-06", "2009"; "" for one that is not set."""
        if not any(self):
            return ""
        year = f"{self.year:04d}" if self.year else "-"
        if self.day:
            return f"{year}-{self.month:02d}-{self.day:02d}" if self.month else f"{year}--{self.day:02d}"
        return f"{year}-{self.month:02d}" if self.month else year


def parse_date(text: str, no_years: tuple[int, ...] = ()) -> PartialDate | None:
    """The date; None for a text that is no date, or one that does not exist. A time behind it is ignored.

    Args:
        no_years: years that mean an unknown one.
    """
    text = text.strip()
    if len(text) in _LENGTHS and "W" not in text:  # which would be a week
        try:
            whole = date.fromisoformat(text)
            return PartialDate(0 if whole.year in no_years else whole.year, whole.month, whole.day)
        except ValueError:
            pass
    for form in _PARTIAL:
        if found := form(text):
            parts = found.groupdict(default="")
            year, month, day = (int(parts.get(part) or 0) for part in PartialDate._fields)
            return _existing(0 if year in no_years else year, month, day)
    return _in_another_form(text, no_years)


def _existing(year: int, month: int, day: int) -> PartialDate | None:
    """The date, if each of its parts is in range."""
    if month > 12:
        return None
    longest = monthrange(year or _A_LEAP_YEAR, month)[1] if month else 31
    return PartialDate(year, month, day) if day <= longest else None


def _in_another_form(text: str, no_years: tuple[int, ...]) -> PartialDate | None:
    try:
        return PartialDate(**read_date(text, None, (0, *no_years))) if len(text) <= _LONGEST else None
    except NotADate:
        return None
