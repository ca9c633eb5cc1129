"""Reads contacts in the form in which this service stores and exports them.

An export of ours is what is stored already; only its form is checked. Anybody else may have written the same members
with other contents: what is not of its field's form is a problem, and a text is then kept as a custom field.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from chalicelib.contacts.contact_field import ContactField, Kind
from chalicelib.contacts.contact_fields import (
    FIELDS,
    LONGEST_CUSTOM_VALUE,
    LONGEST_FIELD_NAME,
    MOST_CUSTOM_FIELDS,
    TABLE,
)
from chalicelib.contacts.custom_values import TEXT, parse_value
from chalicelib.contacts.dates import is_day, may_be_day
from chalicelib.contacts.identities import email_identity
from chalicelib.contacts.parse_email_field import parse_email_field
from chalicelib.contacts.source_record import ContactFields
from chalicelib.contacts.web_links import web_link
from chalicelib.files.json_cells import path_of
from chalicelib.files.mapping.cell_values import messenger_of
from chalicelib.files.mapping.column_mapping import BLOCKING, REACHED_BY
from chalicelib.files.mapping.headers import plain_header
from chalicelib.files.mapping.known_headers import meaning_of
from chalicelib.files.mapping.written_dates import NotADate, read_date
from chalicelib.files.records import LONGEST_SHOWN, Card, Problem
from chalicelib.foundation.fast_json import WrittenNumber, encode_json
from chalicelib.foundation.json import Json

_OF_EXPORTS = ("contact_id", "created_at", "updated_at")  # members that every contact of an export has
_NO_FIELDS = frozenset(
    {*_OF_EXPORTS, "possible_duplicates", "external_source", "version", "merged", "sources", "provenance"}
)  # members of an export that say where its values come from
_OWN_MEMBERS = FIELDS.keys() | _NO_FIELDS
_UNSAFE_SCHEMES = ("javascript:", "data:", "vbscript:", "file:")
_OTHER_NAMES = {each.singular: each.name for each in TABLE if each.kind is Kind.OBJECTS}
_VALUES = ("value", "raw", "number", "address", "email", "phone", "url", "uri", "handle", "text", "date")
_LABELS = ("label", "type", "kind")
_BESIDE = frozenset({"primary", "id", "metadata"})  # members of a value that say nothing about it
_LATEST = {"year": 9_999, "month": 12, "day": 31}


def is_own(value: Mapping[str, Json]) -> bool:
    """Whether the members are fields of a contact, in the form in which they are stored."""
    if "contact_id" in value or any(isinstance(value.get(name), str) for name in ("given", "family", "display")):
        return True
    return value.keys() <= _OWN_MEMBERS and any(
        each.value in item
        for each in TABLE
        if each.kind is Kind.OBJECTS and isinstance(listed := value.get(each.name), list)
        for item in listed
        if isinstance(item, dict)
    )


def card_of_own(number: int, line: int, value: Mapping[str, Json]) -> Card:
    """The contact, without the members that say where its values come from."""
    is_export = all(name in value for name in _OF_EXPORTS)
    reading = _Reading(is_export, value)
    for name, member in value.items():
        if name not in _NO_FIELDS and not _is_empty(member):
            reading.read(name, member)
    shown = (name for name in value if name in _OF_EXPORTS or name not in _NO_FIELDS)
    cells = tuple((path_of("", name), written(value[name])) for name in shown if not _is_empty(value[name]))
    uid = value.get("contact_id")
    is_nobody = not is_export and reading.fields.keys().isdisjoint(REACHED_BY)
    return Card(
        number,
        line,
        uid if isinstance(uid, str) else "",
        cast(ContactFields, reading.fields),
        cells,
        problems=tuple(reading.problems),
        unreadable=BLOCKING if is_nobody else "",
    )


def with_custom_fields(
    fields: ContactFields, texts: Sequence[tuple[str, str]]
) -> tuple[ContactFields, Sequence[Problem]]:
    """The fields with texts under their names as custom fields, and those that are too long or too many."""
    if not texts:
        return fields, ()
    reading = _Reading(False, {}, {**fields, "custom_fields": list(fields.get("custom_fields", ()))})
    for name, text in texts:
        reading.add_custom(name, text)
    return cast(ContactFields, reading.fields), reading.problems


def written(value: Json) -> str:
    """A value as it was written; "" for none."""
    if isinstance(value, str):
        return value
    if isinstance(value, WrittenNumber):
        return value.text
    try:
        return "" if _is_empty(value) else encode_json(value)
    except ValueError:  # numbers beyond JSON, such as NaN
        return ""


def _is_empty(value: Json) -> bool:
    return value is None or value in ("", [], {})


def _text(value: Json) -> str:
    """A text, or a number as it was written; "" for other values."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return written(value) if is_number or isinstance(value, str) else ""


@dataclass
class _Reading:
    """A contact while its members are read."""

    is_export: bool
    members: Mapping[str, Json]
    fields: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def read(self, name: str, value: Json) -> None:
        known = FIELDS.get(_OTHER_NAMES.get(name, name))
        if known is None:
            self._read_other(name, value)
        elif known.kind is Kind.OBJECTS:
            self._read_list(known, value)
        elif known.kind is Kind.LINES:
            self._read_lines(known, value)
        elif known.kind is Kind.DAY:
            self._read_day(known, value)
        else:
            self._read_text(known, value)

    def _read_other(self, name: str, value: Json) -> None:
        """A member that no field is called like: what such a column would be, or a custom field."""
        found = meaning_of(plain_header(name))
        meaning = found.meanings[0] if found else None
        known = FIELDS.get(meaning.field) if meaning else None
        text = _text(value)
        if meaning and known and text and known.is_pair and meaning.part == known.value:
            self._read_value(known, {known.value: text, known.label: meaning.label})
        elif (
            meaning
            and known
            and not meaning.part
            and text
            and known.kind in (Kind.LINE, Kind.TEXT, Kind.DAY)
            and known.name not in self.members
        ):
            self.read(known.name, value)
        else:
            self.add_custom(name, value)

    def reject(self, column: str, value: Json, code: str) -> None:
        """Notes a value that is not of its field's form, and keeps a text as a custom field."""
        self.problems.append(Problem(column, written(value)[:LONGEST_SHOWN], code))
        if text := _text(value):
            self.add_custom(column, text)

    def add_custom(self, name: str, value: Json, kind: str | None = None) -> None:
        """Adds a text or a number; of other values, their JSON."""
        text, kind = _value(value, kind)
        short = name if self.is_export or len(name) <= LONGEST_FIELD_NAME else f"{name[: LONGEST_FIELD_NAME - 1]}…"
        listed = self.fields.setdefault("custom_fields", [])
        if not self.is_export and len(text) > LONGEST_CUSTOM_VALUE:
            self.problems.append(Problem(name, text[:LONGEST_SHOWN], "too_long"))
        elif not self.is_export and len(listed) >= MOST_CUSTOM_FIELDS:
            self.problems.append(Problem(name, text[:LONGEST_SHOWN], "too_many_custom_fields"))
        else:
            typed = {} if kind == TEXT else {"type": kind}
            listed.append({"value": text, **({"name": short} if short else {}), **typed})

    # ── fields of one value

    def _read_text(self, known: ContactField, value: Json) -> None:
        text = _text(value)
        if not text:
            self.reject(known.name, value, "wrong_form")
        elif known.kind is Kind.LINK and not self._is_link(text):
            self.reject(known.name, value, "not_a_link")
        else:
            self.fields[known.name] = text

    def _is_link(self, text: str) -> bool:
        return _is_safe(text) if self.is_export else bool(web_link(text))

    def _read_lines(self, known: ContactField, value: Json) -> None:
        for each in value if isinstance(value, list) else [value]:
            if text := _text(each):
                self.fields.setdefault(known.name, []).append(text)
            elif not _is_empty(each):
                self.reject(known.name, each, "wrong_form")

    def _read_day(self, known: ContactField, value: Json) -> None:
        try:
            day = self._day(value)
        except NotADate as error:
            self.reject(known.name, value, str(error))
            return
        if day:
            self.fields[known.name] = day

    def _day(self, value: Json) -> Mapping[str, Any]:
        """The date; {} for none. Raises NotADate."""
        if not isinstance(value, dict):
            return read_date(_text(value) or written(value), None)
        day = {part: number for part in _LATEST if (number := _number(value.get(part)))}
        if any(number > _LATEST[part] or number < 0 for part, number in day.items()):
            raise NotADate("not_a_day")
        if day and not self.is_export and not is_day(**day):
            raise NotADate("not_a_day")
        return day

    # ── lists

    def _read_list(self, known: ContactField, value: Json) -> None:
        if known.name == "custom_fields" and isinstance(value, dict) and "value" not in value:
            value = [{"name": name, "value": each} for name, each in value.items()]
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                self._read_value(known, each)
            elif text := _text(each):
                self._read_value(known, {"street" if known.name == "addresses" else known.value: text})
            elif not _is_empty(each):
                self.reject(known.name, each, "wrong_form")

    def _read_value(self, known: ContactField, value: Mapping[str, Json]) -> None:
        if known.name == "custom_fields":
            self._read_custom(value)
            return
        parts = self._parts(known, value)
        label = {known.label: parts[known.label]} if known.label in parts else {}
        if not known.is_pair:
            if parts.keys() - label.keys():
                self.fields.setdefault(known.name, []).append(parts)
        elif text := parts.get(known.value, ""):
            for listed, good in self._checked(known, text):
                part = FIELDS[listed].value
                self.fields.setdefault(listed, []).append({part: good, **label})

    def _parts(self, known: ContactField, value: Mapping[str, Json]) -> dict[str, str]:
        """The parts of one value by their names; other members become custom fields."""
        names = {part.name: part for part in known.parts}
        main = next((name for name in (known.value, *_VALUES) if not _is_empty(value.get(name))), known.value)
        label = next((name for name in _LABELS if not _is_empty(value.get(name)) and name != main), known.label)
        aliases = {main: known.value, label: known.label} if known.is_pair else {label: known.label}
        parts: dict[str, str] = {}
        for name, member in value.items():
            part = names.get(aliases.get(name, name))
            if _is_empty(member) or name in _BESIDE or (part and part.is_derived):
                continue
            if part is None:
                self.add_custom(f"{known.name}.{name}", member)
            elif text := _text(member):
                parts[part.name] = text
            else:
                self.reject(f"{known.name}.{name}", member, "wrong_form")
        return parts

    def _checked(self, known: ContactField, text: str) -> Iterator[tuple[str, str]]:
        """The fields and values that a text of a list becomes; none if it is not of the list's form."""
        check = _CHECKS.get(known.name)
        if self.is_export or check is None:
            if known.name == "urls" and not _is_safe(text):
                self.reject(known.name, text, "not_a_link")
            else:
                yield known.name, text
            return
        found, code = check(text)
        yield from found
        if code:
            self.reject(known.name, text, code)

    def _read_custom(self, value: Mapping[str, Json]) -> None:
        name, member = _text(value.get("name") or value.get("label")), value.get("value")
        kind = value.get("type")
        kind = kind if isinstance(kind, str) and kind in _CUSTOM_TYPES else None
        if _is_empty(member):
            self.problems.append(Problem("custom_fields", name[:LONGEST_SHOWN], "no_value"))
            return
        try:
            parse_value(member, kind)
        except ValueError as error:
            self.problems.append(Problem(name or "custom_fields", written(member)[:LONGEST_SHOWN], str(error)))
            kind = None
        self.add_custom(name, member, kind)


# ── texts


def _is_safe(link: str) -> bool:
    return not link.strip().lower().startswith(_UNSAFE_SCHEMES)


def _number(value: Json) -> int:
    """A part of a date; 0 for none. Raises NotADate."""
    if _is_empty(value):
        return 0
    text = _text(value)
    if not (text.isascii() and text.isdecimal() and len(text) <= len("2026")):
        raise NotADate("not_a_date")
    return int(text)


def _value(value: Json, kind: str | None) -> tuple[str, str]:
    """The text and the type of a custom field; a value of another form is the text of its JSON."""
    try:
        return parse_value(value, kind)
    except ValueError:
        return written(value), TEXT


_Checked = tuple[Sequence[tuple[str, str]], str]  # fields and their values, and the code of what is wrong


def _emails(text: str) -> _Checked:
    if email_identity({"value": text}):
        return [("emails", text)], ""
    addresses, words = parse_email_field(text)
    code = "text_beside_email" if words else ""
    return [("emails", each) for each in addresses], code if addresses else "not_an_email"


def _phones(text: str) -> _Checked:
    return ([("phones", text)], "") if any(map(str.isdigit, text)) else ([], "not_a_phone_number")


def _urls(text: str) -> _Checked:
    if link := web_link(text):
        return [("urls", link)], ""
    return ([("ims", text)], "") if messenger_of(text) else ([], "not_a_link")


def _events(text: str) -> _Checked:
    return ([("events", text)], "") if may_be_day(text) else ([], "not_a_day")


_CHECKS: Mapping[str, Callable[[str], _Checked]] = {
    "emails": _emails,
    "phones": _phones,
    "urls": _urls,
    "events": _events,
}
_CUSTOM_TYPES = {choice for part in FIELDS["custom_fields"].parts for choice in part.choices}
