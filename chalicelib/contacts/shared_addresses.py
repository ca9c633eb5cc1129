"""Recognizes addresses and numbers that several people share, by their form."""

import re
from functools import lru_cache

from chalicelib.contacts.name_words import ROLES

# Mobiles for films and examples, which no network has (Ofcom's numbers for drama; ARCEP, decision 2012-0855)
_OF_FILMS = re.compile(r"\+447700900\d{3}|\+3363998\d{4}").fullmatch
_ZEROS = "000"  # the ending of a switchboard's number


@lru_cache(maxsize=4_096)
def is_role_address(email: str) -> bool:
    """Whether an email address belongs to a role, not a person: "info@…", "sales.berlin@…", "office2@…"."""
    local = email.partition("@")[0].partition("+")[0].rstrip("0123456789")
    return local in ROLES or (local.replace("_", ".").partition(".")[0] in ROLES and "." in local.replace("_", "."))


@lru_cache(maxsize=4_096)
def is_mobile(number: str) -> bool:
    """Whether a number in E.164 is certainly a mobile, which belongs to one person; unknowable in North America."""
    from phonenumbers import PhoneNumberType

    return _type_of(number) == PhoneNumberType.MOBILE or _OF_FILMS(number) is not None


@lru_cache(maxsize=4_096)
def is_switchboard(number: str) -> bool:
    """Whether a number in E.164 belongs to an office: it ends in zeros, or is not a single line."""
    from phonenumbers import PhoneNumberType

    office = (PhoneNumberType.TOLL_FREE, PhoneNumberType.SHARED_COST, PhoneNumberType.UAN, PhoneNumberType.PREMIUM_RATE)
    return number.endswith(_ZEROS) or _type_of(number) in office


@lru_cache(maxsize=4_096)
def _type_of(number: str) -> int:
    from phonenumbers import NumberParseException, PhoneNumberType, number_type, parse

    try:
        return number_type(parse(number))
    except NumberParseException:
        return int(PhoneNumberType.UNKNOWN)
