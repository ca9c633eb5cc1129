"""The Pydantic models of the contacts that bulk create accepts, built from the table of fields.

They validate requests and describe the API. `check_contacts` validates a whole list.
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

from chalicelib.bulk.submitted_contact import EXTERNAL_ID
from chalicelib.contacts.cleaning import SURROGATES
from chalicelib.contacts.contact_field import ContactField, Holds, Kind, Part
from chalicelib.contacts.contact_fields import LONGEST_CUSTOM_VALUE, TABLE
from chalicelib.contacts.custom_values import parse_value, same_name
from chalicelib.contacts.dates import YEARS, is_day, may_be_day
from chalicelib.contacts.external_ids import LONGEST_EXTERNAL_ID
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
    """Validates text, a number or a date, by the field `type`, which is validated before it."""
    if value == "":
        raise PydanticCustomError("string_too_short", "empty")
    if isinstance(value, str) and len(value) > LONGEST_CUSTOM_VALUE:
        raise PydanticCustomError("string_too_long", "too long")
    if isinstance(value, str) and not value.isascii() and SURROGATES.search(value):
        raise PydanticCustomError("string_unicode", "unpaired surrogate")
    parse_value(value, info.data.get("type") or None)
    return value


def _unique_names(values: Any) -> Any:
    """Validates that the names of custom fields are unique."""
    names: set[str] = set()
    for index, value in enumerate(values):
        name = same_name(value.name)
        if name and name in names:
            raise PydanticCustomError("name_twice", "twice", {"at": f"{index}.name"})
        names.add(name)
    return values


def _external_id(value: str) -> str:
    if not value.isprintable():
        raise ValueError("not_printable")
    return value


def _without_defaults(schema: dict[str, Any]) -> None:
    """Removes defaults from the JSON Schema: they represent absent fields, as null does."""
    for name, field in schema["properties"].items():
        field.pop("title", None)
        if "default" in field:
            del field["default"]
            schema["properties"][name] = {"anyOf": [field, {"type": "null"}]}


class _Input(BaseModel):
    """A field with a default may be absent or null, with the same meaning."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra=_without_defaults)


class InputBirthday(_Input):
    """A month and day with or without a year, or only a year."""

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
_NEEDS_MIN_LENGTH = {Holds.TEXT, Holds.WHEN}  # validators of other kinds refuse empty values themselves


def _text(longest: int, *more: Any, shortest: int | None = None) -> Any:
    return Annotated[str, Field(max_length=longest, min_length=shortest), *more]


def _part(field: ContactField, part: Part) -> tuple[Any, Any]:
    """The type and default of a part of a value."""
    if part.holds is Holds.TYPED:
        shape = WithJsonSchema({"type": ["string", "number"], "minLength": 1, "maxLength": part.longest})
        return Annotated[Any, shape, AfterValidator(_custom_value)], ...
    if part.choices:
        return Literal[part.choices], ""
    longest = (part.is_content and field.bulk.longest) or part.longest
    checks = [_CHECKS[part.holds]] if part.holds in _CHECKS else []
    if part.is_content and field.is_pair:
        return _text(longest, *checks, shortest=1 if part.holds in _NEEDS_MIN_LENGTH else None), ...
    return _text(longest, *checks), ""


def input_name(field: ContactField) -> str:
    """The name of the type of one value of a list, such as InputCustomField."""
    return "Input" + "".join(word.capitalize() for word in field.singular.split("_"))


def input_parts(field: ContactField) -> list[Part]:
    """The parts that a client may send; choices first, because validators of other parts read them."""
    return sorted((part for part in field.parts if not part.is_derived), key=lambda part: not part.choices)


def _model(field: ContactField) -> type[BaseModel]:
    fields: dict[str, Any] = {part.name: _part(field, part) for part in input_parts(field)}
    return create_model(input_name(field), __base__=_Input, __doc__=field.description or None, **fields)


def _field(field: ContactField) -> tuple[Any, Any]:
    """The type and default of a field."""
    bulk, most = field.bulk, Field(max_length=field.bulk.most)
    match field.kind:
        case Kind.OBJECTS:
            once = [AfterValidator(_unique_names)] if field.parts[0].holds is Holds.TYPED else []
            return Annotated[list[_model(field)], most, *once], _NONE  # type: ignore[misc] # built from the table
        case Kind.LINES:
            return Annotated[list[_text(bulk.longest or field.longest)], most], _NONE  # type: ignore[misc] # built from the table
        case Kind.DAY:
            return Annotated[InputBirthday, AfterValidator(_day)], InputBirthday()
        case Kind.LINK:
            return _text(bulk.longest or field.longest, AfterValidator(_link)), ""
    return _text(bulk.longest or field.longest), ""


_FIELDS: dict[str, Any] = {field.name: _field(field) for field in TABLE}
_WITH_ID: dict[str, Any] = {
    EXTERNAL_ID: (
        Annotated[str, AfterValidator(_external_id)],
        Field(
            default="",
            min_length=1,
            max_length=LONGEST_EXTERNAL_ID,
            description=(
                "The client's own id of the contact. Sent again by the same client, it finds the contact before the "
                "email does, whatever that is by now. `client_source` tells the person's own apps apart."
            ),
            examples=["crm-4711"],
        ),
    ),
    **_FIELDS,
}
InputCreateContact = create_model(
    "InputCreateContact",
    __base__=_Input,
    __doc__="A contact to create. Leave out fields without a value.",
    **_WITH_ID,
)
KNOWN_FIELDS = frozenset(name for model in _Input.__subclasses__() for name in model.model_fields)


@cache
def fail_fast_model() -> type[BaseModel]:
    """A copy of the model, except that validation of each list stops at its first invalid value."""
    fields: dict[str, Any] = {
        name: (Annotated[type_.__origin__, FailFast(), *type_.__metadata__], _NONE)
        for name, (type_, default) in _FIELDS.items()
        if default is _NONE
    }
    return create_model("_FailFast", __base__=InputCreateContact, **fields)
