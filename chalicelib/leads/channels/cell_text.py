"""Identifiers as files and messages deliver them: with invisible characters, full-width digits, or as spreadsheets
write them.
"""

import re
import unicodedata

from chalicelib.leads.channels.identity import InvalidIdentity

LONGEST = 512  # characters; more than the longest email address
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
_FORMULA = re.compile(r'="([^"]*)"').fullmatch  # keeps Excel from taking a text for a number
_WHOLE_FLOAT = re.compile(r"(\+?[0-9]{5,})[.,]0{1,2}").fullmatch
_ROUNDED = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?E[+-]?[0-9]+", re.IGNORECASE).fullmatch
_FAILED_FORMULA = re.compile(r"#[A-Z/0]+[!?]?").fullmatch


def cell_text(raw: str) -> str:
    """The text without what a spreadsheet or a messenger put around it.

    Raises:
        InvalidIdentity: it is too long.
    """
    if len(raw) > LONGEST:
        raise InvalidIdentity("too_long", f"The identifier has more than {LONGEST} characters.")
    text = raw if raw.isascii() else unicodedata.normalize("NFKC", _INVISIBLE.sub("", raw))
    text = text.strip()
    if text[:1] in ("'", "="):
        formula = _FORMULA(text)
        text = formula[1].strip() if formula else text.strip("'")
    return text


def digits_as_text(text: str) -> str:
    """The text without the decimals of a whole number: "5511987654321.0"."""
    number = _WHOLE_FLOAT(text)
    return number[1] if number else text


def refuse_damage(text: str) -> None:
    """Refuse an empty text, and one that has lost what identified a person.

    Raises:
        InvalidIdentity: it is empty, a rounded number or a failed formula.
    """
    if not text:
        raise InvalidIdentity("empty", "The identifier is empty.")
    if _ROUNDED(text):
        raise InvalidIdentity(
            "rounded_number",
            "The spreadsheet has rounded this number. Format its column as text, enter the number again, and export the"
            " file again.",
        )
    if _FAILED_FORMULA(text):
        raise InvalidIdentity(
            "failed_formula",
            "The spreadsheet has an error here instead of the identifier. Format its column as text, enter the"
            " identifier again, and export the file again.",
        )
