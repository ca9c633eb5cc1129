"""The request bodies of a new contact and of an edit, whose values `edit_request` validates. Imported when needed."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, create_model

from chalicelib.contacts.contact_field import ContactField, Holds, Kind, Part
from chalicelib.contacts.contact_fields import EDITABLE, FIELDS


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class ContactEnrichmentBody(_Body):
    """Whether vendors may be asked about a contact."""

    has_opted_out: bool = Field(description="Whether none may be asked, not even one that works offline.")


class BirthdayBody(_Body):
    """A whole date, a day without a year, or a year alone."""

    year: int | None = None
    month: int | None = None
    day: int | None = None


class _EditContact(_Body):
    """The new values of some fields. Other fields stay as they are; null resets a field to the values of the sources.

    An empty text clears a field. Lists are sent in full: a value that is left out is hidden, whatever the sources have.
    """

    version: int | None = Field(
        default=None, ge=1, description="The version you edited. The request fails if the contact has another one."
    )


class _NewContact(_Body):
    """The values of some fields, at least one. Null means the same as leaving a field out."""


_TYPED = Annotated[Any, WithJsonSchema({"type": ["string", "number"]})]


def _about(part: Part) -> str | None:
    if part.is_derived:
        return "Derived from the value. It may be sent, but is ignored."
    if part.choices:
        return f"One of {', '.join(part.choices)}. Default: {part.choices[0]}, or number for a JSON number."
    if part.holds is Holds.TYPED:
        return "Text or a number, whose digits are kept as sent. A date is text, YYYY-MM-DD, with its type."
    return None


def _model(field: ContactField) -> type[BaseModel]:
    """The body of one value of a list."""
    fields: dict[str, Any] = {}
    for part in field.parts:
        is_needed = part.is_content and field.is_pair
        type_: Any = _TYPED if part.holds is Holds.TYPED else str
        about = Field(description=_about(part)) if is_needed else Field(default=None, description=_about(part))
        fields[part.name] = (type_ if is_needed else type_ | None, about)
    name = "".join(word.capitalize() for word in field.singular.split("_"))
    return create_model(f"{name}Body", __base__=_Body, **fields)


def _type(field: ContactField) -> Any:
    match field.kind:
        case Kind.OBJECTS:
            return list[_model(field)]  # type: ignore[misc] # made of the table
        case Kind.LINES:
            return list[str]
        case Kind.DAY:
            return BirthdayBody
    return str


def _with_fields(name: str, base: type[_Body]) -> type[BaseModel]:
    """A body with every editable field."""
    fields: dict[str, Any] = {
        name: (_type(FIELDS[name]) | None, Field(default=None, description=FIELDS[name].description or None))
        for name in EDITABLE
    }
    return create_model(name, __base__=base, __doc__=base.__doc__, **fields)


EditContactBody = _with_fields("EditContactBody", _EditContact)
NewContactBody = _with_fields("NewContactBody", _NewContact)
