"""The values in one cell: several numbers, several addresses, a link or a name of a messenger."""

import re
from collections.abc import Sequence

from chalicelib.contacts.identities import LONGEST_PHONE
from chalicelib.contacts.phone_region import PARAMETERS
from chalicelib.contacts.web_links import web_link
from chalicelib.providers.unmapped_values import CHAT_SCHEMES

GOOGLES = ":::"  # between several values of one label
_LINES = re.compile(r"\s*[\r\n]+\s*")
_SPACED_SLASH = re.compile(r"\s+/\s+|\s*\|\s*")
_MAY_BE_SEVERAL = re.compile(r"[;,/|\r\n]|:::").search
_DIGIT = re.compile(r"\d")
_FEWEST_DIGITS = 7  # of a number that may stand beside another; fewer are an extension, or digits to dial later
_AS_FORMULA = re.compile(r'="([^"]*)"')  # how programs keep spreadsheets from reading a number
_AS_FLOAT = re.compile(r"(\+?\d{5,})\.0")  # how programs write a number that they took for an amount
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE).fullmatch
_SPACES = re.compile(r"[\s,;|]+")


def split_values(cell: str, separators: Sequence[str]) -> list[str]:
    """The values in a cell, trimmed. Empty ones stay, because the cells of an address belong together."""
    values = [cell]
    for separator in separators:
        if separator in cell:
            values = [value for part in values for value in part.split(separator)]
    return [value.strip() for value in values]


def plain_number(cell: str) -> str:
    """A number without what programs put around it so that it is not read as an amount: ="0049…", '0049…, 49….0."""
    text = cell.strip()
    if text[:1] in ("'", "="):
        formula = _AS_FORMULA.fullmatch(text)
        text = formula[1].strip() if formula else text.removeprefix("'")
    if text.endswith(".0") and (amount := _AS_FLOAT.fullmatch(text)):
        return amount[1]
    return text


def is_rounded(text: str) -> bool:
    """Whether a spreadsheet has rounded a number, so that its digits are lost: 4.91512E+12."""
    return text[:1].isdigit() and _ROUNDED(text) is not None


def phone_numbers(cell: str) -> list[str]:
    """The phone numbers in a cell. What may be one number with pauses, an extension or a slash stays one."""
    if not _MAY_BE_SEVERAL(cell):
        return [plain_number(cell)]
    lines = [line for part in cell.split(GOOGLES) for line in _LINES.split(part)]
    numbers = [number for line in lines for number in _of_line(line)]
    return [number for number in map(plain_number, numbers) if number]


def _of_line(line: str) -> list[str]:
    for pieces in (_SPACED_SLASH.split(line), line.split(";"), line.split(",")):
        if len(pieces) > 1 and not PARAMETERS.search(line) and all(map(_is_whole_number, filter(str.strip, pieces))):
            return [number for piece in pieces for number in _of_line(piece)]
    return [line]


def _is_whole_number(piece: str) -> bool:
    return len(_DIGIT.findall(piece)) >= _FEWEST_DIGITS and len(piece) <= LONGEST_PHONE


def links(cell: str) -> list[str]:
    """The texts of a cell that may be links: all of them if each word is a link, else one a line."""
    if web_link(cell):
        return [cell]
    words = [word for word in _SPACES.split(cell.replace(GOOGLES, " ")) if word]
    if len(words) > 1 and all(map(web_link, words)):
        return words
    return [line for part in cell.split(GOOGLES) for line in _LINES.split(part) if line.strip()]


def messenger_of(text: str) -> str:
    """The service of a handle that is written as an address, such as skype:anna; "" for other texts."""
    scheme, colon, handle = text.strip().partition(":")
    return scheme.lower() if colon and handle and scheme.lower() in CHAT_SCHEMES else ""
