"""Reads jCard (RFC 7095): vCards as JSON, `["vcard", [["fn", {}, "text", "Ann Poe"], …]]`, one or several.

A property becomes the head and the escaped value that it would have in a vCard, and is then read like one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from chalicelib.files.encodings import open_text
from chalicelib.files.json_records import Found, values_of_text
from chalicelib.files.records import Card
from chalicelib.files.vcard_card import VcardFields
from chalicelib.files.vcard_fields import Property, read_card
from chalicelib.files.vcard_groups import GROUP, groups_by_member, with_groups
from chalicelib.files.vcard_lines import BINARY, HeadBuilder
from chalicelib.files.vcard_values import escape, without_data
from chalicelib.foundation.fast_json import WrittenNumber
from chalicelib.foundation.json import Json

_VERSION = "4.0"
_USUAL_KINDS = ("text", "unknown")  # that a vCard does not name
_RELATED = "related"  # whose usual value is a URI
_IS_CARD = re.compile(r'\[\s*"vcard"', re.IGNORECASE).match
_MAY_HAVE_MEMBERS = re.compile(r'"(?:x-addressbookserver-)?member"', re.IGNORECASE).search


def read_jcard(data: bytes, encoding: str = "utf-8") -> Iterator[Card]:
    """The contacts of a file that is one jCard, or a list of them, or one after the other."""
    text = open_text(data, encoding).read()
    groups = _groups(text) if _MAY_HAVE_MEMBERS(text) else {}
    for number, found in enumerate(values_of_text(text, _IS_CARD), 1):
        card = _card(number, found)
        yield with_groups(card, groups) if groups else card


def _groups(text: str) -> dict[str, list[str]]:
    """The names of the groups of each member."""
    values = (found.value for found in values_of_text(text, _IS_CARD))
    read = [fields for value in values if isinstance(value, list) and (fields := _fields(value)) and fields.is_group]
    return groups_by_member((group.finished().get("display", ""), group.members) for group in read)


def _card(number: int, found: Found) -> Card:
    entry = found.value
    fields = _fields(entry)
    if fields is None or not isinstance(entry, list):
        return _unreadable(number, found.problem or "not_a_card")
    return fields.card(number, _cells(properties_of(entry[1])), left_out=GROUP if fields.is_group else "")


def _unreadable(number: int, code: str) -> Card:
    return Card(number, 0, "", {}, (), unreadable=code)


def _is_jcard(value: Json) -> bool:
    return (
        isinstance(value, list) and len(value) >= 2 and str(value[0]).lower() == "vcard" and isinstance(value[1], list)
    )


def _fields(entry: Json) -> VcardFields | None:
    return read_card(properties_of(entry[1]), _VERSION) if _is_jcard(entry) else None


def properties_of(listed: Iterable[Json]) -> list[Property]:
    """The properties of a jCard. One that is malformed is left out."""
    return [_property(each) for each in listed if _is_property(each)]


def _is_property(value: Json) -> bool:
    return isinstance(value, list) and len(value) >= 4 and isinstance(value[0], str) and isinstance(value[1], Mapping)


def _property(listed: list[Json]) -> Property:
    name, parameters, kind, *values = listed
    builder = HeadBuilder()
    group = ""
    for key, written in parameters.items():
        if key.lower() == "group":
            group = _text(written)
            continue
        for each in written if isinstance(written, list) else [written]:
            builder.add(key.upper(), _text(each))
    if (written := _text(kind)) not in _USUAL_KINDS or name.lower() == _RELATED:
        builder.add("VALUE", written)
    head = builder.head(name, group)
    if head.name in BINARY:
        values = [without_data(_text(each)) for each in values]
    return head, ",".join(map(_escaped, values))


def _escaped(value: Json) -> str:
    """A value as escaped text: a list is a structured value, a list in it several texts of one part."""
    if isinstance(value, list):
        return ";".join(",".join(map(_escaped, part)) if isinstance(part, list) else _escaped(part) for part in value)
    return escape(_text(value))


def _text(value: Json) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, WrittenNumber):
        return value.text
    return str(value) if isinstance(value, str | int | float) else ""


def _cells(properties: Iterable[Property]) -> Iterator[tuple[str, str]]:
    """What would be written before each value in a vCard, and the value."""
    return ((head.written or head.name, value) for head, value in properties)
