"""Validates the contacts of a bulk create: the whole list before any is created, with every error reported.

Many clients send null for a field without a value. At any depth it means the same as leaving the field out.
"""

import operator
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, TypedDict, cast

from pydantic import BaseModel, ValidationError

from chalicelib.bulk.bulk_job import MOST_CONTACTS
from chalicelib.bulk.contact_input import KNOWN_FIELDS, InputCreateContact, fail_fast_model
from chalicelib.bulk.submitted_contact import EXTERNAL_ID, SubmittedContact
from chalicelib.contacts import custom_values
from chalicelib.contacts.cleaning import clean_fields_and_text
from chalicelib.contacts.contact_field import Holds
from chalicelib.contacts.contact_fields import PAIRS
from chalicelib.contacts.dates import YEARS
from chalicelib.contacts.source_record import ContactFields
from chalicelib.contacts.web_links import web_link
from chalicelib.foundation.errors import InvalidInput, TooLarge

LARGEST_CONTACT = 30_000  # bytes of JSON; with its keys at most twice that is stored, which fits one item
MOST_ERRORS_EACH = 10  # of one contact
MOST_FIELDS = 30  # fields of one object; no type has as many
MANY_ERRORS = 1_000  # beyond it only the first error of each contact is reported; every invalid contact is listed
_NOT_ENOUGH = {"groups", "photo_url"}  # a contact needs at least one other field
_OF_SITES = [field.name for field in PAIRS if field.parts[0].holds is Holds.SITE]
_TYPED = [field.name for field in PAIRS if field.parts[0].holds is Holds.TYPED]


class FieldError(TypedDict):
    """One error of a contact."""

    #: The path of the field, such as "emails.0.value"; "" for the whole contact.
    field: str
    #: For programs.
    code: str
    #: For people.
    message: str


class ContactError(FieldError):
    """One error of a list."""

    #: The contact's index in the list.
    index: int


class InvalidContacts(InvalidInput):
    """Some contacts of a list are invalid, so none was created."""

    slug, title = "invalid-contacts", "Some contacts are invalid"

    def __init__(self, errors: Sequence[ContactError], invalid: int, total: int) -> None:
        message = (
            f"{invalid} of {total} contacts are invalid; none was created. Fix or remove those listed in `errors`."
        )
        super().__init__(message, field="contacts", invalid_count=invalid, errors=list(errors))


_CODES = {
    "missing": "required",
    "extra_forbidden": "unknown_field",
    "string_too_long": "too_long",
    "string_too_short": "required",
    "too_long": "too_many",
    "string_unicode": "not_text",
    "name_twice": "duplicate_name",
    "literal_error": "unknown_type",
    **dict.fromkeys(("greater_than_equal", "less_than", "less_than_equal"), "not_a_date"),
}
_TYPES = {
    "string_type": "text",
    "int_type": "a whole number",
    "list_type": "a list",
    "model_type": "an object",
    "model_attributes_type": "an object",
}
_MESSAGES = {
    "required": "This field is missing or empty. Fill it in, or leave out the value that it is part of.",
    "unknown_field": "Unknown field. Leave it out, or move its value to custom_fields.",
    "not_printable": "An external id has printable characters only.",
    "not_text": "Text contains an unpaired surrogate.",
    "not_an_email": "This is not a single email address. Fix or split it, or move the text to custom_fields.",
    "not_a_phone": "A phone number needs digits. Fix it, or move the text to custom_fields.",
    "not_a_link": "A link starts with https:// or http://. Move handles to ims, and other text to custom_fields.",
    "duplicate_name": "Another custom field has this name. Names must be unique; case and spaces are ignored.",
    "unknown_type": "The type of a custom field is text, number or date.",
    **custom_values.MESSAGES,
    "not_a_date": f"Enter the month and day of a valid date, or only a year, from {YEARS.start} to {YEARS.stop - 1}.",
}


def checked_contacts(contacts: Sequence[Any]) -> list[SubmittedContact]:
    """The contacts, validated and cleaned.

    Raises:
        TooLarge: there are more than `MOST_CONTACTS`.
        InvalidInput: the list is empty.
        InvalidContacts: some contacts are invalid; lists each with index, field and code.
    """
    if len(contacts) > MOST_CONTACTS:
        message = f"A request can have at most {MOST_CONTACTS:,} contacts. This one has {len(contacts):,}; split it."
        raise TooLarge(message, limit=MOST_CONTACTS, sent=len(contacts))
    if not contacts:
        raise InvalidInput("Send at least one contact.", field="contacts")
    kept: list[SubmittedContact] = []
    errors: list[ContactError] = []
    invalid = 0
    for index, each in enumerate(contacts):
        checked = _checked(each, MOST_ERRORS_EACH if len(errors) < MANY_ERRORS else 1)
        if isinstance(checked, list):
            invalid += 1
            errors += [{"index": index, **error} for error in checked]
        else:
            kept.append(checked)
    if errors:
        raise InvalidContacts(errors, invalid, len(contacts))
    return kept


def _checked(contact: Any, most: int) -> SubmittedContact | list[FieldError]:
    """The contact, cleaned; or up to `most` of its errors."""
    try:
        contact = _validated(contact, InputCreateContact if most > 1 else fail_fast_model())
    except ValidationError as error:
        return [_field_error(each) for each in error.errors(include_url=False, include_input=False)[:most]]
    external_id = contact.get(EXTERNAL_ID)
    if external_id is not None:
        contact = {name: value for name, value in contact.items() if name != EXTERNAL_ID}
    fields, text = clean_fields_and_text(_completed(contact))  # strict validation converted nothing
    if fields.keys() <= _NOT_ENOUGH:
        return [_error("", "empty", "A contact needs a name, an email or a phone number.")]
    if len(text.encode()) > LARGEST_CONTACT:
        return [_error("", "too_large", f"A contact can be at most {LARGEST_CONTACT:,} bytes. Shorten its notes.")]
    return cast(SubmittedContact, fields if external_id is None else {**fields, EXTERNAL_ID: external_id})


def _validated(contact: Any, model: type[BaseModel]) -> Any:
    """The contact without its nulls. Raises ValidationError."""
    try:
        model.model_validate(contact)
    except ValidationError:
        bare = _without_nulls(contact)
        if bare is contact:
            raise
        model.model_validate(bare)
        return bare
    return contact


def _without_nulls(value: Any) -> Any:
    """The value without nulls, and without most of very many fields; the same object if nothing was removed."""
    if isinstance(value, dict):
        few = _limited(value)
        bare = {name: _without_nulls(each) for name, each in few.items() if each is not None}
        is_same = few is value and len(bare) == len(value) and all(bare[name] is value[name] for name in bare)
        return value if is_same else bare
    if isinstance(value, list):
        kept = [_without_nulls(each) for each in value]
        return value if all(map(operator.is_, kept, value)) else kept
    return value


def _limited(fields: dict[str, Any]) -> dict[str, Any]:
    """All fields; of very many, the known and the first unknown ones, because each unknown field costs an error."""
    if len(fields) <= MOST_FIELDS:
        return fields
    unknown = islice((name for name in fields if name not in KNOWN_FIELDS), MOST_ERRORS_EACH)
    return {name: fields[name] for name in (*(KNOWN_FIELDS & fields.keys()), *unknown)}


def _completed(contact: dict[str, Any]) -> ContactFields:
    """The contact with https:// added to sites without a scheme, as imports do, and custom values as text."""
    more: dict[str, Any] = {}
    for field in _OF_SITES:
        if contact.get(field):
            more[field] = [{**url, "value": web_link(url["value"]) or url["value"]} for url in contact[field]]
    for field in _TYPED:
        if contact.get(field):
            more[field] = list(map(_as_text, contact[field]))
    return cast(ContactFields, {**contact, **more} if more else contact)


def _as_text(field: dict[str, Any]) -> dict[str, Any]:
    """A custom field as it is stored: text has no type."""
    kind = field.get("type")
    if kind is None and isinstance(field["value"], str):
        return field
    value, kind = custom_values.parse_value(field["value"], kind)
    bare = {part: text for part, text in field.items() if part not in ("type", "value")}
    return {**bare, "value": value} if kind == custom_values.TEXT else {**bare, "value": value, "type": kind}


def _field_error(found: Mapping[str, Any]) -> FieldError:
    """The error without the submitted value. Our own validators raise their code as the message."""
    own = found["type"] == "value_error"
    code = str(found["ctx"]["error"]) if own else _CODES.get(found["type"], "wrong_type")
    at = found.get("ctx", {}).get("at")  # the path below the validated value
    field = ".".join(str(part)[:100] for part in (*found["loc"], *([at] if at else ())))
    type_name = _TYPES.get(found["type"], "of a different type")
    message = f"This must be {type_name}." if code == "wrong_type" else _MESSAGES.get(code, found["msg"])
    return _error(field, code, message)


def _error(field: str, code: str, message: str) -> FieldError:
    return FieldError(field=field, code=code, message=message)
