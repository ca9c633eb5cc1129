"""Turns the values of a provider's JSON, which may be anything at all, into the members of what a source said.

What is no text is dropped here, and what is no address, link or day. The text itself is cleaned with the whole contact.
"""

import html
import re
from calendar import monthrange
from typing import Any

from chalicelib.contacts.clean import clean_text
from chalicelib.contacts.contact import Birthday, Said

Json = Any  # what json.loads gives
LONGEST_ADDRESS, LONGEST_LINK = 320, 4_000  # characters
NO_YEAR = (None, 0, 1604)  # Apple writes 1604 for want of an empty year
YEARS = range(1700, 2200)  # outside stand marks for "no date": 1, 1601, 4501
EMAIL = re.compile(r"(?!/)[^\s@<>\"(),:;\\]+@[^\s@<>\"(),:;\\/]+").fullmatch
PREFIX = re.compile(r"(?:smtp|mailto):", re.IGNORECASE)
UNPRINTED = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")  # turns text round, or hides in it
WEB = re.compile(r"https?://[^\s<>\"\\]+", re.IGNORECASE).fullmatch
BARE_HOST = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}(?:/[^\s<>\"\\]*)?", re.IGNORECASE).fullmatch
TAG = re.compile(r"(<[^<>]*>)")
BREAKS = re.compile(r"</?(?:br|p|div|li|tr|h[1-6])\b", re.IGNORECASE).match
UNSEEN = re.compile(r"<(/?)(?:script|style)\b", re.IGNORECASE).match
NOT_WORTH_KEEPING = {"groups", "photo_url"}  # a contact with nothing else is nobody


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
    text = line(value)
    text = PREFIX.sub("", text if text.isascii() else UNPRINTED.sub("", text), count=1).strip()
    return text if len(text) <= LONGEST_ADDRESS and EMAIL(text) else ""


def web_link(value: Json) -> str:
    """A link a page may show: http and https alone."""
    text = value.strip() if type(value) is str and len(value) <= LONGEST_LINK and value.isprintable() else ""
    return text if WEB(text) else "http://" + text if BARE_HOST(text) else ""


def birthday(year: Json, month: Json, day: Json) -> Birthday | None:
    """A day that exists, with or without its year; a year alone counts too."""
    if year in NO_YEAR:
        year = 0
    elif type(year) is not int or year not in YEARS:
        return None
    if not month and not day:
        return {"year": year} if year else None
    if not (type(month) is int and type(day) is int and 1 <= month <= 12):
        return None
    if not 1 <= day <= monthrange(year or 2000, month)[1]:  # without a year, February may have 29 days
        return None
    return {"year": year, "month": month, "day": day} if year else {"month": month, "day": day}


def says_anything(said: Said) -> bool:
    return not said.keys() <= NOT_WORTH_KEEPING
