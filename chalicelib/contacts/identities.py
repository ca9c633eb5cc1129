"""The normal form of email addresses and phone numbers: two contacts that share one may be one person."""

import re
from functools import lru_cache

from chalicelib.contacts.contact import Email, Phone, Said

LONGEST_EMAIL = 320
LONGEST_PHONE = 64

_EMAIL = re.compile(
    r"[^\s@<>(),;:\"\\/\[\]][^\s@<>(),;:\"\\\[\]]*@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W_](?:[\w-]*[^\W_])?"
)
_SCHEME = re.compile(r"(?:smtp|mailto):", re.IGNORECASE)
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def email_identity(email: Email) -> str | None:
    """The address in lower case; None for what is no address (X500 names, two @, free text): it is kept as text."""
    value = email["value"]
    if not value.isascii():
        value = _INVISIBLE.sub("", value)
    value = value.strip().lower()
    if value.startswith(("smtp:", "mailto:")):
        value = value.split(":", 1)[1].strip()
    return value if len(value) <= LONGEST_EMAIL and _EMAIL.fullmatch(value) else None


def phone_identity(phone: Phone) -> str | None:
    """The number in E.164, once `understood` gave it one."""
    return phone.get("e164")


def emails_of(said: Said) -> list[str]:
    """Normal forms, each once, in their order."""
    found = (email_identity(email) for email in said.get("emails", ()))
    return list(dict.fromkeys(identity for identity in found if identity))


def phones_of(said: Said) -> list[str]:
    found = (phone_identity(phone) for phone in said.get("phones", ()))
    return list(dict.fromkeys(identity for identity in found if identity))


def understood(said: Said, region: str) -> Said:
    """The same with `e164` for each phone number that can be understood, read as one of `region` ("DE")."""
    phones = said.get("phones")
    if not phones:
        return said
    return {**said, "phones": [_with_e164(phone, region) for phone in phones]}


def _with_e164(phone: Phone, region: str) -> Phone:
    given = phone.get("e164")
    if given and _E164.fullmatch(given):
        return phone
    found = e164(phone["raw"], region)
    if found:
        return {**phone, "e164": found}
    return {key: value for key, value in phone.items() if key != "e164"}  # type: ignore[return-value] # a key less


@lru_cache(maxsize=8_192)
def e164(raw: str, region: str) -> str | None:
    """The number as "+491701234567".

    None for what is too short or too long to be somebody's number (110, *#06#, a local number without its area), and
    for one with an extension, which E.164 cannot say: the number without it is the switchboard's.
    """
    from phonenumbers import (
        NumberParseException,
        PhoneNumberFormat,
        ValidationResult,
        format_number,
        is_possible_number_with_reason,
        parse,
    )

    if len(raw) > LONGEST_PHONE:
        return None
    try:
        number = parse(raw, region or None)
    except NumberParseException:
        return None
    if number.extension or is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None
    found = format_number(number, PhoneNumberFormat.E164)
    return found if _E164.fullmatch(found) else None
