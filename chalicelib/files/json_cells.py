"""The members of JSON objects as cells, and cells as objects again: "emails.1.value" is a member of the first object in
the list of "emails".
"""

import re
from collections.abc import Iterable
from typing import Any

from chalicelib.files.json_records import value_of_text
from chalicelib.foundation.json import Json

_MOST_ENTRIES = 1_000  # of a list; a greater number is the name of a member, such as a year
_NUMBERS = frozenset({"year", "month", "day"})  # members that are whole numbers wherever they have a meaning
_LISTS_OF_TEXTS = frozenset({"businessPhones", "homePhones", "imAddresses", "categories", "children"})  # of Graph
_SEGMENT = re.compile(r"(?:[^.\\]|\\.)+|(?<=\.)|\\$")


def path_of(around: str, name: str) -> str:
    """The path of a member, given the path of the object around it; "" for none."""
    own = name.replace("\\", "\\\\").replace(".", "\\.")
    return f"{around}.{own}" if around else own


def object_of_cells(cells: Iterable[tuple[str, str]]) -> dict[str, Json]:
    """The object whose members have these paths and texts."""
    tree: dict[str, Any] = {}
    for path, text in cells:
        *around, name = names_of(path)
        inner = tree
        for each in around:
            member = inner.setdefault(each, {})
            if not isinstance(member, dict):  # a person has added a column
                member = inner[each] = {}
            inner = member
        inner[name] = _value(name, text)
    return {name: _with_lists(member) for name, member in tree.items()}


def names_of(path: str) -> list[str]:
    """The names of the members on a path."""
    return [re.sub(r"\\(.)", r"\1", name) for name in _SEGMENT.findall(path)] or [""]


def _value(name: str, text: str) -> Json:
    if text.startswith(("{", "[")) and isinstance(value := value_of_text(text), dict | list):
        return value
    if name in _LISTS_OF_TEXTS:
        return text.splitlines()
    return int(text) if name in _NUMBERS and text.isascii() and text.isdecimal() else text


def _with_lists(member: Any) -> Json:
    """The member with lists for objects whose members are numbered."""
    if not isinstance(member, dict):
        return member
    read = {name: _with_lists(each) for name, each in member.items()}
    if all(name.isascii() and name.isdecimal() and 0 < int(name) <= _MOST_ENTRIES for name in read):
        return [read[name] for name in sorted(read, key=int)]
    return read
