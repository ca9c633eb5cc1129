"""The contacts that a client may send to bulk create, as types.

They describe the API and check requests alike. A contact has the members of `contacts.contact.Said`.
`check_contacts` checks a whole list.
"""

from functools import cache
from typing import Annotated, Any, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, FailFast, Field, create_model

from chalicelib.contacts.days import YEARS, is_day, may_be_day
from chalicelib.contacts.identities import LONGEST_EMAIL, LONGEST_PHONE, email_identity
from chalicelib.contacts.links import LONGEST_LINK, web_link
from chalicelib.contacts.members import LONGEST_FIELD_NAME, MOST_CUSTOM_FIELDS

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


Line = Annotated[str, Field(max_length=1_000)]
Label = Annotated[str, Field(max_length=100)]
Text = Annotated[str, Field(max_length=10_000)]
Link = Annotated[str, Field(max_length=LONGEST_LINK), AfterValidator(_link)]
Site = Annotated[str, Field(max_length=LONGEST_LINK), AfterValidator(_site)]


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


class InputEmail(_Input):
    value: Annotated[str, Field(max_length=LONGEST_EMAIL), AfterValidator(_email)]
    label: Label = ""


class InputPhone(_Input):
    raw: Annotated[str, Field(max_length=LONGEST_PHONE), AfterValidator(_phone)]
    label: Label = ""


class InputAddress(_Input):
    po_box: Line = ""
    extended: Line = ""
    street: Line = ""
    city: Line = ""
    region: Line = ""
    postal_code: Line = ""
    country: Line = ""
    label: Label = ""


class InputBirthday(_Input):
    """A day, with or without its year; or a year alone."""

    model_config = ConfigDict(frozen=True)  # as a default it need not be copied

    year: Annotated[int, Field(ge=YEARS.start, lt=YEARS.stop)] = 0
    month: Annotated[int, Field(ge=1, le=12)] = 0
    day: Annotated[int, Field(ge=1, le=31)] = 0


class InputUrl(_Input):
    """A web address; https:// is added if the scheme is missing."""

    value: Site
    label: Label = ""


class InputEvent(_Input):
    """A date such as 2009-06-20, or --06-20 without a year, or a text."""

    value: Annotated[Line, Field(min_length=1), AfterValidator(_written_day)]
    label: Label = ""


class InputRelation(_Input):
    """The name of another person, with a label such as spouse or child."""

    value: Annotated[Line, Field(min_length=1)]
    label: Label = ""


class InputIm(_Input):
    """A handle, with its service as the label."""

    value: Annotated[Line, Field(min_length=1)]
    label: Label = ""


class InputCustomField(_Input):
    """Any other value, under a name."""

    name: Annotated[str, Field(max_length=LONGEST_FIELD_NAME)] = ""
    value: Annotated[Text, Field(min_length=1)]


class InputCreateContact(_Input):
    """A contact to be created. Leave out what there is nothing to say of."""

    prefix: Line = ""
    given: Line = ""
    middle: Line = ""
    family: Line = ""
    suffix: Line = ""
    display: Line = ""
    phonetic_given: Line = ""
    phonetic_middle: Line = ""
    phonetic_family: Line = ""
    file_as: Line = ""
    nickname: Line = ""
    organisation: Line = ""
    phonetic_organisation: Line = ""
    department: Line = ""
    title: Line = ""
    notes: Text = ""
    photo_url: Link = ""
    birthday: Annotated[InputBirthday, AfterValidator(_day)] = InputBirthday()
    emails: Annotated[list[InputEmail], Field(max_length=50)] = _NONE
    phones: Annotated[list[InputPhone], Field(max_length=50)] = _NONE
    addresses: Annotated[list[InputAddress], Field(max_length=20)] = _NONE
    urls: Annotated[list[InputUrl], Field(max_length=50)] = _NONE
    events: Annotated[list[InputEvent], Field(max_length=50)] = _NONE
    relations: Annotated[list[InputRelation], Field(max_length=50)] = _NONE
    ims: Annotated[list[InputIm], Field(max_length=50)] = _NONE
    custom_fields: Annotated[list[InputCustomField], Field(max_length=MOST_CUSTOM_FIELDS)] = _NONE
    groups: Annotated[list[Label], Field(max_length=100)] = _NONE


KNOWN_MEMBERS = frozenset(name for model in _Input.__subclasses__() for name in model.model_fields)


@cache
def hurried() -> type[InputCreateContact]:
    """The same checks, but each list stops at its first invalid value."""
    fields = InputCreateContact.model_fields
    lists = {name: field for name, field in fields.items() if get_origin(field.annotation) is list}
    members: dict[str, Any] = {
        name: (Annotated[field.annotation, *field.metadata, FailFast()], _NONE) for name, field in lists.items()
    }
    return create_model("_Hurried", __base__=InputCreateContact, **members)
