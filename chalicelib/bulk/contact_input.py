"""What a client may say of a contact, and everything that is wrong with a list of them: nothing is created by accident.

The types describe the API and check requests alike. A contact has the members of `contacts.contact.Said`. Many clients
send null for a member they have no value for: it counts as absent, at any depth.
"""

import operator
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Annotated, Any, TypedDict, cast, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, FailFast, Field, ValidationError, create_model

from chalicelib.bulk.bulk_job import MOST_CONTACTS
from chalicelib.contacts.clean import cleaned_and_hashed
from chalicelib.contacts.contact import Said
from chalicelib.contacts.days import YEARS, is_day, may_be_day
from chalicelib.contacts.identities import LONGEST_EMAIL, LONGEST_PHONE, email_identity
from chalicelib.contacts.links import LONGEST_LINK, web_link
from chalicelib.contacts.members import LONGEST_FIELD_NAME, MOST_CUSTOM_FIELDS
from chalicelib.foundation.errors import InvalidInput, TooLarge
from chalicelib.foundation.fast_json import canonical

LARGEST_CONTACT = 30_000  # bytes of JSON; stored with what finds it again it is twice that at most, which fits
MOST_ERRORS_EACH = 10  # of one contact
MOST_MEMBERS = 30  # of one object; none has so many
MANY_ERRORS = 1_000  # from here on only the first error of each contact is reported; every invalid contact is named
_NONE: Any = ()  # the default of a list, never read; an empty list would be copied for each contact
_NOBODY = {"groups", "photo_url"}  # a contact with nothing else is nobody


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


class Fault(TypedDict):
    """Args:
    field: the member, "" for the whole contact. code: for programs. message: for people.
    """

    field: str
    code: str
    message: str


class ContactError(Fault):
    """Args:
    index: of the contact in the list.
    """

    index: int


class InvalidContacts(InvalidInput):
    """Some contacts of a list cannot be created, so none was."""

    slug, title = "invalid-contacts", "Some of the contacts cannot be created"

    def __init__(self, errors: Sequence[ContactError], invalid: int, total: int) -> None:
        told = f"{invalid} of {total} contacts cannot be created, and none was. Correct or leave out those in `errors`."
        super().__init__(told, member="contacts", invalid_count=invalid, errors=list(errors))


_KNOWN = {name for model in _Input.__subclasses__() for name in model.model_fields}
_CODES = {
    "missing": "required",
    "extra_forbidden": "unknown_member",
    "string_too_long": "too_long",
    "string_too_short": "required",
    "too_long": "too_many",
    "string_unicode": "not_text",
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
    "not_a_date": f"Give month and day of a date that exists, or a year alone; from {YEARS.start} to {YEARS.stop - 1}.",
}


def checked_contacts(contacts: Sequence[Any]) -> list[Said]:
    """The contacts as they will be kept.

    Raises:
        TooLarge: there are more than `MOST_CONTACTS`. InvalidInput: there are none.
        InvalidContacts: some cannot be created; names each of them, with index, field and code.
    """
    if len(contacts) > MOST_CONTACTS:
        told = f"A request may have {MOST_CONTACTS:,} contacts at most; this one has {len(contacts):,}. Send several."
        raise TooLarge(told, limit=MOST_CONTACTS, sent=len(contacts))
    if not contacts:
        raise InvalidInput("Send one contact at least.", member="contacts")
    kept: list[Said] = []
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


def _read(contact: Any, most: int) -> Said | list[Fault]:
    """The contact, cleaned; or its faults, `most` of them."""
    try:
        contact = _checked(contact, InputCreateContact if most > 1 else _hurried())
    except ValidationError as error:
        return [_told(each) for each in error.errors(include_url=False, include_input=False)[:most]]
    said, _ = cleaned_and_hashed(_completed(contact))  # strict: no type was converted
    if said.keys() <= _NOBODY:
        return [_error("", "empty", "A contact needs a name, an address or a number. Add one.")]
    if len(canonical(said).encode()) > LARGEST_CONTACT:
        return [_error("", "too_large", f"A contact may have {LARGEST_CONTACT:,} bytes at most. Shorten its notes.")]
    return said


@cache
def _hurried() -> type[InputCreateContact]:
    """The same checks, but each list stops at its first invalid value."""
    fields = InputCreateContact.model_fields
    lists = {name: field for name, field in fields.items() if get_origin(field.annotation) is list}
    members: dict[str, Any] = {
        name: (Annotated[field.annotation, *field.metadata, FailFast()], _NONE) for name, field in lists.items()
    }
    return create_model("_Hurried", __base__=InputCreateContact, **members)


def _checked(contact: Any, model: type[InputCreateContact]) -> Any:
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
    unknown = islice((name for name in members if name not in _KNOWN), MOST_ERRORS_EACH)
    return {name: members[name] for name in (*(_KNOWN & members.keys()), *unknown)}


def _completed(contact: dict[str, Any]) -> Said:
    """With https:// before sites that have no scheme, as imports write them."""
    urls = contact.get("urls") or ()
    completed = [{**url, "value": web_link(url["value"]) or url["value"]} for url in urls]
    return cast(Said, {**contact, "urls": completed} if completed else contact)


def _told(found: Mapping[str, Any]) -> Fault:
    """In our words, without the value that was sent. Our own checks raise their code as the message."""
    own = found["type"] == "value_error"
    code = str(found["ctx"]["error"]) if own else _CODES.get(found["type"], "wrong_type")
    field = ".".join(str(part)[:100] for part in found["loc"])
    wanted = _WANTED.get(found["type"], "of another type")
    message = f"This must be {wanted}." if code == "wrong_type" else _MESSAGES.get(code, found["msg"])
    return _error(field, code, message)


def _error(field: str, code: str, message: str) -> Fault:
    return Fault(field=field, code=code, message=message)
