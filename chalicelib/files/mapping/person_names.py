"""A whole name in one cell, split into its parts where the parts are certain; otherwise it stays a display name."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import cast

from chalicelib.contacts.display_name import NAME_PARTS, full_name
from chalicelib.contacts.fold_name import fold_name, is_east_asian
from chalicelib.contacts.name_words import (
    BEHIND_TITLES,
    FRONT_TITLES,
    FRONT_TITLES_WITH_STOP,
    GENERATIONS,
    GENERATIONS_IN_FRONT,
)
from chalicelib.contacts.parse_name import ParsedName
from chalicelib.contacts.source_record import ContactFields

_COMMA = re.compile(r"\s*[,，]\s*")
_STOPS = re.compile(r"[.\-\u2010-\u2015]+")
LONGEST_NAME = 200  # characters of a name that is split
_OF_COMPANIES = frozenset(
    ("inc", "ltd", "llc", "llp", "corp", "gmbh", "ag", "kg", "ohg", "plc", "sarl", "srl", "spa", "bv", "nv", "kft")
)


class NameOrder(StrEnum):
    """Which part of a whole name comes first. A comma says it in any case: "Last, First"."""

    GIVEN_FIRST = "given_first"
    FAMILY_FIRST = "family_first"
    AS_WRITTEN = "as_written"  # the name is not split


def split_name(text: str, order: NameOrder) -> ContactFields:
    """The parts of a name, and `display` if they would be shown as another text."""
    name = " ".join(text.split())
    if order is NameOrder.AS_WRITTEN or len(name) > LONGEST_NAME or _is_household(name):
        return {"display": name} if name else {}
    parts = [part for part in _COMMA.split(name) if part]
    if len(parts) > 1:
        return _at_commas(parts) or {"display": name}
    if " " not in name:
        return {"display": name} if name else {}
    fields = _of_words(name.split(), order)
    return fields if full_name(fields) == name else {**fields, "display": name}


def _is_household(name: str) -> bool:
    return ParsedName("", "", "", name, "", "").is_household


def _at_commas(parts: list[str]) -> ContactFields | None:
    """The parts of "Last, First, Jr." or "First Last, MD"; None for other lists, and for "Acme, Inc."."""
    names = list(parts)
    if _key(names[-1]) in _OF_COMPANIES:
        return None
    behind: list[str] = []
    while len(names) > 1 and all(map(_is_behind, names[-1].split())):
        behind.insert(0, names.pop())
    if len(names) == 1:
        fields = _of_words(names[0].split(), NameOrder.GIVEN_FIRST)
    elif len(names) == 2:
        front, given, suffix = _without_titles(names[1].split(), least=1)
        behind = [*suffix, *behind]
        fields = {"prefix": " ".join(front), "given": " ".join(given), "family": names[0]}
    else:
        return None
    suffix_text = ", ".join(filter(None, (fields.get("suffix", ""), *behind)))
    return _filled({**fields, "suffix": suffix_text})


def _of_words(words: list[str], order: NameOrder) -> ContactFields:
    front, names, behind = _without_titles(words)
    at, end = len(names), len(names)  # where the middle name and the family name begin
    if len(names) > 1 and (order is NameOrder.FAMILY_FIRST or _is_east_asian(names)):
        names, at, end = [*names[1:], names[0]], len(names) - 1, len(names) - 1
    elif len(names) > 1:
        end = next((place for place, word in enumerate(names[1:-1], 1) if word[0].islower()), len(names) - 1)
        at = 1
    texts = (front, names[:at], names[at:end], names[end:], behind)
    return _filled(dict(zip(NAME_PARTS, map(" ".join, texts), strict=True)))


def _is_east_asian(names: list[str]) -> bool:
    return all(is_east_asian(fold_name(word)) for word in names)


def _without_titles(words: list[str], least: int = 2) -> tuple[list[str], list[str], list[str]]:
    """The titles in front, the name, and the titles and generations behind it. At least so many words remain."""
    first, last = 0, len(words)
    while last - first > least and _is_front(words[first]):
        first += 1
    while last - first > least and _is_behind(words[last - 1]):
        last -= 1
    return words[:first], words[first:last], words[last:]


def _is_front(word: str) -> bool:
    key = _key(word)
    return key in FRONT_TITLES or ("." in word and (key in FRONT_TITLES_WITH_STOP or key in GENERATIONS_IN_FRONT))


def _is_behind(word: str) -> bool:
    key = _key(word)
    return key in BEHIND_TITLES or key in GENERATIONS


def _key(word: str) -> str:
    return fold_name(_STOPS.sub("", word))


def _filled(parts: Mapping[str, object]) -> ContactFields:
    return cast(ContactFields, {part: text for part, text in parts.items() if text})
