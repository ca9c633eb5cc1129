"""The identities of a contact: its email addresses and phone numbers in normal form. Two contacts that share one may be
the same person.

If a country renumbered, a number has two identities: the number as written, and the current number of the same line.
Both are in the book, so old and new spellings match in either order.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from operator import is_

from chalicelib.contacts.normalize_email import LONGEST_EMAIL, normalize_email
from chalicelib.contacts.normalize_phone import LONGEST_PHONE, Number, digits_of, extension_of, normalize_phone
from chalicelib.contacts.renumbered_phones import current_number, has_rules, possible_variants
from chalicelib.contacts.source_record import ContactFields, Email, Phone

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
_FEWEST_DIGITS, _MOST_DIGITS = 8, 15  # of a number that could not be parsed; shorter ones exist in many places
_MAY_EXTEND = re.compile(r"[^\d\s+().-]")  # a number of digits alone has no extension


def email_identity(email: Email) -> str | None:
    """The normal form of an email address; None for other text, such as an X.500 name."""
    return normalize_email(email["value"])


def phone_identity(phone: Phone) -> str | None:
    """The number in E.164 with its extension; None for a number without E.164 (see `with_e164`)."""
    number = phone.get("e164")
    extension = phone.get("extension")
    return f"{number}{_EXTENSION}{extension}" if number and extension else number


def phone_key(phone: Phone) -> str:
    """A key that is equal for all spellings of a number: its identity, or else its digits."""
    return phone_identity(phone) or digits_of(phone["raw"]) or phone["raw"]


def emails_of(fields: ContactFields) -> list[str]:
    """The identities of its email addresses, each once, in order."""
    found: dict[str, None] = {}
    for email in fields.get("emails", ()):
        identity = normalize_email(email["value"])
        if identity:
            found[identity] = None
    return list(found)


def phones_of(fields: ContactFields) -> list[str]:
    """The identities of its phone numbers, as written and as renumbered."""
    found: dict[str, None] = {}
    for phone in fields.get("phones", ()):
        number = phone.get("e164")
        if number and "extension" not in phone and not has_rules(number):  # as with most numbers
            found[number] = None
        else:
            found.update(dict.fromkeys(_identities(phone)))
    return list(found)


def phone_hints_of(fields: ContactFields, certain: Sequence[str] | None = None) -> list[str]:
    """Identities that may be the same line: enough to suggest a duplicate, not to merge.

    Args:
        certain: `phones_of(fields)`, if already known.
    """
    certain = phones_of(fields) if certain is None else certain
    if not any(map(has_rules, certain)):  # as with most numbers
        return []
    return [hint for hint in dict.fromkeys(_possible(certain)) if hint not in certain]


def renumbered_identities(identities: Iterable[str]) -> set[str]:
    """The current spellings of outdated numbers among `identities`."""
    return {current for identity in identities if (current := _current(identity)) != identity}


def current_identities(identities: Collection[str]) -> tuple[str, ...]:
    """Stored identities, with those that current rules add."""
    if not any(map(_may_change, identities)):  # as in most of a book
        return tuple(identities)
    return tuple(dict.fromkeys(each for identity in identities for each in _with_current(identity)))


def with_e164(fields: ContactFields, region: str) -> ContactFields:
    """The fields with `e164` and `extension` for each phone number that can be parsed.

    Args:
        region: ISO 3166 code of the country of numbers without a country code ("DE").
    """
    phones = fields.get("phones")
    if not phones:
        return fields
    parsed = [_phone_with_e164(phone, region) for phone in phones]
    return fields if all(map(is_, parsed, phones)) else {**fields, "phones": parsed}


def e164(raw: str, region: str) -> str | None:
    """The number as "+491701234567", without its extension; None if it is not certainly a number."""
    number = normalize_phone(raw, region)
    return number.e164 if number and number.is_known else None


def _phone_with_e164(phone: Phone, region: str) -> Phone:
    """The phone with its computed parts. The E.164 of a source is trusted, and has no extension."""
    raw, given = phone["raw"], phone.get("e164")
    is_given = bool(given and _E164.fullmatch(given))
    if is_given and "extension" not in phone and not _MAY_EXTEND.search(raw):
        return phone
    plain = phone.copy()
    plain.pop("e164", None)
    plain.pop("extension", None)
    if given and is_given:
        number: Number | None = Number(given, extension_of(raw, given))
    else:
        number = normalize_phone(raw, region)
    if number and number.is_known:
        plain["e164"] = number.e164
        if number.extension:
            plain["extension"] = number.extension
    return plain


def _identities(phone: Phone) -> Sequence[str]:
    identity = phone_identity(phone)
    return _with_current(identity) if identity else _identities_as_written(phone["raw"])


def _identities_as_written(raw: str) -> Sequence[str]:
    """The identities of a number that could not be parsed, because its country or length is unknown.

    Two contacts with exactly the same digits still share a line.
    """
    number = normalize_phone(raw, "") if "+" in raw else None
    if number:
        return _with_current(number.e164 + (f"{_EXTENSION}{number.extension}" if number.extension else ""))
    dialed = digits_of(raw)
    return (dialed,) if dialed.isdigit() and _FEWEST_DIGITS <= len(dialed) <= _MOST_DIGITS else ()


def _with_current(identity: str) -> tuple[str, ...]:
    current = _current(identity)
    return (identity,) if current == identity else (identity, current)


def _may_change(identity: str) -> bool:
    return has_rules(identity) if identity[0] == "+" else "xn--" in identity


def _current(identity: str) -> str:
    if identity[0] == "+" and "@" not in identity:
        if not has_rules(identity):  # as with most numbers
            return identity
        number, mark, extension = identity.partition(_EXTENSION)
        return f"{current_number(number)}{mark}{extension}"
    return (normalize_email(identity) or identity) if "xn--" in identity else identity


def _possible(identities: Iterable[str]) -> Iterator[str]:
    for identity in identities:
        number, mark, extension = identity.partition(_EXTENSION)
        for other in possible_variants(number):
            yield f"{other}{mark}{extension}"
