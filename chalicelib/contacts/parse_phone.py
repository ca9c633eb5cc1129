"""Parses a phone number as the library `phonenumbers` does, whether or not it exists.

Texts of digits with usual decoration, which are nearly all, are taken apart here by the same numbering plans: the
library needs ten times as long, because it looks for words, extensions and a second number too.
"""

import re
from typing import TYPE_CHECKING

from chalicelib.contacts.numbering_plan import NumberingPlan, lengths_with, plan_in, plan_of

if TYPE_CHECKING:  # loaded with the first number, because it is most of a cold start
    from phonenumbers import PhoneNumber

_IS_PLAIN_INTERNATIONAL = re.compile(r"\+[1-79][0-9 ().-]*").fullmatch  # 8 may be the trunk prefix of Russia
_IS_PLAIN_NATIONAL = re.compile(r"[0-9(][0-9 ().-]*").fullmatch
_DECORATION = str.maketrans("", "", "+ ().-")
_LENGTHS = range(3, 18)  # digits of a national number that the library parses in every case


def parse_phone(text: str, region: str | None = None) -> "PhoneNumber | None":
    """The number as the library parses it.

    Args:
        region: the country of numbers without a country code; None if the text has to have one.
    """
    import phonenumbers

    phonenumbers.enable_pattern_cache()  # else it compiles patterns again once numbers of many countries are parsed
    plain = _plain_national(text, region) if region else None
    if plain is not None:
        return plain
    try:
        return phonenumbers.parse(text, region, keep_raw_input=region is not None)
    except phonenumbers.NumberParseException:
        return None


def complete_number(text: str) -> str | None:
    """The E.164 of an international number that parsing would not change; None for a text that has to be parsed.

    Most international numbers have the length of their country and no prefix.
    """
    if not _IS_PLAIN_INTERNATIONAL(text):
        return None
    digits = text.translate(_DECORATION)
    plan = plan_of(digits)
    if plan is None or _may_have_prefix(digits, plan):
        return None
    return "+" + digits if len(digits) - len(plan.code) in plan.any_kind.lengths else None


def may_be_international(digits: str) -> bool:
    """Whether there may be a number with a plus in front of these digits, as far as country codes and lengths tell."""
    plan = plan_of(digits)
    if plan is None:
        return False
    length, known = len(digits) - len(plan.code), plan.any_kind.lengths
    return length in known or _may_have_prefix(digits, plan) or length in lengths_with(int(plan.code))


def dialed_digits(text: str) -> str | None:
    """The digits of a text without a plus that has nothing but digits and decoration; None for others."""
    return text.translate(_DECORATION) if _IS_PLAIN_NATIONAL(text) else None


def national_digits(digits: str, plan: NumberingPlan) -> str | None:
    """The digits of a number without the prefix that is dialed within its country, and without its country code.

    None if it may be one with a country code, or the library has to parse it.
    """
    if digits.startswith(plan.code) or (plan.exit_code and plan.exit_code.match(digits)):
        return None
    number = _without_prefix(digits, plan)
    return None if number.startswith("0") or len(number) not in _LENGTHS else number


def _may_have_prefix(digits: str, plan: NumberingPlan) -> bool:
    prefix = plan.prefix.match(digits, len(plan.code)) if plan.prefix else None
    return prefix is not None and prefix.end() > prefix.start()


def _plain_national(text: str, region: str) -> "PhoneNumber | None":
    """A number of digits alone, of this region; None for a text that the library has to parse."""
    from phonenumbers import CountryCodeSource, PhoneNumber

    digits, plan = dialed_digits(text), plan_in(region)
    number = national_digits(digits, plan) if digits and plan else None
    if plan is None or number is None:
        return None
    return PhoneNumber(
        country_code=int(plan.code),
        national_number=int(number),
        raw_input=text,
        country_code_source=CountryCodeSource.FROM_DEFAULT_COUNTRY,
    )


def _without_prefix(digits: str, plan: NumberingPlan) -> str:
    """The digits without the prefix, unless they are a number only with it; "" if the prefix may do more."""
    prefix = plan.prefix.match(digits) if plan.prefix else None
    if prefix is None:
        return digits
    if prefix.re.groups:  # a carrier's code, or a prefix that is replaced
        return ""
    rest, numbers = digits[prefix.end() :], plan.any_kind
    if numbers.may_be(digits) and not numbers.may_be(rest):
        return digits
    is_too_long = len(rest) > plan.longest and len(rest) not in numbers.local_lengths
    return rest if len(rest) in numbers.lengths or is_too_long else digits
