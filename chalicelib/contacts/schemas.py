"""The JSON Schema of a contact in responses. Imported only to describe the API."""

from chalicelib.contacts.contact_field import ContactField, Holds, Kind, Part
from chalicelib.contacts.contact_fields import FIELDS, LISTS, SINGLE
from chalicelib.foundation.schema import (
    INSTANT,
    TEXT,
    TEXT_OR_NULL,
    Schema,
    enum_of,
    list_of,
    named,
    partial_object,
)

_BIRTHDAY = named("Birthday", partial_object({name: {"type": "integer"} for name in ("year", "month", "day")}))


def _shape(field: ContactField) -> Schema:
    match field.kind:
        case Kind.OBJECTS:
            always = [part.name for part in field.parts if (part.is_content and field.is_pair) or part.choices]
            parts = partial_object({part.name: _part(part) for part in field.parts}, tuple(always))
            return list_of(named("Contact" + "".join(map(str.capitalize, field.singular.split("_"))), parts))
        case Kind.LINES:
            return list_of(TEXT)
        case Kind.DAY:
            return {"anyOf": [_BIRTHDAY, {"type": "null"}]}
    return TEXT


def _part(part: Part) -> Schema:
    if part.choices:
        return enum_of(*part.choices)
    if part.holds is Holds.TYPED:
        return {**TEXT, "description": "As written; numbers and dates are text, with all digits."}
    return TEXT


CONTACT: dict[str, Schema] = {
    "contact_id": TEXT,
    **{name: _shape(FIELDS[name]) for name in (*SINGLE, *LISTS)},
    "possible_duplicates": list_of(TEXT),
    "external_source": {**TEXT_OR_NULL, "description": "The tracking key of the bulk run that created it."},
    "created_at": INSTANT,
    "updated_at": INSTANT,
}
