"""The GraphQL types of a contact, made of the table of members: what a client may send, and what we answer."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chalicelib.bulk.contact_input import input_name, input_parts
from chalicelib.contacts.contact_field import ContactField, Kind, Part
from chalicelib.contacts.contact_fields import TABLE
from chalicelib.foundation.graphql_names import to_camel

_DAY = ("year: Int", "month: Int", "day: Int")
_LISTS = [member for member in TABLE if member.kind is Kind.OBJECTS]
_DAYS = [member.name for member in TABLE if member.kind is Kind.DAY]
_NO_DAY = dict.fromkeys(("year", "month", "day"))
_IDS = ("contactId: ID!",)
_BESIDE = ("possibleDuplicates: [ID!]!", "externalSource: String", "createdAt: String!", "updatedAt: String!")


def contact_type_definitions() -> str:
    """In GraphQL's schema language."""
    return "\n".join((*_inputs(), *_answers(), *_choices()))


def with_nulls(contact: Mapping[str, Any]) -> dict[str, Any]:
    """A contact as the routes answer it, with null for each part of a value that is not there."""
    lists = {
        member.name: [{part.name: value.get(part.name) for part in member.parts} for value in contact[member.name]]
        for member in _LISTS
    }
    days = {name: {**_NO_DAY, **contact[name]} for name in _DAYS if contact[name]}
    return {**contact, **lists, **days}


def _inputs() -> Iterator[str]:
    members = (f"{to_camel(member.name)}: {_type(member, 'Input')}" for member in TABLE)
    yield _block("Say a name, an address or a number at least.", "input InputCreateContact", members)
    for member in _LISTS:
        yield _block(member.description, f"input {input_name(member)}", _parts(member, input_parts(member)))
    yield _block("A day, with or without its year; or a year alone.", "input InputBirthday", _DAY)


def _answers() -> Iterator[str]:
    members = (f"{to_camel(member.name)}: {_type(member)}{'' if member.kind is Kind.DAY else '!'}" for member in TABLE)
    yield _block("A contact; a text is empty where nothing is said.", "type Contact", (*_IDS, *members, *_BESIDE))
    for member in _LISTS:
        yield _block(member.description, f"type {type_name(member)}", _parts(member, member.parts, answered=True))
    yield _block("", "type Birthday", _DAY)


def _choices() -> Iterator[str]:
    for member in _LISTS:
        for part in member.parts:
            if part.choices:
                yield _block("Of the value. If left out: the first.", f"enum {_enum(member, part)}", part.choices)


def type_name(member: ContactField) -> str:
    """What one value of a list is called in an answer: CustomField."""
    return input_name(member).removeprefix("Input")


def _enum(member: ContactField, part: Part) -> str:
    return f"{type_name(member)}{part.name.capitalize()}"


def _type(member: ContactField, before: str = "") -> str:
    """Of a member; `before` the names of types."""
    match member.kind:
        case Kind.OBJECTS:
            return f"[{before}{type_name(member)}!]"
        case Kind.LINES:
            return "[String!]"
        case Kind.DAY:
            return f"{before}Birthday"
    return "String"


def _parts(member: ContactField, parts: Iterable[Part], *, answered: bool = False) -> Iterator[str]:
    for part in parts:
        type_ = _enum(member, part) if part.choices else "String"
        is_there = (part.is_content and member.is_pair) or (answered and part.choices)
        yield f"{to_camel(part.name)}: {type_}{'!' if is_there else ''}"


def _block(about: str, opening: str, lines: Iterable[str]) -> str:
    described = f'"{about}"\n' if about else ""
    return f"{described}{opening} {{\n" + "".join(f"  {line}\n" for line in lines) + "}\n"
