"""Parsers from a provider's JSON values, which may have any type, to the fields of a contact.

A parser returns an empty value for what it does not accept. Callers keep such a value as text with `UnmappedValues`.
Text is cleaned later, together with the whole contact.
"""

import html
import re
from unicodedata import is_normalized

from chalicelib.contacts.cleaning import clean_text
from chalicelib.contacts.dates import YEARS, is_day
from chalicelib.contacts.source_record import Birthday, ContactFields
from chalicelib.contacts.web_links import web_link as complete_link
from chalicelib.foundation.json import Json

NO_YEAR = (None, 0, 1604)  # Apple writes 1604 where the year is missing
X500_PATH = re.compile(r"/o=.*/cn=", re.IGNORECASE | re.DOTALL).match
TAG = re.compile(r"(<[^<>]*>)")
LINE_BREAK = re.compile(r"</?(?:br|p|div|li|tr|h[1-6])\b", re.IGNORECASE).match
HIDDEN = re.compile(r"<(/?)(?:script|style)\b", re.IGNORECASE).match
GROUPS_AND_PHOTO = {"groups", "groups_by_id", "photo_url"}  # a contact with nothing else is not imported


def one_line(value: Json) -> str:
    """Text on one line; "" for any other type."""
    if type(value) is not str:
        return ""
    return value.strip() if value.isprintable() else clean_text(value)


def multiline(value: Json) -> str:
    """Text that may have several lines; "" for any other type."""
    if type(value) is not str:
        return ""
    if value.isprintable() or (value.replace("\n", "").isprintable() and is_normalized("NFC", value)):
        return value.strip()
    return clean_text(value, multiline=True)


def html_to_text(value: Json) -> str:
    """The text of an HTML fragment, without tags, scripts and styles."""
    if type(value) is not str:
        return ""
    text, is_hidden = [], False
    for piece in TAG.split(value):
        if (mark := HIDDEN(piece)) is not None:
            is_hidden = not mark[1]
        elif LINE_BREAK(piece):
            text.append("\n")
        elif not is_hidden and not (piece.startswith("<") and piece.endswith(">")):
            text.append(piece)
    return multiline(html.unescape("".join(text)))


def is_exchange_name(text: str) -> bool:
    """Whether `text` is an X.500 name, which only one organization's Exchange server can resolve."""
    return text[:5].lower() == "x500:" or bool(X500_PATH(text))


def web_link(value: Json) -> str:
    """An http or https URL that is safe to show; "" for anything else."""
    return complete_link(value) if type(value) is str else ""


def birthday(year: Json, month: Json, day: Json) -> Birthday | None:
    """A valid date, a date without a year, or a year alone; None for anything else."""
    if year in NO_YEAR:
        year = 0
    elif type(year) is not int or year not in YEARS:
        return None
    if not month and not day:
        return {"year": year} if year else None
    if not (type(month) is int and type(day) is int and is_day(year, month, day)):
        return None
    return {"year": year, "month": month, "day": day} if year else {"month": month, "day": day}


def date_text(date: Json) -> str:
    """The known parts of a `{year, month, day}` object as ISO 8601 text, without checking that the date exists.

    "2009-06-20", "--06-20" without a year, "2009" without month and day, "---20" for a day alone, "" for no part.
    """
    if not isinstance(date, dict):
        return ""
    year, month, day = _positive(date.get("year")), _positive(date.get("month")), _positive(date.get("day"))
    whole_year = "" if year in NO_YEAR else f"{year:04d}"
    if month and day:
        return f"{whole_year or '-'}-{month:02d}-{day:02d}"
    if day:
        return f"{whole_year or '-'}--{day:02d}"
    return f"{whole_year}-{month:02d}" if whole_year and month else whole_year or (f"--{month:02d}" if month else "")


def _positive(part: Json) -> int:
    return part if type(part) is int and part > 0 else 0


def has_content(fields: ContactFields) -> bool:
    """Whether the fields hold anything other than groups and a photo."""
    return not fields.keys() <= GROUPS_AND_PHOTO
