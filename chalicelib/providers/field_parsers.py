"""Turns the values of a provider's JSON, which may be anything at all, into the members of what a source said.

What is not an address, link or day goes to `Rest`, which keeps it as text. The text is cleaned with the whole contact.
"""

import html
import re

from chalicelib.contacts import email_text
from chalicelib.contacts.cleaning import clean_text
from chalicelib.contacts.contact import Birthday, ContactFields
from chalicelib.contacts.dates import YEARS, is_day
from chalicelib.contacts.web_links import web_link as complete_link
from chalicelib.foundation.json import Json

NO_YEAR = (None, 0, 1604)  # Apple writes 1604 for want of an empty year
EXCHANGE_NAME = re.compile(r"/o=.*/cn=", re.IGNORECASE | re.DOTALL).match
TAG = re.compile(r"(<[^<>]*>)")
BREAKS = re.compile(r"</?(?:br|p|div|li|tr|h[1-6])\b", re.IGNORECASE).match
UNSEEN = re.compile(r"<(/?)(?:script|style)\b", re.IGNORECASE).match
NOT_WORTH_KEEPING = {"groups", "groups_by_id", "photo_url"}  # a contact with nothing else is not imported


def line(value: Json) -> str:
    """One line of text; "" where there is none."""
    if type(value) is not str:
        return ""
    return value.strip() if value.isprintable() else clean_text(value)


def block(value: Json) -> str:
    """Text of several lines."""
    if type(value) is not str:
        return ""
    return value.strip() if value.isprintable() else clean_text(value, multiline=True)


def block_of_html(value: Json) -> str:
    """The text of a piece of HTML, without its tags and scripts."""
    if type(value) is not str:
        return ""
    told, unseen = [], False
    for piece in TAG.split(value):
        if (mark := UNSEEN(piece)) is not None:
            unseen = not mark[1]
        elif BREAKS(piece):
            told.append("\n")
        elif not unseen and not (piece.startswith("<") and piece.endswith(">")):
            told.append(piece)
    return block(html.unescape("".join(told)))


def email_address(value: Json) -> str:
    """An address mail can be sent to; "" for an X.500 name, a null or a remark."""
    return email_text.email_address(line(value))


def email_addresses(value: Json) -> tuple[list[str], str]:
    """The addresses in a field that may hold several, and what is written beside them."""
    return email_text.email_addresses(line(value))


def is_inside_exchange(text: str) -> bool:
    """Whether it is a name for a mailbox that has a meaning inside one organisation's Exchange alone."""
    return text[:5].lower() == "x500:" or bool(EXCHANGE_NAME(text))


def web_link(value: Json) -> str:
    """A link a page may show: http and https alone; "" for anything else."""
    return complete_link(value) if type(value) is str else ""


def birthday(year: Json, month: Json, day: Json) -> Birthday | None:
    """A day that exists, with or without its year; a year alone counts too."""
    if year in NO_YEAR:
        year = 0
    elif type(year) is not int or year not in YEARS:
        return None
    if not month and not day:
        return {"year": year} if year else None
    if not (type(month) is int and type(day) is int and is_day(year, month, day)):
        return None
    return {"year": year, "month": month, "day": day} if year else {"month": month, "day": day}


def written_day(date: Json) -> str:
    """A date as text, whether it exists or not, with the parts that are known; "" for none.

    "2009-06-20", "--06-20" without a year, "2009" alone, "---20" for a day alone.
    """
    if not isinstance(date, dict):
        return ""
    year, month, day = (date.get(part) for part in ("year", "month", "day"))
    year, month, day = (part if type(part) is int and part > 0 else 0 for part in (year, month, day))
    whole_year = "" if year in NO_YEAR else f"{year:04d}"
    if month and day:
        return f"{whole_year or '-'}-{month:02d}-{day:02d}"
    if day:
        return f"{whole_year or '-'}--{day:02d}"
    return f"{whole_year}-{month:02d}" if whole_year and month else whole_year or (f"--{month:02d}" if month else "")


def says_anything(said: ContactFields) -> bool:
    return not said.keys() <= NOT_WORTH_KEEPING
