"""Parses a phone number as people write it, with words and an extension, into E.164.

It is careful: no number is better than a wrong one. `phone_region` decides in which country a number is valid.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from chalicelib.contacts.parse_phone import complete_number, parse_phone
from chalicelib.contacts.phone_region import (
    PARAMETERS,
    e164_of,
    international,
    is_possible,
    is_valid,
    national,
    plain_digits,
)
from chalicelib.contacts.regional_number import regional_number

LONGEST_PHONE = 64

_E164 = re.compile(r"\+[1-9][0-9]{6,14}").fullmatch
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LETTER = re.compile(r"[^\W\d_]")
_IS_INTERNATIONAL = re.compile(r"\D*?[+\uff0b]").match
_TWO_ENDINGS = re.compile(r"/\s*\d\d?$")  # "5550123/24": two lines that begin alike
_AREA_THEN_LETTERS = re.compile(r"(?:\+?1\D{0,2})?\(?\d{3}\D{0,2}")
_LONGEST_UNNAMED_EXTENSION = 6  # digits behind a bare comma; more are another number
_FEWEST_DIGITS = 7  # fewer before a word may be the beginning of a vanity number


@dataclass(frozen=True, slots=True)
class Number:
    """A parsed phone number."""

    #: Without the extension.
    e164: str
    extension: str = ""
    #: Whether it can be a current number; if not, it may still be one from before its country renumbered.
    is_known: bool = True


@lru_cache(maxsize=1_024)  # of the chunk at hand; each takes 0.4 KB
def normalize_phone(raw: str, region: str) -> Number | None:
    """Parses a number; one without a country code as a number of `region` ("DE").

    Returns None for service codes (110, *#06#), local numbers without their area, two numbers in one text, and any
    that could be a number of two countries.
    """
    if len(raw) > LONGEST_PHONE:
        return None
    text = _plain(raw)
    complete = complete_number(text) or (regional_number(text, region) if region else None)
    if complete and _E164(complete):
        return Number(complete)
    if PARAMETERS.search(text) or not _LETTER.search(text):
        return _read(text, region)
    return _read_with_words(text, region)


def extension_of(raw: str, e164: str) -> str:
    """The extension behind a number that is known to be `e164`; "" for none."""
    import phonenumbers

    text = _plain(raw)
    last = max((at for at, sign in enumerate(text) if sign.isdigit()), default=-1)
    known = parse_phone(e164)
    if len(raw) > LONGEST_PHONE or known is None:
        return ""
    number = parse_phone(text[: last + 1], phonenumbers.region_code_for_country_code(known.country_code or 0))
    found = number.extension if number is not None else None
    return found if found and text[: last + 1].endswith(found) and _is_extension(found, text) else ""


def digits_of(raw: str) -> str:
    """The digits of a text without decoration or a word after them.

    A text whose words have a meaning of their own (an extension, a vanity number) keeps them.
    """
    number, words = _split(raw)
    dialed = "".join(sign for sign in number if sign.isdigit() or sign in "*#")
    if words and (len(dialed) < _FEWEST_DIGITS or any(map(str.isdigit, words))):
        return "".join(filter(str.isalnum, raw))
    return plain_digits(dialed) if dialed.isdigit() else dialed


def _plain(raw: str) -> str:
    """The text without invisible characters, the scheme of a URI and the escapes of a vCard."""
    text = raw if raw.isascii() else _INVISIBLE.sub("", raw)
    if ";" in text:
        text = text.replace("\\;", ";")
    return text.strip().removeprefix("tel:")


def _split(text: str) -> tuple[str, str]:
    """A text before its first word that follows a digit, and from there on."""
    first_digit = next((at for at, sign in enumerate(text) if sign.isdigit()), len(text))
    word = _LETTER.search(text, first_digit)
    at = len(text) if word is None else word.start()
    return text[:at].rstrip(" \t([{<\u3000\uff08-\u2013\u2014:,;/|."), text[at:]


def _read_with_words(text: str, region: str) -> Number | None:
    """Words are a label ("home"), an extension ("ext. 42"), or the letters of a vanity number ("1-800-FLOWERS")."""
    number, words = _split(text)
    if not words:
        return _read(text, region)
    last = max((at for at, sign in enumerate(words) if sign.isdigit()), default=-1)
    if last < 0:
        return _read(number, region) or _vanity(text, number, words, region)
    found = _read(text[: len(text) - len(words) + last + 1], region)
    return found if found and found.extension and words[: last + 1].endswith(found.extension) else None


def _vanity(text: str, number: str, words: str, region: str) -> Number | None:
    """Letters on the keys of a phone, as North America writes them: an area code and the rest of a number."""
    import phonenumbers

    if phonenumbers.country_code_for_region(region) != 1 and not text.startswith("+1"):
        return None
    if not (_AREA_THEN_LETTERS.fullmatch(number) and words.isascii() and len(words.split()) == 1):
        return None
    digits = plain_digits(phonenumbers.convert_alpha_characters_in_number(text)).removeprefix("1")
    found = parse_phone("+1" + digits)
    return Number(e164_of(found)) if found and len(digits) == len("8003569377") and is_valid(found) else None


def _read(text: str, region: str) -> Number | None:
    if _TWO_ENDINGS.search(text):
        return None
    number = international(text, region) if _IS_INTERNATIONAL(text) else national(text, region)
    if number is None or not _is_extension(number.extension or "", text):
        return None
    e164 = e164_of(number)
    return Number(e164, number.extension or "", is_possible(number)) if _E164(e164) else None


def _is_extension(extension: str, text: str) -> bool:
    return len(extension) <= _LONGEST_UNNAMED_EXTENSION or bool(_LETTER.search(text))
