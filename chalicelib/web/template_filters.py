"""Numbers, instants and other people's texts as the pages write them. Pure; the templates use them as filters."""

import re
from datetime import datetime

from markupsafe import Markup, escape

ELLIPSIS = "…"
LONGEST_VALUE = 5_000  # characters of one value on a page; the downloads have the whole
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # bidi controls


def number(count: int) -> str:
    """1204 as "1,204"."""
    return f"{count:,}"


def counted(count: int, one: str, several: str | None = None) -> str:
    """1204 and "contact" as "1,204 contacts"."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def when(instant: str | None) -> Markup:
    """An instant of the API as `<time>`: "3 March 2026, 14:05 UTC". Scripts put it into the reader's own time."""
    return _time(instant, "{0.day} {0:%B} {0.year}, {0:%H:%M} UTC", "instant")


def day(instant: str | None) -> Markup:
    """The same, but its day alone: "3 March 2026"."""
    return _time(instant, "{0.day} {0:%B} {0.year}", "day")


def moment(instant: str | None) -> Markup:
    """The same, but its time of day to the second: "14:05:31 UTC"."""
    return _time(instant, "{0:%H:%M:%S} UTC", "moment")


def shortened(text: str, longest: int = LONGEST_VALUE) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + ELLIPSIS


def strip_bidi(text: str) -> str:
    """A text for where nothing can isolate it, such as a title: without the signs that turn the reading direction."""
    return _TURNING.sub("", text)


def _time(instant: str | None, form: str, kind: str) -> Markup:
    if instant is None:
        return Markup("")
    told = form.format(datetime.fromisoformat(instant))
    return Markup('<time datetime="{}" data-time="{}">{}</time>').format(escape(instant), kind, told)
