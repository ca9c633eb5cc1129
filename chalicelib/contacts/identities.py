"""The normal form of email addresses and phone numbers: two contacts that share one may be one person.

A number has several identities where its country renumbered: the number as it was written, and the one dialed for the
same line today. All of them are in the book, so the two spellings match in either order.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import cast

from chalicelib.contacts.contact import ContactFields, Email, Phone
from chalicelib.contacts.normalize_email import LONGEST_EMAIL, normalize_email
from chalicelib.contacts.normalize_phone import LONGEST_PHONE, Number, digits_of, extension_of, normalize_phone
from chalicelib.contacts.renumbered_phones import has_rules, possible_variants, renumbered

__all__ = [
    "LONGEST_EMAIL",
    "LONGEST_PHONE",
    "current_identities",
    "e164",
    "email_identity",
    "emails_of",
    "phone_hints_of",
    "phone_identity",
    "phone_key",
    "phones_of",
    "renumbered_identities",
    "with_e164",
]

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_EXTENSION = ";ext="  # RFC 3966
_FEWEST_DIGITS, _MOST_DIGITS = 8, 15  # of a number that is not understood; fewer may be dialed in many places
_MAY_EXTEND = re.compile(r"[^\d\s+().-]")  # a number of digits alone has no extension


def email_identity(email: Email) -> str | None:
    """The normal form of a mailbox; None for other text (X.500 names, two @), which is kept as it is."""
    return normalize_email(email["value"])


def phone_identity(phone: Phone) -> str | None:
    """The number in E.164, once `with_e164` gave it one; with its extension, which is another phone."""
    number = phone.get("e164")
    extension = phone.get("extension")
    return f"{number}{_EXTENSION}{extension}" if number and extension else number


def phone_key(phone: Phone) -> str:
    """What makes two spellings one value: its identity, or the digits that were written."""
    return phone_identity(phone) or digits_of(phone["raw"]) or phone["raw"]


def emails_of(said: ContactFields) -> list[str]:
    """Normal forms, each once, in their order."""
    found = (email_identity(email) for email in said.get("emails", ()))
    return list(dict.fromkeys(identity for identity in found if identity))


def phones_of(said: ContactFields) -> list[str]:
    """The identities of each number: as it was written, and as the same line is dialed today."""
    return list(dict.fromkeys(identity for phone in said.get("phones", ()) for identity in _identities(phone)))


def phone_hints_of(said: ContactFields, certain: Sequence[str] | None = None) -> list[str]:
    """Identities that may or may not be the same line: a reason to suggest, never to merge.

    Args:
        certain: `phones_of(said)`, if already known.
    """
    certain = phones_of(said) if certain is None else certain
    if not any(map(has_rules, certain)):  # as with most numbers
        return []
    return [hint for hint in dict.fromkeys(_each_perhaps(certain)) if hint not in certain]


def renumbered_identities(identities: Iterable[str]) -> set[str]:
    """Identities that were not written, but follow from an older spelling among `identities`."""
    return {today for identity in identities if (today := _today(identity)) != identity}


def current_identities(identities: Collection[str]) -> tuple[str, ...]:
    """Identities as a stored contact has them, with those that the rules of today add."""
    if not any(map(_may_change, identities)):  # as in most of a book
        return tuple(identities)
    return tuple(dict.fromkeys(each for identity in identities for each in _with_today(identity)))


def with_e164(said: ContactFields, region: str) -> ContactFields:
    """The same with `e164` and `extension` for each phone number that can be understood, read as one of `region`."""
    phones = said.get("phones")
    if not phones:
        return said
    return {**said, "phones": [_understood(phone, region) for phone in phones]}


def e164(raw: str, region: str) -> str | None:
    """The number as "+491701234567", without its extension; None if it cannot be a line, or is only guessed."""
    number = normalize_phone(raw, region)
    return number.e164 if number and number.is_known else None


def _understood(phone: Phone, region: str) -> Phone:
    """With what follows from the number as it was written. A source's own E.164 is believed; it has no extension."""
    raw, given = phone["raw"], phone.get("e164")
    is_given = bool(given and _E164.fullmatch(given))
    if is_given and "extension" not in phone and not _MAY_EXTEND.search(raw):
        return phone
    plain = cast(Phone, {part: text for part, text in phone.items() if part not in ("e164", "extension")})
    if given and is_given:
        number: Number | None = Number(given, extension_of(raw, given))
    else:
        number = normalize_phone(raw, region)
    if number and number.is_known:
        plain["e164"] = number.e164
        if number.extension:
            plain["extension"] = number.extension
    return plain


def _identities(phone: Phone) -> Iterator[str]:
    identity = phone_identity(phone)
    if identity:
        return iter(_with_today(identity))
    return iter(_identities_as_written(phone["raw"]))


def _identities_as_written(raw: str) -> Sequence[str]:
    """Of a number that is not understood: its country is not known, or no number of that length is known there.

    Two cards with exactly the same digits still mean one line.
    """
    number = normalize_phone(raw, "") if "+" in raw else None
    if number:
        return _with_today(number.e164 + (f"{_EXTENSION}{number.extension}" if number.extension else ""))
    dialed = digits_of(raw)
    return (dialed,) if dialed.isdigit() and _FEWEST_DIGITS <= len(dialed) <= _MOST_DIGITS else ()


def _with_today(identity: str) -> tuple[str, ...]:
    today = _today(identity)
    return (identity,) if today == identity else (identity, today)


def _may_change(identity: str) -> bool:
    return has_rules(identity) if identity[0] == "+" else "xn--" in identity


def _today(identity: str) -> str:
    if identity[0] == "+" and "@" not in identity:
        number, mark, extension = identity.partition(_EXTENSION)
        return f"{renumbered(number)}{mark}{extension}"
    return (normalize_email(identity) or identity) if "xn--" in identity else identity


def _each_perhaps(identities: Iterable[str]) -> Iterator[str]:
    for identity in identities:
        number, mark, extension = identity.partition(_EXTENSION)
        for other in possible_variants(number):
            yield f"{other}{mark}{extension}"
