"""Phone numbers as identities: E.164 in the spelling that was given, which is the one that messages are sent to."""

import re

from chalicelib.contacts.normalize_phone import normalize_phone
from chalicelib.contacts.numbering_plan import plan_in
from chalicelib.contacts.parse_phone import complete_number, parse_phone
from chalicelib.contacts.phone_region import e164_of, is_valid, plain_digits
from chalicelib.contacts.regional_number import has_dialed_prefix, regional_number
from chalicelib.leads.channels.cell_text import digits_as_text, refuse_damage
from chalicelib.leads.channels.identity import InvalidIdentity
from chalicelib.leads.channels.number_spellings import known_spelling

INTERNATIONAL = ""  #: the region of numbers that all have their country code, with or without a plus
_ADDRESS_OF_NUMBER = re.compile(
    r"(?:(?:whatsapp|tel|sms):|(?:https?://)?wa\.me/)(\+?[0-9][0-9 ().-]*)|(\+?[0-9]+)@(?:s\.whatsapp\.net|c\.us)",
    re.IGNORECASE,
).fullmatch
_THOUSANDS = re.compile(r"\+?[0-9]{1,3}(?:,[0-9]{3}){2,}").fullmatch
_IS_E164 = re.compile(r"\+[1-9][0-9]{6,14}").fullmatch
_BARE = re.compile(r"[0-9(][0-9 ().-]*").fullmatch
_MEXICAN_OR_AMERICAN = re.compile(r"1[2-9][0-9]{9}").fullmatch
_WITH_LETTERS = re.compile(r"[^\W\d_]")
_MOST_OF_SHORT_CODE = 6  # digits
_FEWEST_SIGNIFICANT = 5  # characters of E.164 before its last zeros; fewer are a placeholder


def phone_form(text: str, region: str) -> str:
    """The E.164 of a number, in the spelling that was given.

    Args:
        text: without what a spreadsheet puts around it (`cell_text`).
        region: the country of numbers without a country code ("BR"), or `INTERNATIONAL`.

    Raises:
        InvalidIdentity: it is not certainly the number of a person.
    """
    number = _plain(text, region)
    if number is None or not _IS_E164(number):
        number = _parsed(text, region)
    if number.endswith("000") and len(number.rstrip("0")) < _FEWEST_SIGNIFICANT:
        raise InvalidIdentity("no_phone", "This is a placeholder, not a phone number.")
    return number


def _plain(text: str, region: str) -> str | None:
    """The number in digits with or without a plus, as nearly all are; None for a text that takes longer to read."""
    if text[:1] == "+" or region == INTERNATIONAL:
        digits = text.removeprefix("+")
        number = complete_number("+" + digits)
        return number or (known_spelling(digits) if digits.isdecimal() else None)
    number = regional_number(text, region)
    if number is None and text.isdecimal() and _is_too_long(text, region):
        return known_spelling(text)
    return number


def _is_too_long(digits: str, region: str) -> bool:
    """Whether digits are too many for a number of the region, with whatever is dialed in front of it."""
    plan = plan_in(region)
    return plan is not None and len(digits) > plan.longest and not has_dialed_prefix(digits, plan)


def _parsed(text: str, region: str) -> str:
    """As `phone_form`, for any text."""
    refuse_damage(text)
    plain = _without_address(digits_as_text(text))
    if region == INTERNATIONAL and _BARE(plain):
        plain = "+" + plain.removeprefix("00")
    number = normalize_phone(plain, region)
    if number is not None and number.extension:
        raise InvalidIdentity("extension", "An extension cannot get messages. Give a number without it.")
    if number is not None and number.is_known and not _is_mexican_too(plain, region) and _is_stable(number.e164):
        return number.e164
    spelled = _spelled(plain, region)
    if spelled is None:
        raise _refusal(text, plain)
    return spelled


def _without_address(text: str) -> str:
    """The number in an address of it ("whatsapp:+55…", "wa.me/55…"), and without separators of thousands."""
    address = _ADDRESS_OF_NUMBER(text)
    if address:
        return address[1] or "+" + address[2].removeprefix("+")
    return text.replace(",", "") if _THOUSANDS(text) else text


def _is_stable(e164: str) -> bool:
    """Whether the number is parsed as itself: "+82 011 290" is not."""
    if complete_number(e164) == e164:
        return True
    again = parse_phone(e164)
    return again is not None and e164_of(again) == e164


def _is_mexican_too(text: str, region: str) -> bool:
    """Whether digits can be an old Mexican mobile number just as well as one of North America."""
    return region == "MX" and _MEXICAN_OR_AMERICAN(plain_digits(text)) is not None and "+" not in text


def _spelled(text: str, region: str) -> str | None:
    """A number in a spelling that numbering plans do not have."""
    digits = plain_digits(text)
    if text.startswith(("+", "00")):
        return known_spelling(digits.removeprefix("00"))
    if not _BARE(text) or _is_mexican_too(text, region):
        return None
    home = parse_phone(text, region) if region else None
    spelled = known_spelling(e164_of(home).removeprefix("+")) if home else None
    if spelled is None and not (home and is_valid(home, region)):
        return known_spelling(digits)
    return spelled


def _refusal(text: str, plain: str) -> InvalidIdentity:
    digits = plain_digits(plain)
    if _WITH_LETTERS.search(plain) and len(digits) <= _MOST_OF_SHORT_CODE:
        return InvalidIdentity(
            "sender_name", "This is the name of a sender or user. Give the phone number of a person."
        )
    if digits == text and len(digits) <= _MOST_OF_SHORT_CODE:
        return InvalidIdentity(
            "short_code", "This is a short code, which belongs to a service. Give a person's number."
        )
    if digits and not plain.startswith(("+", "00")):
        return InvalidIdentity(
            "country_unknown",
            "It is not certain which country this number belongs to. Write it with a plus and the country code.",
        )
    return InvalidIdentity("no_phone", "This is not a phone number. Write it with a plus and the country code.")
