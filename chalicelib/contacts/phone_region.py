"""Decides which phone number a text means, and in which country.

A number with a plus has its country code. Any other is parsed as a number of a given region, and accepted only if it is
valid there and written the way people write numbers there.
"""

import re
from functools import cache
from typing import TYPE_CHECKING
from unicodedata import decimal

from chalicelib.contacts.numbering_plan import plan_in, plan_with
from chalicelib.contacts.parse_phone import may_be_international, parse_phone

if TYPE_CHECKING:  # loaded with the first number, because it is most of a cold start
    from phonenumbers import PhoneNumber

PARAMETERS = re.compile(r";(?:ext|phone-context|isub)=", re.IGNORECASE)  # of a tel: URI (RFC 3966)
_DIGITS = re.compile(r"\d+")
_LONE_EIGHT = re.compile(r"\D*?\+\s*8(?!\d)")  # a country code has no gap behind its first digit
_PLUS_ZERO = re.compile(r"\D*?\+\D*0")  # no country code begins with it: the plus is one too many
_EIGHT = frozenset({"RU", "KZ"})  # 8 is the trunk prefix
_LONGEST_LOCAL = 9  # digits; longer ones include an area code


def international(text: str, region: str) -> "PhoneNumber | None":
    """The number of a text with a plus; `region` decides what a plus before a trunk prefix means."""
    if _LONE_EIGHT.match(text):
        return _russian(text) if region in _EIGHT else None
    if _PLUS_ZERO.match(text):
        return national(text.replace("+", "", 1), region)
    if region in _EIGHT and text.startswith("+8") and text[1:].isdigit() and _russian(text):
        return None  # without gaps, a country code is as likely as a trunk 8
    return parse_phone(text)


def _russian(text: str) -> "PhoneNumber | None":
    """A Russian number written with a plus and the trunk prefix 8."""
    digits = plain_digits(text)
    number = parse_phone("+7" + digits[1:]) if len(digits) == len("84951234567") else None
    return number if number and is_valid(number) else None


def national(text: str, region: str) -> "PhoneNumber | None":
    """A number of the region, or of another country if that is certain; None if two valid readings differ."""
    import phonenumbers

    if not region:
        return None
    home = parse_phone(text, region)
    if home is None:
        return None
    digits = _dialed(text, home)
    if digits.startswith("00"):
        return _one_of(home, parse_phone("+" + digits[2:]))
    if home.country_code_source != phonenumbers.CountryCodeSource.FROM_DEFAULT_COUNTRY:
        return home if is_valid(home, region) else None
    return _at_home(home, digits, region, text)


def _at_home(home: "PhoneNumber", digits: str, region: str, text: str) -> "PhoneNumber | None":
    """The reading as a number of the region, unless an international number without its plus is as likely.

    A complete number in the style of the region belongs there, even if it could also be one abroad. Two exceptions:
    bare digits that are a mobile abroad, but not a mobile here, are as likely either; and a text with the gaps of the
    number abroad alone, or unusual here, may be that one.
    """
    is_own_code = digits.startswith(str(home.country_code))
    valid = is_valid(home, region)
    complete = has_trunk(digits, region) or (digits == _significant(home) and not needs_trunk(digits, region))
    is_theirs = valid and complete and not is_own_code
    abroad = parse_phone("+" + digits) if may_be_international(digits) else None
    abroad = abroad if abroad is not None and is_valid(abroad) else None
    if is_theirs and not text.isdecimal():
        return None if abroad is not None and (_is_odd(home, region) or _has_gaps_of(abroad, home, text)) else home
    if is_theirs and not _is_odd(home, region) and (abroad is None or _is_mobile(home) or not _is_mobile(abroad)):
        return home
    if abroad is None:
        return home if valid and (complete or _is_mobile(home)) else None
    if not valid:
        return abroad if is_own_code or (len(digits) > _LONGEST_LOCAL and not is_possible(home)) else None
    return abroad if is_own_code and not complete else None


def _has_gaps_of(abroad: "PhoneNumber", home: "PhoneNumber", text: str) -> bool:
    """Whether digits are grouped as in the number abroad, and not as in the one of the region: "65 6123 7883"."""
    from phonenumbers import PhoneNumberFormat, format_number

    written = _DIGITS.findall(text)
    if written == _DIGITS.findall(format_number(home, PhoneNumberFormat.NATIONAL)):
        return False
    return written == _DIGITS.findall(format_number(abroad, PhoneNumberFormat.INTERNATIONAL))


def _one_of(left: "PhoneNumber", right: "PhoneNumber | None") -> "PhoneNumber | None":
    """The valid one of two readings; None where both are valid and differ."""
    valid = {e164_of(number): number for number in (left, right) if number is not None and is_valid(number)}
    return next(iter(valid.values())) if len(valid) == 1 else None


def _dialed(text: str, number: "PhoneNumber") -> str:
    """The digits of a text without its extension."""
    if PARAMETERS.search(text):
        return plain_digits(text.partition(";")[0])
    return plain_digits(text).removesuffix(number.extension or "")


def plain_digits(text: str) -> str:
    """The digits of a text, in any script, as 0 to 9."""
    digits = "".join(filter(str.isdecimal, text))
    return digits if digits.isascii() else "".join(str(decimal(digit)) for digit in digits)


def has_trunk(digits: str, region: str) -> bool:
    """Whether digits begin with the prefix that is dialed within the region."""
    plan = plan_in(region)
    return bool(plan and plan.trunk and digits.startswith(plan.trunk))


def _is_odd(number: "PhoneNumber", region: str) -> bool:
    """Whether its length is unusual for its kind of number in the region, or it is a voicemail box."""
    import phonenumbers

    kind = phonenumbers.number_type(number)
    return kind == phonenumbers.PhoneNumberType.VOICEMAIL or _usual_length(region, kind) not in (
        None,
        len(_significant(number)),
    )


@cache
def _usual_length(region: str, kind: int) -> int | None:
    import phonenumbers

    example = phonenumbers.example_number_for_type(region, kind)
    return None if example is None else len(_significant(example))


def usual_length_of_mobiles(region: str) -> int | None:
    """How many digits mobile numbers have; None if the region has none."""
    import phonenumbers

    return _usual_length(region, phonenumbers.PhoneNumberType.MOBILE)


def needs_trunk(digits: str, region: str) -> bool:
    """Whether people of the region write such a number with the prefix that is dialed within the country.

    Args:
        digits: without country code and prefix.
    """
    return any(pattern.match(digits) and whole.fullmatch(digits) for pattern, whole in _formats_with_trunk(region))


@cache
def _formats_with_trunk(region: str) -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
    import phonenumbers

    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    if metadata is None or not metadata.national_prefix:
        return []
    return [
        (re.compile(each.leading_digits_pattern[-1] if each.leading_digits_pattern else ""), re.compile(each.pattern))
        for each in metadata.number_format
        if each.pattern
        and metadata.national_prefix in (each.national_prefix_formatting_rule or "")
        and not each.national_prefix_optional_when_formatting
    ]


def is_possible(number: "PhoneNumber") -> bool:
    """Whether its country has numbers of that length."""
    import phonenumbers

    return phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE


def is_valid(number: "PhoneNumber", region: str = "") -> bool:
    """Whether its country has such a number; faster if it is probably one of `region`."""
    import phonenumbers

    code = number.country_code or 0
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(code, ())
    plan = plan_in(region) if region in regions else plan_with(code) if len(regions) == 1 else None
    if plan is not None and plan.has(_significant(number)):
        return True
    return len(regions) > 1 and phonenumbers.is_valid_number(number)


def _is_mobile(number: "PhoneNumber") -> bool:
    import phonenumbers

    return phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE


def _significant(number: "PhoneNumber") -> str:
    import phonenumbers

    return phonenumbers.national_significant_number(number)


def e164_of(number: "PhoneNumber") -> str:
    import phonenumbers

    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
