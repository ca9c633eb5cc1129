"""The parts of JSContact that several of its members have: maps of objects, labels, and lists of components."""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.files.vcard_labels import label_of_types
from chalicelib.files.vcard_lines import NOT_PREFERRED
from chalicelib.foundation.json import Json

Object = Mapping[str, Any]

_TYPES = {  # of vCard
    "private": "home",
    "mobile": "cell",
    "main-number": "main",
    "text": "text",
}


def text_of(value: Json) -> str:
    """A text without blanks around it; "" for any other value."""
    return value.strip() if isinstance(value, str) else ""


def objects(value: Json) -> list[Object]:
    """The objects in a map, the most preferred first."""
    found = [each for each in value.values() if isinstance(each, Mapping)] if isinstance(value, Mapping) else []
    return sorted(found, key=_preference)


def _preference(value: Object) -> int:
    preference = value.get("pref")
    return preference if type(preference) is int else NOT_PREFERRED


def words(value: Json) -> list[str]:
    """The keys of a set, which JSContact writes as a map to true."""
    return [key for key, is_in in value.items() if is_in] if isinstance(value, Mapping) else []


def label_of(value: Object) -> str:
    """The person's own label, or else what the contexts and features mean."""
    if label := text_of(value.get("label")):
        return label
    types = (*words(value.get("contexts")), *words(value.get("features")))
    return label_of_types([_TYPES.get(word, word) for word in types])


def components(value: Object) -> list[tuple[str, str]]:
    """The kinds and texts of the components of a name or an address, in their order."""
    listed = value.get("components")
    parts = [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
    return [(text_of(part.get("kind")), str(part.get("value") or "")) for part in parts]


def joined(parts: Iterable[tuple[str, str]], kinds: Iterable[str], separator: str = " ") -> str:
    """The texts of components of some kinds, in their order."""
    kinds = frozenset(kinds)
    return separator.join(text.strip() for kind, text in parts if kind in kinds and text.strip())


def as_written(value: Object, parts: Iterable[tuple[str, str]]) -> str:
    """The components as one text, with the separators that are listed; "" if their order means nothing."""
    if value.get("isOrdered") is not True:
        return ""
    default = value.get("defaultSeparator")
    between = default if isinstance(default, str) else " "
    whole, is_separated = "", True
    for kind, text in parts:
        whole += text if kind == "separator" or is_separated else between + text
        is_separated = kind == "separator"
    return whole.strip()
