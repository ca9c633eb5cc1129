"""Filters of the templates: how the pages write numbers, instants and texts of other people. Pure."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from markupsafe import Markup, escape

ELLIPSIS = "…"
LONGEST_VALUE = 5_000  # characters of one value on a page; downloads contain all of it
_BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def number(count: int) -> str:
    """1204 as "1,204"."""
    return f"{count:,}"


def percent(count: int, total: int) -> str:
    """1 of 3 as "33%"; "<1%" for less than one percent, "" without a total."""
    if not total:
        return ""
    return "<1%" if 0 < 100 * count < total else f"{100 * count // total}%"


def at_least(number: float, least: float) -> float:
    return max(number, least)


def counted(count: int, one: str, several: str | None = None) -> str:
    """1204 and "contact" as "1,204 contacts"."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def alternatives(words: Sequence[str]) -> str:
    """["A", "B"] as "A or B"; ["A", "B", "C"] as "A, B, or C"."""
    *others, last = words
    if len(others) < 2:
        return " or ".join(words)
    return f"{', '.join(others)}, or {last}"


def when(instant: str | None) -> Markup:
    """An RFC 3339 instant as `<time>`: "March 3, 2026 at 2:05 PM UTC". Scripts convert it to the reader's zone."""
    return _time(instant, "instant", lambda at: f"{_day(at)} at {_twelve_hour(at, '%I:%M %p')} UTC")


def day(instant: str | None) -> Markup:
    """The day of an instant: "March 3, 2026"."""
    return _time(instant, "day", _day)


def moment(instant: str | None) -> Markup:
    """The time of day of an instant: "2:05:31 PM UTC"."""
    return _time(instant, "moment", lambda at: f"{_twelve_hour(at, '%I:%M:%S %p')} UTC")


def shortened(text: str, longest: int = LONGEST_VALUE) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + ELLIPSIS


def strip_bidi(text: str) -> str:
    """The text without bidirectional control characters, for places that cannot isolate it, such as a title."""
    return _BIDI_CONTROLS.sub("", text)


def _time(instant: str | None, kind: str, write: Callable[[datetime], str]) -> Markup:
    if instant is None:
        return Markup("")
    text = write(datetime.fromisoformat(instant))
    return Markup('<time datetime="{}" data-time="{}">{}</time>').format(escape(instant), kind, text)


def _day(at: datetime) -> str:
    return f"{at:%B} {at.day}, {at.year}"


def _twelve_hour(at: datetime, form: str) -> str:
    return at.strftime(form).removeprefix("0")
