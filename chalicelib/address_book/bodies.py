"""What people send to edit a contact. Loaded only when one is read or described; `wanted` checks what it says."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, create_model

from chalicelib.contacts.contact_field import ContactField, Holds, Kind, Part
from chalicelib.contacts.contact_fields import EDITABLE, FIELDS


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class BirthdayBody(_Body):
    year: int | None = None
    month: int | None = None
    day: int | None = None


class _EditContact(_Body):
    """Members the contact should show; those left out stay as they are, null is again what the sources say.

    An empty text says that there is none. A list is said whole: a value of a source that is left out is hidden.
    """

    version: int | None = Field(default=None, ge=1, description="As you saw it; refused where it has another one now.")


_TYPED = Annotated[Any, WithJsonSchema({"type": ["string", "number"]})]


def _part_type(part: Part) -> Any:
    return _TYPED if part.holds is Holds.TYPED else str


def _about(part: Part) -> str | None:
    if part.is_derived:
        return "May be sent back; it is read again from the value."
    if part.choices:
        return f"One of {', '.join(part.choices)}; if left out, {part.choices[0]}, or number for a JSON number."
    if part.holds is Holds.TYPED:
        return "A text, or a number with the digits it is kept with. A date is a text, YYYY-MM-DD, with its type."
    return None


def _model(field: ContactField) -> type[BaseModel]:
    """One value of a list."""
    fields: dict[str, Any] = {}
    for part in field.parts:
        is_needed = part.is_content and field.is_pair
        type_ = _part_type(part)
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


def _edit_contact() -> type[BaseModel]:
    fields: dict[str, Any] = {
        name: (_type(FIELDS[name]) | None, Field(default=None, description=FIELDS[name].description or None))
        for name in EDITABLE
    }
    return create_model("EditContactBody", __base__=_EditContact, __doc__=_EditContact.__doc__, **fields)


EditContactBody = _edit_contact()
