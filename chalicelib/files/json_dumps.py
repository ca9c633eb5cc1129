"""Reads contacts from JSON: this service's own export, answers of Google's People API and of Microsoft Graph, and lists
of objects of any program, whose members are understood as the headers of a table are.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from chalicelib.contacts.source_record import SourceContact, Unreadable
from chalicelib.files.encodings import open_text
from chalicelib.files.jscontact import card_of_jscontact, is_jscontact
from chalicelib.files.json_cells import names_of, path_of
from chalicelib.files.json_records import Found, records_of_lines, records_of_text
from chalicelib.files.mapping.column_mapping import BLOCKING, REACHED_BY
from chalicelib.files.mapping.list_values import NO_COUNTRY
from chalicelib.files.mapping.row_mapper import RowMapper
from chalicelib.files.mapping.suggest import suggest_mapping
from chalicelib.files.mapping.survey import Survey
from chalicelib.files.mapping.target import IGNORED
from chalicelib.files.own_json import card_of_own, is_own, with_custom_fields, written
from chalicelib.files.records import Card, Problem
from chalicelib.foundation.json import Json
from chalicelib.providers.google.person import source_contact as google_contact
from chalicelib.providers.microsoft.contact import source_contact as microsoft_contact

_Read = Callable[[Json], SourceContact | Unreadable]
_NO_ID = "-"  # the id of a provider's contact in a dump without ids
_GOOGLES_LISTS = ("names", "emailAddresses", "phoneNumbers")
_MICROSOFTS = frozenset({"businessPhones", "homePhones", "parentFolderId", "changeKey", "imAddresses", "yomiGivenName"})
_REMOVED = "@removed"  # of a contact that Microsoft says was deleted
_MOST_SHAPES = 256  # of objects, whose members are looked up once
_DEEPEST = 3  # objects in an object whose members are columns
_VALUES = ("value", "number", "address", "email", "phone", "url", "uri", "handle", "text", "name")
_LABELS = ("label", "type", "kind", "formattedType", "rel")
_BESIDE = frozenset({"primary", "id", "metadata"})  # members of a value that say nothing about it
_ADDRESSES = frozenset({"address", "addresses", "location", "locations"})
_NAMES = frozenset({"name", "names"})
_AROUND = frozenset({"properties", "attributes", "fields", "contact", "profile"})  # what programs put members into


class _Column(NamedTuple):
    """A member of an object, as the column of a table would be."""

    path: str  #: the names of the members around it, and its own
    header: str  #: what such a column would be called
    text: str


class _Shape(NamedTuple):
    """How objects with certain members become contacts."""

    map_row: RowMapper
    ignored: Sequence[bool]  #: by column


def read_json(data: bytes, encoding: str = "utf-8") -> Iterator[Card]:
    """The contacts of a file that is one JSON value."""
    return _cards(records_of_text(open_text(data, encoding).read()))


def read_json_lines(data: bytes, encoding: str = "utf-8") -> Iterator[Card]:
    """The contacts of a file with one JSON value a line."""
    return _cards(records_of_lines(open_text(data, encoding)))


def _cards(records: Iterator[Found]) -> Iterator[Card]:
    for number, found in enumerate(records, 1):
        card = card_of_object(number, found)
        yield _with_key(card, found) if found.key and not card.uid else card


def _with_key(card: Card, found: Found) -> Card:
    """The card with what its file calls it as its id, under a name by which a report of the card is read."""
    is_of_export = isinstance(found.value, dict) and is_own(found.value)
    return card._replace(uid=found.key, cells=(*card.cells, ("contact_id" if is_of_export else "uid", found.key)))


def card_of_object(number: int, found: Found) -> Card:
    """The contact in one object."""
    value = found.value
    if found.problem or not isinstance(value, dict):
        code = found.problem or "not_an_object"
        return Card(number, found.line, "", {}, (("", written(value)),) if value else (), unreadable=code)
    if is_jscontact(value):
        return card_of_jscontact(number, found)
    if is_own(value):
        return card_of_own(number, found.line, value)
    columns = list(_columns(value))
    cells = tuple((column.path, column.text) for column in columns)
    if _REMOVED in value:
        return Card(number, found.line, written(value.get("id")), {}, cells, left_out="removed")
    for is_of, id_member, read in _PROVIDERS:
        if is_of(value):
            return _of_provider(Card(number, found.line, "", {}, cells), value, id_member, read)
    return _of_program(Card(number, found.line, "", {}, cells), columns)


# ── dumps of the providers' APIs


def _objects(value: Json) -> list[dict[str, Json]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _is_googles(value: Mapping[str, Json]) -> bool:
    if str(value.get("resourceName", "")).startswith(("people/", "otherContacts/")):
        return True
    lists = [each for name in _GOOGLES_LISTS for each in _objects(value.get(name))]
    return any("metadata" in each for each in lists)


def _is_microsofts(value: Mapping[str, Json]) -> bool:
    has_addresses = any("address" in each for each in _objects(value.get("emailAddresses")))
    return has_addresses or bool(value.keys() & _MICROSOFTS) or any(key.startswith("@odata.") for key in value)


_PROVIDERS: Sequence[tuple[Callable[[Mapping[str, Json]], bool], str, _Read]] = (
    (_is_googles, "resourceName", google_contact),
    (_is_microsofts, "id", microsoft_contact),
)


def _of_provider(card: Card, value: dict[str, Json], id_member: str, read: _Read) -> Card:
    own_id = value.get(id_member)
    uid = own_id if isinstance(own_id, str) else ""
    contact = read({**value, id_member: uid or _NO_ID})
    if isinstance(contact, Unreadable):
        return card._replace(uid=uid, unreadable=contact.reason)
    problems = tuple(Problem(kind, "", "cannot_be_stored") for kind in contact.dropped)
    is_nobody = contact.fields and contact.fields.keys().isdisjoint(REACHED_BY)
    return card._replace(uid=uid, fields=contact.fields, problems=problems, unreadable=BLOCKING if is_nobody else "")


# ── objects of other programs


def _of_program(card: Card, columns: Sequence[_Column]) -> Card:
    shape = _shape(tuple(column.header for column in columns))
    mapped = shape.map_row([column.text for column in columns])
    if any(each.code == BLOCKING for each in mapped.problems):
        return card._replace(uid=mapped.uid, unreadable=BLOCKING)
    others = [
        (".".join(names_of(column.path)), column.text)
        for column, is_ignored in zip(columns, shape.ignored, strict=True)
        if is_ignored and column.header and column.text
    ]
    fields, beyond = with_custom_fields(mapped.fields, others)
    problems = (*(each for each in mapped.problems if each.code != NO_COUNTRY), *beyond)
    return card._replace(uid=mapped.uid, fields=fields, problems=problems)


@lru_cache(_MOST_SHAPES)
def _shape(headers: tuple[str, ...]) -> _Shape:
    """What members with these headers become. Only what is certain: nobody is asked."""
    suggested = suggest_mapping(headers, Survey())
    mapping = suggested.mapping
    for place, suggestion in enumerate(suggested.suggestions):
        if not suggestion.is_certain:
            mapping = mapping.with_target(place, IGNORED)
    return _Shape(RowMapper(mapping), [not column.target.field for column in mapping.columns])


def _columns(value: Mapping[str, Json], path: str = "", depth: int = 0) -> Iterator[_Column]:
    """The members of an object as columns, and those of the objects in it."""
    for key, member in value.items():
        inner = path_of(path, key)
        if isinstance(member, dict) and member and depth < _DEEPEST:
            yield from _of_object(inner, key, 1, member, depth + 1)
        elif isinstance(member, list) and _objects(member) == member and member and depth < _DEEPEST:
            for place, each in enumerate(member, 1):
                yield from _of_object(f"{inner}.{place}", key, place, each, depth + 1)
        else:
            lines = isinstance(member, list) and not any(isinstance(each, dict | list) for each in member)
            yield _Column(inner, key, "\n".join(map(written, member)) if lines else written(member))


def _of_object(path: str, name: str, place: int, value: dict[str, Json], depth: int) -> Iterator[_Column]:
    """The members of an object called `name`: a text with its label, the parts of a name or an address, or others."""
    label = next((key for key in _LABELS if isinstance(value.get(key), str)), "")
    main = next((key for key in _VALUES if key in value and not isinstance(value[key], dict | list)), "")
    is_address, is_pair = name in _ADDRESSES, value.keys() <= {main, label, *_BESIDE}
    for column in _columns(value, path, depth):
        key = column.path.removeprefix(f"{path}.")
        if key == label and (is_address or is_pair):
            header = f"{'address' if is_address else name} {place} label"
        elif is_pair:
            header = f"{name} {place}" if key == main else ""
        elif name in _AROUND:
            header = column.header
        elif name in _NAMES:
            header = f"{key} name"
        else:
            header = f"{column.header} {place}" if is_address else f"{name} {column.header}"
        yield column._replace(header=header)
