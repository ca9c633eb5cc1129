"""Numbers of countries that are written, and registered at WhatsApp, in several ways.

Brazil added a ninth digit to its mobile numbers, Mexico gave up a 1 in front of them, and Argentina has a 9 there when
called from abroad and a 15 behind the area code when called within. WhatsApp keeps the spelling of the day on which an
account was registered, so each stays in use, and messages go to the spelling that WhatsApp gave. Other countries have
renumbered, too: an old number is another spelling of the current one if nobody can have it today.

Keys of stored leads depend on `key_form`: a change here would part leads from their keys.
"""

import re

from chalicelib.contacts.parse_phone import parse_phone
from chalicelib.contacts.renumbered_phones import current_number, may_be_old

# Mobile numbers without their ninth digit. Those of landlines begin with 2 to 5, and have eight digits for good. So had
# trunked radio, whose numbers began with 7; but with eight digits and a 7, an old mobile number is likelier.
_BRAZIL_SHORT = re.compile(r"55([1-9][1-9])([6-9][0-9]{7})").fullmatch
_MEXICO_LONG = re.compile(r"521([2-9][0-9]{9})").fullmatch
_MEXICO_WITHIN = re.compile(r"520(?:1|44|45)([2-9][0-9]{9})").fullmatch  # prefixes that were dialed until 2019
_ARGENTINA_MOBILE = re.compile(r"549([0-9]{10})").fullmatch
_ARGENTINA_BOTH = re.compile(r"5490?([0-9]{10}|[0-9]{12})").fullmatch  # the 9 with what is dialed within the country
_CODES = ("52", "54", "55")


def key_form(e164: str) -> str:
    """The same for all spellings of a number: Brazil's with its ninth digit, Mexico's without 1, Argentina's without 9,
    and in other countries as it is dialed since they renumbered.

    A number of Argentina belongs to one line, a mobile or not: without the 9, no two lines become one.
    """
    if not e164.startswith(_CODES, 1):  # as with most numbers
        return current_number(e164) if may_be_old(e164) else e164
    digits = e164[1:]
    if short := _BRAZIL_SHORT(digits):
        return f"+55{short[1]}9{short[2]}"
    if long := _MEXICO_LONG(digits):
        return f"+52{long[1]}"
    if mobile := _ARGENTINA_MOBILE(digits):
        return f"+54{mobile[1]}"
    return e164


def known_spelling(digits: str) -> str | None:
    """The E.164 of a spelling that numbering plans do not have, or no more; None for other digits.

    Args:
        digits: with the country code, without a plus.
    """
    if not digits.startswith(_CODES):
        old = "+" + digits
        return old if may_be_old(old) and current_number(old) != old else None
    if _MEXICO_LONG(digits) or _BRAZIL_SHORT(digits):
        return "+" + digits
    if within := _MEXICO_WITHIN(digits):
        return f"+52{within[1]}"
    both = _ARGENTINA_BOTH(digits)
    return _argentine_mobile(both[1]) if both else None


def _argentine_mobile(digits: str) -> str | None:
    if len(digits) == len("1123456789"):
        return f"+549{digits}"
    number = parse_phone("+54" + digits)  # which knows the area codes, and so where the 15 is
    mobile = f"{number.country_code}{number.national_number}" if number else ""
    return "+" + mobile if _ARGENTINA_MOBILE(mobile) else None
