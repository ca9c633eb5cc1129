"""Reads contacts from LDIF: Thunderbird, KAddressBook, abook and gammu write it, and LDAP servers.

A mailing list is no contact; its members have its name as a group.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple, cast

from chalicelib.contacts.contact_field import Kind
from chalicelib.contacts.contact_fields import FIELDS
from chalicelib.contacts.source_record import ContactFields
from chalicelib.files.encodings import open_text
from chalicelib.files.ldif_entries import CLASS, Entry, Value, entries, entry_of_cells, is_binary
from chalicelib.files.mapping.column_mapping import BLOCKING, ColumnMapping, MappedColumn
from chalicelib.files.mapping.list_values import NO_COUNTRY
from chalicelib.files.mapping.row_mapper import RowMapper
from chalicelib.files.mapping.target import Target
from chalicelib.files.records import LONGEST_SHOWN, Card, Problem

_DATA = Path(__file__).with_suffix(".toml")
_LISTS = frozenset({"groupofnames", "groupofuniquenames"})
_GROUPS = "groups"  # the attribute that a report has for the mailing lists of a contact
_HAS_LISTS = re.compile(rb"objectclass:\s*groupOf(?:Unique)?Names", re.IGNORECASE).search
_MEMBERS = frozenset({"member", "uniquemember"})
_MEMBER_MAIL = re.compile(r"(?:^|,)mail=([^,]+)$", re.IGNORECASE)
_MEMBER_NAME = re.compile(r"cn=(.+?)(?:,mail=[^,]*)?$", re.IGNORECASE)
_OF_ABOOK = frozenset({"top", "person"})  # classes; abook writes its groups as `ou`
_REPEATING = ("phones", "urls")  # lists in which programs write one value under two labels


class _Attributes(NamedTuple):
    """How the values of an entry become a contact."""

    places: Mapping[str, int]
    #: Those of which an entry has one value, because their field is one text.
    single: frozenset[str]
    map_row: RowMapper
    #: Attributes to leave out if the entry has the other one.
    repeated: Mapping[str, str]


def read_ldif(data: bytes, encoding: str = "utf-8") -> Iterator[Card]:
    """The contacts of a file, in its order."""
    groups = _groups(data, encoding) if _HAS_LISTS(data) else {}
    for number, entry in enumerate(entries(open_text(data, encoding)), 1):
        yield _card(number, entry, groups)


def _groups(data: bytes, encoding: str) -> Mapping[str, Sequence[str]]:
    """The names of the mailing lists of each member, by address or, for one without, by name; in small letters."""
    found: dict[str, list[str]] = {}
    for entry in entries(open_text(data, encoding)):
        if not _is_list(entry):
            continue
        name = next((value.text for value in entry.values if value.name == "cn"), "")
        for value in entry.values:
            if value.name in _MEMBERS and name and (member := _member(value.text)):
                found.setdefault(member, []).append(name)
    return found


def _member(dn: str) -> str:
    """The address in a DN that is not escaped; its name if it has none."""
    written = _MEMBER_MAIL.search(dn) or _MEMBER_NAME.match(dn)
    return written[1].strip().casefold() if written else ""


def card_of_cells(number: int, cells: Iterable[tuple[str, str]]) -> Card:
    """The contact of which a report has these cells, each with its header."""
    return _card(number, entry_of_cells(cells, _attributes(is_abook=False).single), {})


def _card(number: int, entry: Entry, groups: Mapping[str, Sequence[str]]) -> Card:
    is_abook = entry.classes.keys() == _OF_ABOOK
    cells = [(value.head, value.text) for value in entry.values]
    if is_abook or _is_list(entry):  # else the classes make no difference
        cells[:0] = ((CLASS, name) for name in entry.classes)
    if _is_list(entry):
        return Card(number, entry.line, "", {}, tuple(cells), left_out="group")
    attributes = _attributes(is_abook=is_abook)
    row, kept = _row(entry.values, attributes)
    mapped = attributes.map_row(row)
    fields = _without_repetitions(mapped.fields)
    if names := _groups_of(entry.values, groups):
        fields["groups"] = [*fields.get("groups", ()), *names]
        cells += ((_GROUPS, name) for name in names)  # for reports, which are read without the lists
    unread = [Problem(value.name, value.text[:LONGEST_SHOWN], value.problem) for value in entry.values if value.problem]
    problems = [*unread, *(each for each in mapped.problems if each.code not in (BLOCKING, NO_COUNTRY))]
    is_contact = all(each.code != BLOCKING for each in mapped.problems)
    unreadable = "" if is_contact else BLOCKING
    return Card(number, entry.line, mapped.uid, fields, tuple(cells), kept, tuple(problems), unreadable)


def _is_list(entry: Entry) -> bool:
    return not entry.classes.keys().isdisjoint(_LISTS)


def _row(values: Sequence[Value], attributes: _Attributes) -> tuple[list[str], tuple[tuple[str, str], ...]]:
    """The values as the cells of a row, several of one attribute as lines of a cell; and those that have no field."""
    names = {value.name for value in values}
    cells: dict[int, dict[str, None]] = {}
    kept = []
    for name, text, problem in values:
        place = attributes.places.get(name)
        is_repeated = attributes.repeated.get(name) in names
        is_second = name in attributes.single and place in cells and text not in cells[place]
        if place is None or is_second or is_binary(name):
            kept.append((name, text))
        elif not problem and not is_repeated:
            cells.setdefault(place, {})[text] = None
    row = [""] * len(attributes.places)
    for place, texts in cells.items():
        row[place] = "\n".join(texts)
    return row, tuple(kept)


def _without_repetitions(fields: ContactFields) -> ContactFields:
    """The fields without numbers and links that repeat one with another label."""
    for name in _REPEATING:
        values = cast(dict[str, list[dict[str, str]]], fields).get(name, [])
        first = {value[FIELDS[name].value]: value for value in reversed(values)}
        values[:] = [value for value in values if first[value[FIELDS[name].value]] is value]
    return fields


def _groups_of(values: Sequence[Value], groups: Mapping[str, Sequence[str]]) -> list[str]:
    if not groups:
        return []
    texts = [value.text.casefold() for value in values if value.name in ("mail", "mozillasecondemail", "cn")]
    return list(dict.fromkeys(name for text in texts for name in groups.get(text, ())))


@cache
def _attributes(*, is_abook: bool) -> _Attributes:
    data = tomllib.loads(_DATA.read_text("utf-8"))
    targets = {name: Target.of(target) for target, names in data["attributes"].items() for name in names}
    if is_abook:
        targets["ou"] = Target("groups")
    mapping = ColumnMapping([MappedColumn(name, target) for name, target in targets.items()])
    single = (name for name, target in targets.items() if not target.entry and not _may_have_lines(target))
    places = {name: place for place, name in enumerate(targets)}
    return _Attributes(places, frozenset(single), RowMapper(mapping), data["repeated"])


def _may_have_lines(target: Target) -> bool:
    return target.field in FIELDS and FIELDS[target.field].kind in (Kind.TEXT, Kind.LINES)
