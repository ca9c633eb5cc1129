"""Validates and cleans an edit of a contact; errors name the field that is invalid.

A value that the contact already shows is never refused, however long a source made it, because a form sends everything
back.
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

from chalicelib.contacts.cleaning import SURROGATES, clean_text
from chalicelib.contacts.contact_field import ContactField, Holds, Kind, Part
from chalicelib.contacts.contact_fields import EDITABLE, FIELDS, LONGEST_LABEL
from chalicelib.contacts.custom_values import MESSAGES, parse_value, same_name
from chalicelib.contacts.dates import is_day, may_be_day
from chalicelib.contacts.parse_email_field import parse_email_field
from chalicelib.contacts.source_record import ContactFields
from chalicelib.contacts.web_links import web_link
from chalicelib.foundation.errors import InvalidInput

Edit = Mapping[str, Any]  # some of `ContactFields`, lists in full; None resets a field to what the sources have


def validate_edit(edit: Edit, shown: ContactFields) -> Edit:
    """The edit with each field in its shape, cleaned, and without empty values in lists.

    Args:
        shown: the contact before the edit.

    Raises:
        InvalidInput: a field is unknown, has the wrong type or is too long. Names the field and what is allowed.
    """
    return {
        field: None if value is None else _validator_of(field)(field, value, cast(Mapping[str, Any], shown).get(field))
        for field, value in edit.items()
    }


def _validator_of(field: str) -> Callable[[str, Any, Any], Any]:
    if field not in EDITABLE:
        raise InvalidInput(f'Unknown field "{field[:100]}". Editable fields: {", ".join(EDITABLE)}.', field=field[:100])
    match FIELDS[field].kind:
        case Kind.OBJECTS | Kind.LINES:
            return _list
        case Kind.DAY:
            return _birthday
    return _text


def _text(field: str, value: Any, shown: str | None) -> str:
    text = _clean(field, value, multiline=FIELDS[field].kind is Kind.TEXT)
    _check_length(field, text, FIELDS[field].longest, (shown or "",))
    return text


def _list(field: str, values: Any, shown: list[Any] | None) -> list[Any]:
    if not isinstance(values, list):
        raise InvalidInput(f"{field} must be a list, or null to use the values from the sources.", field=field)
    known, most = shown or [], FIELDS[field].most
    if len(values) > max(most, len(known)):
        raise InvalidInput(f"{field} can have at most {most} values.", field=field)
    validate = _parts if FIELDS[field].kind is Kind.OBJECTS else _line
    cleaned: list[Any] = [validate(field, value, known, f"{field}.{index}") for index, value in enumerate(values)]
    if _holds(field) is Holds.EMAIL:
        cleaned = [email for value in cleaned for email in _split_emails(value, known)]
    if _holds(field) is Holds.TYPED:
        _check_unique_names(field, cleaned, known)
    return [value for value in cleaned if value]


def _holds(field: str) -> Holds | None:
    """The content of the main part of a list's values; None for values with several parts, or none."""
    return FIELDS[field].parts[0].holds if FIELDS[field].is_pair else None


def _check_unique_names(field: str, values: list[Any], known: list[Any]) -> None:
    """Each name may occur once, except among values the contact already has: two sources may use the same name."""
    names: dict[str, Any] = {}
    for index, value in enumerate(values):
        name = same_name(value.get("name", ""))
        other = names.setdefault(name, value)
        if name and other is not value and not (value in known and other in known):
            raise InvalidInput(
                f"Duplicate name in {field}. Names must be unique, ignoring case and spaces.",
                field=f"{field}.{index}.name",
            )


def _split_emails(email: dict[str, str], known: list[Any]) -> list[dict[str, str]]:
    """One value for each address in the text, as imports do; other text becomes the label of the first."""
    value = email.get("value", "")
    addresses, other_text = parse_email_field(value)
    if not addresses or (not other_text and addresses == [value]) or any(each["value"] == value for each in known):
        return [email]
    label = {"label": other_text[:LONGEST_LABEL]} if other_text else {}
    first, *more = addresses
    return [{**label, **email, "value": first}, *({**email, "value": address} for address in more)]


def _line(field: str, value: Any, known: list[Any], path: str) -> str:
    text = _clean(path, value)
    _check_length(path, text, FIELDS[field].longest, known)
    return text


def _parts(field: str, value: Any, known: list[Any], path: str) -> dict[str, str]:
    """The parts of one value; {} if it has no content."""
    if not isinstance(value, Mapping):
        raise InvalidInput(f"Each value of {field} must be an object.", field=path)
    contact_field = FIELDS[field]
    names = [part.name for part in contact_field.parts]
    unknown = next((name for name in value if name not in names), None)
    if unknown is not None:
        raise InvalidInput(
            f'Unknown field "{str(unknown)[:100]}" in {field}. Known fields: {", ".join(names)}.', field=path
        )
    if _holds(field) is Holds.TYPED:
        value = _with_type(contact_field, value, path)
    cleaned = {part.name: _part(part, value.get(part.name), known, path) for part in contact_field.parts}
    parts = {name: text for name, text in cleaned.items() if text}
    return parts if any(part.is_content and part.name in parts for part in contact_field.parts) else {}


def _with_type(field: ContactField, value: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """The value as text, with its type unless that is the default."""
    choices = next(part.choices for part in field.parts if part.choices)
    if value.get("type") not in (None, *choices):
        raise InvalidInput(f"{path}.type must be one of: {', '.join(choices)}.", field=f"{path}.type")
    if value.get("value") in (None, ""):
        return {**value, "type": None}
    try:
        text, kind = parse_value(value["value"], value.get("type"))
    except ValueError as error:
        raise InvalidInput(f"{path}.value: {MESSAGES[str(error)]}", field=f"{path}.value") from None
    return {**value, "value": text, "type": kind if kind != choices[0] else None}


def _part(part: Part, value: Any, known: list[Any], parent: str) -> str:
    path = f"{parent}.{part.name}"
    text = _clean(path, "" if value is None else value, multiline=part.is_multiline)
    shown = [each.get(part.name) for each in known]
    _check_length(path, text, part.longest, shown)
    return text if text in shown else _completed(part, text, path)


def _completed(part: Part, text: str, path: str) -> str:
    """A web address with its scheme, as imports complete it; anything else unchanged."""
    if part.holds is Holds.SITE:
        return web_link(text) or text
    if part.holds is Holds.WHEN and not may_be_day(text):
        raise InvalidInput(
            f"{path} is not a valid date. Use the form 2009-06-20, --06-20 without a year, or any text.", field=path
        )
    return text


def _birthday(field: str, value: Any, shown: Any) -> dict[str, int]:
    """An existing day, with or without a year; {} for none."""
    if not isinstance(value, Mapping):
        raise InvalidInput("birthday must be an object, or null to use the value from the sources.", field=field)
    parts = {part: number for part, number in value.items() if number is not None}
    unknown = next((part for part in parts if part not in ("year", "month", "day")), None)
    if unknown is not None:
        raise InvalidInput(
            f'Unknown field "{str(unknown)[:100]}" in birthday. Known fields: year, month, day.', field=field
        )
    wrong = next((part for part, number in parts.items() if type(number) is not int), None)
    if wrong is not None:
        raise InvalidInput(f"{field}.{wrong} must be a whole number.", field=f"{field}.{wrong}")
    if parts and parts != shown and not (all(parts.values()) and is_day(**parts)):
        raise InvalidInput("birthday must be a valid date: a day, a month and, optionally, a year.", field=field)
    return parts


def _clean(path: str, value: Any, *, multiline: bool = False) -> str:
    if not isinstance(value, str):
        raise InvalidInput(f"{path} must be text, or null to use the value from the sources.", field=path)
    if SURROGATES.search(value):
        raise InvalidInput(f"{path} contains an unpaired surrogate.", field=path)
    return clean_text(value, multiline=multiline)


def _check_length(path: str, text: str, longest: int, known: Any) -> None:
    if len(text) > longest and text not in known:
        raise InvalidInput(f"{path} can have at most {longest:,} characters; it has {len(text):,}.", field=path)
