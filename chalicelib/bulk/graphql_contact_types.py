"""The GraphQL input and output types of a contact, built from the table of fields."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chalicelib.bulk.contact_input import input_name, input_parts
from chalicelib.bulk.submitted_contact import EXTERNAL_ID
from chalicelib.contacts.contact_field import ContactField, Kind, Part
from chalicelib.contacts.contact_fields import TABLE
from chalicelib.foundation.graphql_names import to_camel

_DAY = ("year: Int", "month: Int", "day: Int")
_LISTS = [field for field in TABLE if field.kind is Kind.OBJECTS]
_DAYS = [field.name for field in TABLE if field.kind is Kind.DAY]
_NO_DAY = dict.fromkeys(("year", "month", "day"))
_IDS = ("contactId: ID!",)
_RECORD_FIELDS = ("possibleDuplicates: [ID!]!", "externalSource: String", "createdAt: String!", "updatedAt: String!")


def contact_type_definitions() -> str:
    """The types in GraphQL's schema language."""
    return "\n".join((*_input_types(), *_output_types(), *_enums()))


def with_nulls(contact: Mapping[str, Any]) -> dict[str, Any]:
    """A contact as REST returns it, with null for each absent part of a value."""
    lists = {
        field.name: [{part.name: value.get(part.name) for part in field.parts} for value in contact[field.name]]
        for field in _LISTS
    }
    days = {name: {**_NO_DAY, **contact[name]} for name in _DAYS if contact[name]}
    return {**contact, **lists, **days}


def _input_types() -> Iterator[str]:
    fields = (f"{to_camel(field.name)}: {_type(field, 'Input')}" for field in TABLE)
    yield _block(
        "Requires a name, an email or a phone number. The externalId is the client's own id of the contact.",
        "input InputCreateContact",
        (f"{to_camel(EXTERNAL_ID)}: ID", *fields),
    )
    for field in _LISTS:
        yield _block(field.description, f"input {input_name(field)}", _parts(field, input_parts(field)))
    yield _block("A month and day with or without a year, or only a year.", "input InputBirthday", _DAY)


def _output_types() -> Iterator[str]:
    fields = (f"{to_camel(field.name)}: {_type(field)}{'' if field.kind is Kind.DAY else '!'}" for field in TABLE)
    yield _block("A contact. Absent texts are empty.", "type Contact", (*_IDS, *fields, *_RECORD_FIELDS))
    for field in _LISTS:
        yield _block(field.description, f"type {type_name(field)}", _parts(field, field.parts, is_output=True))
    yield _block("", "type Birthday", _DAY)


def _enums() -> Iterator[str]:
    for field in _LISTS:
        for part in field.parts:
            if part.choices:
                yield _block("The type of the value. Default: the first.", f"enum {_enum(field, part)}", part.choices)


def type_name(field: ContactField) -> str:
    """The name of the output type of one value of a list, such as CustomField."""
    return input_name(field).removeprefix("Input")


def _enum(field: ContactField, part: Part) -> str:
    return f"{type_name(field)}{part.name.capitalize()}"


def _type(field: ContactField, prefix: str = "") -> str:
    """The type of a field; `prefix` is put before names of object types."""
    match field.kind:
        case Kind.OBJECTS:
            return f"[{prefix}{type_name(field)}!]"
        case Kind.LINES:
            return "[String!]"
        case Kind.DAY:
            return f"{prefix}Birthday"
    return "String"


def _parts(field: ContactField, parts: Iterable[Part], *, is_output: bool = False) -> Iterator[str]:
    for part in parts:
        type_ = _enum(field, part) if part.choices else "String"
        is_required = (part.is_content and field.is_pair) or (is_output and part.choices)
        yield f"{to_camel(part.name)}: {type_}{'!' if is_required else ''}"


def _block(about: str, opening: str, lines: Iterable[str]) -> str:
    described = f'"{about}"\n' if about else ""
    return f"{described}{opening} {{\n" + "".join(f"  {line}\n" for line in lines) + "}\n"
