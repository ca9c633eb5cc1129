"""Checks the profile that a client or a row of a file gives a lead."""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.contacts.cleaning import clean_text
from chalicelib.leads.lead import Profile

LONGEST = {"name": 200, "email": 254, "phone": 50}  # characters
LONGEST_VALUE = 1_000  # characters of a custom field
LONGEST_NAME = 64  # characters of the name of a custom field, and of a tag
MOST_FIELDS = 50
MOST_TAGS = 50
LARGEST_PROFILE = 16 * 1024  # characters of everything together


class InvalidProfile(Exception):
    """A profile cannot be stored.

    Args:
        code: what is wrong, for programs.
        field: where, such as "custom.size".
        words: what is wrong and how to fix it.
    """

    def __init__(self, code: str, field: str, words: str) -> None:
        super().__init__(words)
        self.code, self.field, self.words = code, field, words


def checked_profile(
    name: str = "",
    email: str = "",
    phone: str = "",
    custom: Mapping[str, str] | None = None,
    tags: Iterable[str] = (),
) -> Profile:
    """The profile, cleaned. Email and phone are kept as given: they identify nobody.

    Raises:
        InvalidProfile: a value is too long, or there are too many.
    """
    lines = {"name": clean_text(name), "email": clean_text(email), "phone": clean_text(phone)}
    for field, text in lines.items():
        _check_length(field, text, LONGEST[field])
    profile = Profile(**lines, custom=_custom(custom or {}), tags=checked_tags(tags))
    if sum(map(len, _texts(profile))) > LARGEST_PROFILE:
        raise InvalidProfile("too_large", "", f"A lead can have at most {LARGEST_PROFILE:,} characters.")
    return profile


def checked_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """The tags, cleaned, each once. Raises InvalidProfile as `checked_profile`."""
    cleaned = tuple(dict.fromkeys(filter(None, map(clean_text, tags))))
    if len(cleaned) > MOST_TAGS:
        raise InvalidProfile("too_many", "tags", f"A lead can have at most {MOST_TAGS} tags.")
    for tag in cleaned:
        _check_length("tags", tag, LONGEST_NAME)
    return cleaned


def _custom(fields: Mapping[str, str]) -> Mapping[str, str]:
    cleaned = {clean_text(name): clean_text(value, multiline=True) for name, value in fields.items()}
    kept = {name: value for name, value in cleaned.items() if name and value}
    if len(kept) > MOST_FIELDS:
        raise InvalidProfile("too_many", "custom", f"A lead can have at most {MOST_FIELDS} custom fields.")
    for name, value in kept.items():
        _check_length("custom", name, LONGEST_NAME)
        _check_length(f"custom.{name}", value, LONGEST_VALUE)
    return kept


def _check_length(field: str, text: str, most: int) -> None:
    if len(text) > most:
        raise InvalidProfile("too_long", field, f"This can have at most {most:,} characters; it has {len(text):,}.")


def _texts(profile: Profile) -> list[Any]:
    return [profile.name, profile.email, profile.phone, *profile.custom, *profile.custom.values(), *profile.tags]
