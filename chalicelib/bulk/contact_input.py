"""The contacts that a client may send to bulk create, as types made of the table of members.

They describe the API and check requests alike. `check_contacts` checks a whole list.
"""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    FailFast,
    Field,
    ValidationInfo,
    WithJsonSchema,
    create_model,
)
from pydantic_core import PydanticCustomError

from chalicelib.contacts.cleaning import SURROGATES
from chalicelib.contacts.contact_field import ContactField, Holds, Kind, Part
from chalicelib.contacts.contact_fields import LONGEST_CUSTOM_VALUE, TABLE
from chalicelib.contacts.custom_values import same_name, typed
from chalicelib.contacts.dates import YEARS, is_day, may_be_day
from chalicelib.contacts.identities import email_identity
from chalicelib.contacts.web_links import web_link

_NONE: Any = ()  # the default of a list, never read; an empty list would be copied for each contact


def _email(value: str) -> str:
    if email_identity({"value": value}) is None:
        raise ValueError("not_an_email")
    return value


def _phone(value: str) -> str:
    if not any(map(str.isdigit, value)):
        raise ValueError("not_a_phone")
    return value


def _link(value: str) -> str:
    scheme, _, rest = value.lower().partition("://")
    if scheme not in ("https", "http") or rest[:1] in ("", "/", "?", "#") or not value.isprintable() or " " in value:
        raise ValueError("not_a_link")
    return value


def _site(value: str) -> str:
    return value if web_link(value) else _link(value)


def _day(value: "InputBirthday") -> "InputBirthday":
    if value == InputBirthday() or is_day(value.year, value.month, value.day):
        return value
    raise ValueError("not_a_date")


def _written_day(value: str) -> str:
    if not may_be_day(value):
        raise ValueError("not_a_date")
    return value


def _custom_value(value: Any, info: ValidationInfo) -> Any:
    """A text, a number or a date, as the type says that was sent before it."""
    if value == "":
        raise PydanticCustomError("string_too_short", "empty")
    if isinstance(value, str) and len(value) > LONGEST_CUSTOM_VALUE:
        raise PydanticCustomError("string_too_long", "too long")
    if isinstance(value, str) and not value.isascii() and SURROGATES.search(value):
        raise PydanticCustomError("string_unicode", "half of a character")
    typed(value, info.data.get("type") or None)
    return value


def _names_once(values: Any) -> Any:
    """Custom fields, none with the name of another."""
    names: set[str] = set()
    for place, value in enumerate(values):
        name = same_name(value.name)
        if name and name in names:
            raise PydanticCustomError("name_twice", "twice", {"at": f"{place}.name"})
        names.add(name)
    return values


def _undefaulted(schema: dict[str, Any]) -> None:
    """The defaults mark absent members, as null does; they are not part of the API."""
    for name, member in schema["properties"].items():
        member.pop("title", None)
        if "default" in member:
            del member["default"]
            schema["properties"][name] = {"anyOf": [member, {"type": "null"}]}


class _Input(BaseModel):
    """A member with a default may be absent or null, which means the same."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra=_undefaulted)


class InputBirthday(_Input):
    """A day, with or without its year; or a year alone."""

    model_config = ConfigDict(frozen=True)  # as a default it need not be copied

    year: Annotated[int, Field(ge=YEARS.start, lt=YEARS.stop)] = 0
    month: Annotated[int, Field(ge=1, le=12)] = 0
    day: Annotated[int, Field(ge=1, le=31)] = 0


_CHECKS: Mapping[Holds, Any] = {
    Holds.EMAIL: AfterValidator(_email),
    Holds.PHONE: AfterValidator(_phone),
    Holds.SITE: AfterValidator(_site),
    Holds.WHEN: AfterValidator(_written_day),
}
_UNSAID_IF_EMPTY = {Holds.TEXT, Holds.WHEN}  # other values that are empty are refused by their check


def _text(longest: int, *more: Any, shortest: int | None = None) -> Any:
    return Annotated[str, Field(max_length=longest, min_length=shortest), *more]


def _part(member: ContactField, part: Part) -> tuple[Any, Any]:
    """The type of a part, and its default."""
    if part.holds is Holds.TYPED:
        shape = WithJsonSchema({"type": ["string", "number"], "minLength": 1, "maxLength": part.longest})
        return Annotated[Any, shape, AfterValidator(_custom_value)], ...
    if part.choices:
        return Literal[part.choices], ""
    longest = (part.is_content and member.bulk.longest) or part.longest
    checks = [_CHECKS[part.holds]] if part.holds in _CHECKS else []
    if part.is_content and member.is_pair:
        return _text(longest, *checks, shortest=1 if part.holds in _UNSAID_IF_EMPTY else None), ...
    return _text(longest, *checks), ""


def input_name(member: ContactField) -> str:
    """What the type of one value of a list is called: InputCustomField."""
    return "Input" + "".join(word.capitalize() for word in member.singular.split("_"))


def input_parts(member: ContactField) -> list[Part]:
    """What a client may say of one value; a choice first, since other parts are checked by it."""
    return sorted((part for part in member.parts if not part.is_derived), key=lambda part: not part.choices)


def _model(member: ContactField) -> type[BaseModel]:
    fields: dict[str, Any] = {part.name: _part(member, part) for part in input_parts(member)}
    return create_model(input_name(member), __base__=_Input, __doc__=member.description or None, **fields)


def _member(member: ContactField) -> tuple[Any, Any]:
    """The type of a member, and its default."""
    bulk, most = member.bulk, Field(max_length=member.bulk.most)
    match member.kind:
        case Kind.OBJECTS:
            once = [AfterValidator(_names_once)] if member.parts[0].holds is Holds.TYPED else []
            return Annotated[list[_model(member)], most, *once], _NONE  # type: ignore[misc] # made of the table
        case Kind.LINES:
            return Annotated[list[_text(bulk.longest or member.longest)], most], _NONE  # type: ignore[misc] # made of the table
        case Kind.DAY:
            return Annotated[InputBirthday, AfterValidator(_day)], InputBirthday()
        case Kind.LINK:
            return _text(bulk.longest or member.longest, AfterValidator(_link)), ""
    return _text(bulk.longest or member.longest), ""


_MEMBERS: dict[str, Any] = {member.name: _member(member) for member in TABLE}
InputCreateContact = create_model(
    "InputCreateContact",
    __base__=_Input,
    __doc__="A contact to be created. Leave out what there is nothing to say of.",
    **_MEMBERS,
)
KNOWN_MEMBERS = frozenset(name for model in _Input.__subclasses__() for name in model.model_fields)


@cache
def fail_fast_model() -> type[BaseModel]:
    """The same checks, but each list stops at its first invalid value."""
    members: dict[str, Any] = {
        name: (Annotated[type_.__origin__, FailFast(), *type_.__metadata__], _NONE)
        for name, (type_, default) in _MEMBERS.items()
        if default is _NONE
    }
    return create_model("_Hurried", __base__=InputCreateContact, **members)
