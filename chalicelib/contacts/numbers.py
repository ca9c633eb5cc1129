"""A phone number as somebody wrote it, read with care: a number that is not understood is better than a wrong one.

What is written with a plus names its country. Anything else is read as one of a guessed region, and believed only where
it is a valid number there and written as people write one there.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from unicodedata import decimal

if TYPE_CHECKING:  # loaded when the first number is read: it is most of a cold start
    from phonenumbers import PhoneNumber

LONGEST_PHONE = 64

_E164 = re.compile(r"\+[1-9][0-9]{6,14}").fullmatch
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LETTER = re.compile(r"[^\W\d_]")
_PARAMETERS = re.compile(r";(?:ext|phone-context|isub)=", re.IGNORECASE)  # of a tel: URI (RFC 3966)
_IS_INTERNATIONAL = re.compile(r"\D*?[+\uff0b]").match
_TWO_ENDINGS = re.compile(r"/\s*\d\d?$")  # "5550123/24": two lines that begin alike
_LONE_EIGHT = re.compile(r"\D*?\+\s*8(?!\d)")  # a country code has no gap behind its first digit
_PLUS_ZERO = re.compile(r"\D*?\+\D*0")  # no country code begins with it: the plus is one too many
_AREA_THEN_LETTERS = re.compile(r"(?:\+?1\D{0,2})?\(?\d{3}\D{0,2}")
_LONGEST_UNNAMED_EXTENSION = 6  # digits behind a bare comma; more are another number
_EIGHT = frozenset({"RU", "KZ"})  # where 8 comes before a number of the country
_FEWEST_DIGITS = 7  # fewer before a word may be the beginning of a vanity number
_LONGEST_LOCAL = 9  # digits; a longer text of digits is no number without its area


@dataclass(frozen=True, slots=True)
class Number:
    """Args:
    e164: of the number as it was written, without its extension.
    is_known: whether it can be a number of today; one that is not may still be an old spelling.
    """

    e164: str
    extension: str = ""
    is_known: bool = True


@lru_cache(maxsize=8_192)
def read(raw: str, region: str) -> Number | None:
    """The number that a text says, read as one of `region` ("DE") where it has no country; None for none.

    None for service codes (110, *#06#), local numbers without their area, two numbers in one text, and whatever could
    be a number of two countries.
    """
    if len(raw) > LONGEST_PHONE:
        return None
    text = _plain(raw)
    if _PARAMETERS.search(text) or not _LETTER.search(text):
        return _read(text, region)
    return _read_with_words(text, region)


def extension_of(raw: str, e164: str) -> str:
    """The extension behind a number that is known to be `e164`; "" for none."""
    from phonenumbers import region_code_for_country_code

    text = _plain(raw)
    last = max((at for at, sign in enumerate(text) if sign.isdigit()), default=-1)
    known = _parsed(e164)
    if len(raw) > LONGEST_PHONE or known is None:
        return ""
    number = _parsed(text[: last + 1], region_code_for_country_code(known.country_code or 0))
    found = number.extension if number is not None else None
    return found if found and text[: last + 1].endswith(found) and _is_extension(found, text) else ""


def digits_of(raw: str) -> str:
    """What was dialed, as far as a text says: its digits without decoration or a word behind them.

    A text whose words have a meaning of their own (an extension, a vanity number) keeps them.
    """
    number, words = _split(raw)
    dialed = "".join(sign for sign in number if sign.isdigit() or sign in "*#")
    if words and (len(dialed) < _FEWEST_DIGITS or any(map(str.isdigit, words))):
        return "".join(filter(str.isalnum, raw))
    return _plain_digits(dialed) if dialed.isdigit() else dialed


def _plain(raw: str) -> str:
    """Without what is not seen, the scheme of a URI, and the escapes of a vCard."""
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
    from phonenumbers import convert_alpha_characters_in_number, country_code_for_region

    if country_code_for_region(region) != 1 and not text.startswith("+1"):
        return None
    if not (_AREA_THEN_LETTERS.fullmatch(number) and words.isascii() and len(words.split()) == 1):
        return None
    digits = _plain_digits(convert_alpha_characters_in_number(text)).removeprefix("1")
    found = _parsed("+1" + digits)
    return Number(_e164(found)) if found and len(digits) == len("8003569377") and _is_valid(found) else None


def _read(text: str, region: str) -> Number | None:
    if _TWO_ENDINGS.search(text):
        return None
    number = _international(text, region) if _IS_INTERNATIONAL(text) else _national(text, region)
    if number is None or not _is_extension(number.extension or "", text):
        return None
    e164 = _e164(number)
    return Number(e164, number.extension or "", _is_possible(number)) if _E164(e164) else None


def _is_extension(extension: str, text: str) -> bool:
    return len(extension) <= _LONGEST_UNNAMED_EXTENSION or bool(_LETTER.search(text))


def _international(text: str, region: str) -> "PhoneNumber | None":
    if _LONE_EIGHT.match(text):
        return _russian(text) if region in _EIGHT else None
    if _PLUS_ZERO.match(text):
        return _national(text.replace("+", "", 1), region)
    if region in _EIGHT and text.startswith("+8") and text[1:].isdigit() and _russian(text):
        return None  # without gaps it is the country of the plus as likely as a trunk 8
    return _parsed(text)


def _russian(text: str) -> "PhoneNumber | None":
    """A number behind a plus and the 8 that is dialed within the country."""
    digits = _plain_digits(text)
    number = _parsed("+7" + digits[1:]) if len(digits) == len("84951234567") else None
    return number if number and _is_valid(number) else None


def _national(text: str, region: str) -> "PhoneNumber | None":
    """A number of the region, or of another country where that is certain; with a valid one of two readings alone."""
    from phonenumbers import CountryCodeSource

    if not region:
        return None
    home = _parsed(text, region)
    if home is None:
        return None
    digits = _dialed(text, home)
    if digits.startswith("00"):
        return _one_of(home, _parsed("+" + digits[2:]))
    if home.country_code_source != CountryCodeSource.FROM_DEFAULT_COUNTRY:
        return home if _is_valid(home, region) else None
    return _at_home(home, digits, region, is_bare=text.isdecimal())


def _at_home(home: "PhoneNumber", digits: str, region: str, *, is_bare: bool) -> "PhoneNumber | None":
    """The reading as a number of the region, unless the digits are as likely one that lost its plus.

    A number that is whole as people of the region write one is theirs: few of those also read as a number abroad.
    """
    is_own_code = digits.startswith(str(home.country_code))
    valid = _is_valid(home, region)
    complete = _has_trunk(digits, region) or (digits == _significant(home) and not _needs_trunk(home, region))
    if valid and complete and not is_own_code and not (is_bare and _is_odd(home, region)):
        return home
    abroad = None if digits.startswith("0") else _parsed("+" + digits)
    abroad = abroad if abroad is not None and _is_valid(abroad) else None
    if abroad is None:
        return home if valid and (complete or _is_mobile(home)) else None
    if not valid:
        return abroad if is_own_code or (len(digits) > _LONGEST_LOCAL and not _is_possible(home)) else None
    return abroad if is_own_code and not complete else None


def _one_of(left: "PhoneNumber", right: "PhoneNumber | None") -> "PhoneNumber | None":
    """The valid one of two readings; None where both are valid and differ."""
    valid = {_e164(number): number for number in (left, right) if number is not None and _is_valid(number)}
    return next(iter(valid.values())) if len(valid) == 1 else None


def _dialed(text: str, number: "PhoneNumber") -> str:
    """The digits of a text without those of its extension."""
    if _PARAMETERS.search(text):
        return _plain_digits(text.partition(";")[0])
    return _plain_digits(text).removesuffix(number.extension or "")


def _plain_digits(text: str) -> str:
    """The digits of a text, whatever script they are of, as 0 to 9."""
    digits = "".join(filter(str.isdecimal, text))
    return digits if digits.isascii() else "".join(str(decimal(digit)) for digit in digits)


def _has_trunk(digits: str, region: str) -> bool:
    from phonenumbers import PhoneMetadata

    metadata = PhoneMetadata.metadata_for_region(region)
    return bool(metadata and metadata.national_prefix and digits.startswith(metadata.national_prefix))


def _is_odd(number: "PhoneNumber", region: str) -> bool:
    """Whether it has another length than numbers of its kind usually have in the region, or is a mailbox for voices."""
    from phonenumbers import PhoneNumberType, number_type

    kind = number_type(number)
    return kind == PhoneNumberType.VOICEMAIL or _usual_length(region, kind) not in (None, len(_significant(number)))


@cache
def _usual_length(region: str, kind: int) -> int | None:
    from phonenumbers import example_number_for_type

    example = example_number_for_type(region, kind)
    return None if example is None else len(_significant(example))


def _needs_trunk(number: "PhoneNumber", region: str) -> bool:
    """Whether people of the region write such a number with the prefix that is dialed within the country."""
    return any(
        pattern.match(_significant(number)) and whole.fullmatch(_significant(number))
        for pattern, whole in _formats_with_trunk(region)
    )


@cache
def _formats_with_trunk(region: str) -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
    from phonenumbers import PhoneMetadata

    metadata = PhoneMetadata.metadata_for_region(region)
    if metadata is None or not metadata.national_prefix:
        return []
    return [
        (re.compile(each.leading_digits_pattern[-1] if each.leading_digits_pattern else ""), re.compile(each.pattern))
        for each in metadata.number_format
        if each.pattern
        and metadata.national_prefix in (each.national_prefix_formatting_rule or "")
        and not each.national_prefix_optional_when_formatting
    ]


def _parsed(text: str, region: str | None = None) -> "PhoneNumber | None":
    from phonenumbers import NumberParseException, parse

    try:
        return parse(text, region, keep_raw_input=region is not None)
    except NumberParseException:
        return None


def _is_possible(number: "PhoneNumber") -> bool:
    from phonenumbers import ValidationResult, is_possible_number_with_reason

    return is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE


def _is_valid(number: "PhoneNumber", region: str = "") -> bool:
    from phonenumbers import (
        COUNTRY_CODE_TO_REGION_CODE,
        country_code_for_region,
        is_valid_number,
        is_valid_number_for_region,
    )

    if region and is_valid_number_for_region(number, region):
        return True
    alone = region and len(COUNTRY_CODE_TO_REGION_CODE.get(number.country_code or 0, ())) == 1
    return not (alone and number.country_code == country_code_for_region(region)) and is_valid_number(number)


def _is_mobile(number: "PhoneNumber") -> bool:
    from phonenumbers import PhoneNumberType, number_type

    return number_type(number) == PhoneNumberType.MOBILE


def _significant(number: "PhoneNumber") -> str:
    from phonenumbers import national_significant_number

    return national_significant_number(number)


def _e164(number: "PhoneNumber") -> str:
    from phonenumbers import PhoneNumberFormat, format_number

    return format_number(number, PhoneNumberFormat.E164)
