"""The values of a contact's fields as people read them."""

from collections.abc import Mapping
from typing import Any

from chalicelib.contacts.contact_field import Kind
from chalicelib.contacts.contact_fields import FIELDS

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def text_of(field: str, value: Any) -> str:
    """One value as a person reads it."""
    match FIELDS[field].kind:
        case Kind.OBJECTS:
            return "\n".join(
                value[part.name] for part in FIELDS[field].parts if part.is_content and value.get(part.name)
            )
        case Kind.DAY:
            return birthday_text(value)
    return str(value)


def birthday_text(birthday: Mapping[str, int]) -> str:
    """ "April 12, 1970", or the parts that are known."""
    month = birthday.get("month", 0)
    name = _MONTHS[month - 1] if 0 < month <= len(_MONTHS) else None
    day = " ".join(str(part) for part in (name, birthday.get("day")) if part)
    return ", ".join(str(part) for part in (day, birthday.get("year")) if part)
