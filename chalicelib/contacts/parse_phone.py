"""Parses a phone number as the library `phonenumbers` does, whether or not it exists.

Texts of digits with usual decoration, which are nearly all, are taken apart here by the same numbering plans: the
library needs ten times as long, because it looks for words, extensions and a second number too.
"""

import re
from collections.abc import Callable, Collection, Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # loaded with the first number, because it is most of a cold start
    from phonenumbers import PhoneMetadata, PhoneNumber

_IS_PLAIN_INTERNATIONAL = re.compile(r"\+[1-79][0-9 ().-]*").fullmatch  # 8 may be the trunk prefix of Russia
_IS_PLAIN_NATIONAL = re.compile(r"[0-9(][0-9 ().-]*").fullmatch
_DECORATION = str.maketrans("", "", "+ ().-")
_LONGEST_CODE = 3  # digits of a country code
_NOTHING = r"(?!)"
_LENGTHS = range(3, 18)  # digits of a national number that the library parses in every case


class _Plan(NamedTuple):
    """The part of a numbering plan that decides how digits are taken apart."""

    code: str  #: the country code
    is_number: Callable[[str], object]  #: whether digits may be a number
    lengths: Collection[int]  #: of complete numbers, without the country code
    local_lengths: Collection[int]  #: of numbers without their area code
    prefix: re.Pattern[str] | None  #: dialed in front of a number within the country, or part of such a number
    exit_code: re.Pattern[str] | None  #: dialed in front of an international number


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
    plan = _plan_of(digits)
    if plan is None or _may_have_prefix(digits, plan):
        return None
    return "+" + digits if len(digits) - len(plan.code) in plan.lengths else None


def may_be_international(digits: str) -> bool:
    """Whether there may be a number with a plus in front of these digits, as far as country codes and lengths tell."""
    plan = _plan_of(digits)
    if plan is None:
        return False
    length = len(digits) - len(plan.code)
    return length in plan.lengths or _may_have_prefix(digits, plan) or length in _lengths_of(int(plan.code))


def _may_have_prefix(digits: str, plan: _Plan) -> bool:
    return plan.prefix is not None and plan.prefix.match(digits, len(plan.code)) is not None


def _plain_national(text: str, region: str) -> "PhoneNumber | None":
    """A number of digits alone, of this region; None for a text that the library has to parse."""
    from phonenumbers import CountryCodeSource, PhoneNumber

    plan = _plan_in(region) if _IS_PLAIN_NATIONAL(text) else None
    if plan is None:
        return None
    digits = text.translate(_DECORATION)
    if digits.startswith(plan.code) or (plan.exit_code and plan.exit_code.match(digits)):
        return None
    number = _without_prefix(digits, plan)
    if number.startswith("0") or len(number) not in _LENGTHS:
        return None
    return PhoneNumber(
        country_code=int(plan.code),
        national_number=int(number),
        raw_input=text,
        country_code_source=CountryCodeSource.FROM_DEFAULT_COUNTRY,
    )


def _without_prefix(digits: str, plan: _Plan) -> str:
    """The digits without the prefix, unless they are a number only with it; "" if the prefix may do more."""
    prefix = plan.prefix.match(digits) if plan.prefix else None
    if prefix is None:
        return digits
    if prefix.re.groups:  # a carrier's code, or a prefix that is replaced
        return ""
    rest = digits[prefix.end() :]
    if plan.is_number(digits) and not plan.is_number(rest):
        return digits
    is_too_long = len(rest) > max(plan.lengths) and len(rest) not in plan.local_lengths
    return rest if len(rest) in plan.lengths or is_too_long else digits


# ── numbering plans


def _plan_of(digits: str) -> _Plan | None:
    """The plan of the main country with the country code that the digits begin with; None if there is none."""
    if digits.startswith("0"):
        return None
    for end in range(1, min(len(digits), _LONGEST_CODE) + 1):
        plan = _plan_with(int(digits[:end]))
        if plan is not None:
            return plan
    return None


@cache
def _plan_with(code: int) -> _Plan | None:
    """The plan of the main country with this code."""
    return next(map(_plan, _metadata_with(code)), None)


@cache
def _plan_in(region: str) -> _Plan | None:
    from phonenumbers import PhoneMetadata

    metadata = PhoneMetadata.metadata_for_region(region, None)
    return _plan(metadata) if metadata else None


@cache
def _lengths_of(code: int) -> Collection[int]:
    """The lengths of numbers in all countries with this code."""
    return frozenset(length for metadata in _metadata_with(code) for length in _plan(metadata).lengths)


def _metadata_with(code: int) -> "Iterator[PhoneMetadata]":
    """The library's plans of the countries with this code, the main one first."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    for region in COUNTRY_CODE_TO_REGION_CODE.get(code, ()):
        metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
        if metadata is not None:
            yield metadata


def _plan(metadata: "PhoneMetadata") -> _Plan:
    from phonenumbers import PhoneNumberDesc

    numbers = metadata.general_desc or PhoneNumberDesc()
    prefix, exit_code = metadata.national_prefix_for_parsing, metadata.international_prefix
    return _Plan(
        str(metadata.country_code),
        re.compile(numbers.national_number_pattern or _NOTHING).fullmatch,
        frozenset(numbers.possible_length) - frozenset(numbers.possible_length_local_only),
        frozenset(numbers.possible_length_local_only),
        re.compile(prefix) if prefix else None,
        re.compile(exit_code) if exit_code else None,
    )
