"""What a person wants a contact to say: checked, cleaned, and refused by name where it cannot be.

What the contact says already is never refused, however long a source made it: a form sends everything back.
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

from chalicelib.contacts.clean import clean_text
from chalicelib.contacts.contact import Said
from chalicelib.contacts.identities import LONGEST_EMAIL, LONGEST_PHONE
from chalicelib.foundation.errors import InvalidInput

Wanted = Mapping[str, Any]  # members of a Said, whole lists among them; None for what the sources say

NAME = ("given", "family", "display")
TEXTS = (*NAME, "nickname", "organisation", "department", "title", "notes")
LISTS = ("emails", "phones", "addresses", "urls", "groups")
MEMBERS = (*TEXTS, "birthday", *LISTS)

MOST_VALUES = 200  # of one list
_LONGEST = {"notes": 30_000}  # characters
_LONGEST_TEXT = 1_000
_PARTS: Mapping[str, Mapping[str, int]] = {
    "emails": {"value": LONGEST_EMAIL, "label": 100},
    "phones": {"raw": LONGEST_PHONE, "e164": LONGEST_PHONE, "label": 100},
    "urls": {"value": 2_000, "label": 100},
    "addresses": {
        **dict.fromkeys(("street", "city", "region", "postal_code", "country"), _LONGEST_TEXT),
        "label": 100,
    },
}
_BIRTHDAY = {"year": 9_999, "month": 12, "day": 31}


def checked(wanted: Wanted, shown: Said) -> Wanted:
    """Each member in its shape, its texts clean; values that say nothing are left out of lists.

    Args:
        shown: what the contact says now.

    Raises:
        InvalidInput: names the member that is unknown, of another type, or too long.
    """
    return {
        member: None if value is None else _check_of(member)(member, value, cast(Mapping[str, Any], shown).get(member))
        for member, value in wanted.items()
    }


def _check_of(member: str) -> Callable[[str, Any, Any], Any]:
    if member in TEXTS:
        return _text
    if member in LISTS:
        return _list
    if member == "birthday":
        return _birthday
    raise InvalidInput(
        f"There is no member {member[:100]!r} that can be edited; known are: {', '.join(MEMBERS)}.",
        member=member[:100],
    )


def _text(member: str, value: Any, shown: str | None) -> str:
    text = _clean(member, value)
    _check_length(member, text, _LONGEST.get(member, _LONGEST_TEXT), (shown or "",))
    return text


def _list(member: str, values: Any, shown: list[Any] | None) -> list[Any]:
    if not isinstance(values, list):
        raise InvalidInput(f"{member} must be a list, or null for what the sources say.", member=member)
    if len(values) > max(MOST_VALUES, len(shown or ())):
        raise InvalidInput(f"{member} may have {MOST_VALUES} values at most.", member=member)
    known = shown or []
    cleaned = [_group(value, known) if member == "groups" else _parts(member, value, known) for value in values]
    return [value for value in cleaned if value]


def _group(value: Any, known: list[Any]) -> str:
    text = _clean("groups", value)
    _check_length("groups", text, _LONGEST_TEXT, known)
    return text


def _parts(member: str, value: Any, known: list[Any]) -> dict[str, str]:
    """The parts of one value; {} where the one that matters says nothing."""
    if not isinstance(value, Mapping):
        raise InvalidInput(f"Each of {member} must be an object.", member=member)
    bounds = _PARTS[member]
    unknown = next((part for part in value if part not in bounds), None)
    if unknown is not None:
        raise InvalidInput(
            f"There is no {str(unknown)[:100]!r} in {member}; known are: {', '.join(bounds)}.", member=member
        )
    said = {}
    for part, longest in bounds.items():
        text = _clean(member, value.get(part) or "", multiline=part == "street")
        _check_length(member, text, longest, [each.get(part) for each in known])
        if text:
            said[part] = text
    matters = set(said) - {"label"} if member == "addresses" else {"value", "raw"} & set(said)
    return said if matters else {}


_DAY = "A birthday has a day, a month and, where it is known, a year"


def _birthday(member: str, value: Any, _: Any) -> dict[str, int]:
    """Month and day, with a year or without; {} for none."""
    if not isinstance(value, Mapping):
        raise InvalidInput("birthday must be an object, or null for what the sources say.", member=member)
    parts = {part: number for part, number in value.items() if number is not None}
    for part, number in parts.items():
        if part not in _BIRTHDAY or type(number) is not int or not 1 <= number <= _BIRTHDAY[part]:
            raise InvalidInput(f"{_DAY}, such as 12, 4 and 1970.", member=member)
    if parts and not {"month", "day"} <= set(parts):
        raise InvalidInput(f"{_DAY}.", member=member)
    return parts


def _clean(member: str, value: Any, *, multiline: bool | None = None) -> str:
    if not isinstance(value, str):
        raise InvalidInput(f"{member} must be text, or null for what the sources say.", member=member)
    return clean_text(value, multiline=member == "notes" if multiline is None else multiline)


def _check_length(member: str, text: str, longest: int, known: Any) -> None:
    if len(text) > longest and text not in known:
        raise InvalidInput(f"{member} may have {longest:,} characters at most.", member=member)
