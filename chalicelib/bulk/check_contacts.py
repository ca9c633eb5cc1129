"""Checks a list of contacts for bulk create: all of it before any is created, with every fault named.

Many clients send null for a member they have no value for: it counts as absent, at any depth.
"""

import operator
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, TypedDict, cast

from pydantic import BaseModel, ValidationError

from chalicelib.bulk.bulk_job import MOST_CONTACTS
from chalicelib.bulk.contact_input import KNOWN_MEMBERS, InputCreateContact, fail_fast_model
from chalicelib.contacts import custom_values
from chalicelib.contacts.cleaning import cleaned_text
from chalicelib.contacts.contact import ContactFields
from chalicelib.contacts.contact_field import Holds
from chalicelib.contacts.contact_fields import PAIRS
from chalicelib.contacts.dates import YEARS
from chalicelib.contacts.web_links import web_link
from chalicelib.foundation.errors import InvalidInput, TooLarge

LARGEST_CONTACT = 30_000  # bytes of JSON; stored with its keys it is at most twice that, which fits one item
MOST_ERRORS_EACH = 10  # of one contact
MOST_MEMBERS = 30  # of one object; more than any type has
MANY_ERRORS = 1_000  # from here on only the first error of each contact is reported; every invalid contact is named
_NOBODY = {"groups", "photo_url"}  # a contact with nothing else is refused
_OF_SITES = [member.name for member in PAIRS if member.parts[0].holds is Holds.SITE]
_TYPED = [member.name for member in PAIRS if member.parts[0].holds is Holds.TYPED]


class FieldError(TypedDict):
    """Args:
    field: the member, "" for the whole contact. code: for programs. message: for people.
    """

    field: str
    code: str
    message: str


class ContactError(FieldError):
    """Args:
    index: of the contact in the list.
    """

    index: int


class InvalidContacts(InvalidInput):
    """Some contacts of a list cannot be created, so none was."""

    slug, title = "invalid-contacts", "Some of the contacts cannot be created"

    def __init__(self, errors: Sequence[ContactError], invalid: int, total: int) -> None:
        told = f"{invalid} of {total} contacts cannot be created, and none was. Correct or leave out those in `errors`."
        super().__init__(told, field="contacts", invalid_count=invalid, errors=list(errors))


_CODES = {
    "missing": "required",
    "extra_forbidden": "unknown_member",
    "string_too_long": "too_long",
    "string_too_short": "required",
    "too_long": "too_many",
    "string_unicode": "not_text",
    "name_twice": "duplicate_name",
    "literal_error": "unknown_type",
    **dict.fromkeys(("greater_than_equal", "less_than", "less_than_equal"), "not_a_date"),
}
_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "list_type": "a list",
    "model_type": "an object",
    "model_attributes_type": "an object",
}
_MESSAGES = {
    "required": "This member is missing or empty. Fill it in, or leave out the value it belongs to.",
    "unknown_member": "Unknown member. Leave it out, or put its value into custom_fields.",
    "not_text": "This contains an unpaired surrogate (half of a character). Write it again.",
    "not_an_email": "This is not one email address. Correct or split it, or put the text into custom_fields.",
    "not_a_phone": "A phone number has digits. Correct it, or put the text into custom_fields.",
    "not_a_link": "A link begins with https:// or http://. Put a handle into ims, other text into custom_fields.",
    "duplicate_name": "Another custom field has this name. Each may stand once; case and spaces do not count.",
    "unknown_type": "A custom field has the type text, number or date.",
    **custom_values.MESSAGES,
    "not_a_date": f"Give month and day of a date that exists, or a year alone; from {YEARS.start} to {YEARS.stop - 1}.",
}


def checked_contacts(contacts: Sequence[Any]) -> list[ContactFields]:
    """The contacts as they will be kept.

    Raises:
        TooLarge: there are more than `MOST_CONTACTS`. InvalidInput: there are none.
        InvalidContacts: some cannot be created; names each of them, with index, field and code.
    """
    if len(contacts) > MOST_CONTACTS:
        told = f"A request may have {MOST_CONTACTS:,} contacts at most; this one has {len(contacts):,}. Send several."
        raise TooLarge(told, limit=MOST_CONTACTS, sent=len(contacts))
    if not contacts:
        raise InvalidInput("Send one contact at least.", field="contacts")
    kept: list[ContactFields] = []
    errors: list[ContactError] = []
    invalid = 0
    for index, each in enumerate(contacts):
        wanted = MOST_ERRORS_EACH if len(errors) < MANY_ERRORS else 1
        found = _read(each, wanted)
        if isinstance(found, list):
            invalid += 1
            errors += [{"index": index, **error} for error in found]
        else:
            kept.append(found)
    if errors:
        raise InvalidContacts(errors, invalid, len(contacts))
    return kept


def _read(contact: Any, most: int) -> ContactFields | list[FieldError]:
    """The contact, cleaned; or its faults, `most` of them."""
    try:
        contact = _checked(contact, InputCreateContact if most > 1 else fail_fast_model())
    except ValidationError as error:
        return [_told(each) for each in error.errors(include_url=False, include_input=False)[:most]]
    said, text = cleaned_text(_completed(contact))  # strict: no type was converted
    if said.keys() <= _NOBODY:
        return [_error("", "empty", "A contact needs a name, an address or a number. Add one.")]
    if len(text.encode()) > LARGEST_CONTACT:
        return [_error("", "too_large", f"A contact may have {LARGEST_CONTACT:,} bytes at most. Shorten its notes.")]
    return said


def _checked(contact: Any, model: type[BaseModel]) -> Any:
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
    """The value itself if it has no nulls and no object with too many members; it then needs no second check."""
    if isinstance(value, dict):
        few = _few(value)
        bare = {name: _without_nulls(each) for name, each in few.items() if each is not None}
        is_same = few is value and len(bare) == len(value) and all(bare[name] is value[name] for name in bare)
        return value if is_same else bare
    if isinstance(value, list):
        kept = [_without_nulls(each) for each in value]
        return value if all(map(operator.is_, kept, value)) else kept
    return value


def _few(members: dict[str, Any]) -> dict[str, Any]:
    """`members`; of very many, the known and the first unknown ones, because each unknown one costs an error."""
    if len(members) <= MOST_MEMBERS:
        return members
    unknown = islice((name for name in members if name not in KNOWN_MEMBERS), MOST_ERRORS_EACH)
    return {name: members[name] for name in (*(KNOWN_MEMBERS & members.keys()), *unknown)}


def _completed(contact: dict[str, Any]) -> ContactFields:
    """With https:// before sites that have no scheme, as imports write them, and custom values as text."""
    more: dict[str, Any] = {}
    for member in _OF_SITES:
        if contact.get(member):
            more[member] = [{**url, "value": web_link(url["value"]) or url["value"]} for url in contact[member]]
    for member in _TYPED:
        if contact.get(member):
            more[member] = list(map(_as_text, contact[member]))
    return cast(ContactFields, {**contact, **more} if more else contact)


def _as_text(field: dict[str, Any]) -> dict[str, Any]:
    """A custom field as it is kept: a text has no type."""
    kind = field.get("type")
    if kind is None and isinstance(field["value"], str):
        return field
    value, kind = custom_values.typed(field["value"], kind)
    bare = {part: text for part, text in field.items() if part not in ("type", "value")}
    return {**bare, "value": value} if kind == custom_values.TEXT else {**bare, "value": value, "type": kind}


def _told(found: Mapping[str, Any]) -> FieldError:
    """In our words, without the value that was sent. Our own checks raise their code as the message."""
    own = found["type"] == "value_error"
    code = str(found["ctx"]["error"]) if own else _CODES.get(found["type"], "wrong_type")
    at = found.get("ctx", {}).get("at")  # a place below the one that was checked
    field = ".".join(str(part)[:100] for part in (*found["loc"], *([at] if at else ())))
    wanted = _WANTED.get(found["type"], "of another type")
    message = f"This must be {wanted}." if code == "wrong_type" else _MESSAGES.get(code, found["msg"])
    return _error(field, code, message)


def _error(field: str, code: str, message: str) -> FieldError:
    return FieldError(field=field, code=code, message=message)
