"""The columns of this service's own CSV exports, from the table of fields."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.contacts.contact_field import ContactField, Kind
from chalicelib.contacts.contact_fields import TABLE

DISPLAY = "Display Name"  # the name of the custom field in which the address book's CSV has what it has no column for
HANDLES = "IM"  # the name of the custom field in which it has a handle whose messenger is not known
#: The names of those with a handle of a known messenger, and that of the others; in small letters.
MESSENGERS = frozenset(
    {"aim", "gadugadu", "googletalk", "gtalk", "icq", "jabber", "msn", "qq", "signal", "skype", "telegram", "whatsapp"}
    | {"xmpp", "yahoo", HANDLES.lower()}
)
ADDRESS_BOOK = "own_address_book"
_ADDRESS_BOOK = {
    "id": ADDRESS_BOOK,
    "title": "Contact Intake, for address books",
    "needs": ["photo_url", "file_as", "addresses.{n}.street", "urls.{n}.label", "emails.{n}.label", "phones.{n}.label"],
}
_SPREADSHEET = {
    "id": "own_spreadsheet",
    "title": "Contact Intake, for spreadsheets",
    "needs": ["uid", "display", "emails.{n}.label", "phones.{n}.label"],
    "escapes": "formula",
}
_OF_SPREADSHEETS = {
    "display": "Name",
    "uid": "Contact ID",
    "": "Created | Updated | Sources | Possible Duplicates | Source Tags",
}


def layouts() -> Iterator[Mapping[str, Any]]:
    """The exports, as the files of other presets describe theirs."""
    columns = dict(_columns())
    common = {"separators": [], "is_own": True}
    yield {**_ADDRESS_BOOK, **common, "columns": columns}
    yield {**_SPREADSHEET, **common, "columns": {**columns, **_OF_SPREADSHEETS}}


def _columns() -> Iterator[tuple[str, str]]:
    """The header of each target."""
    yield "birthday", "Birthday"
    for field in TABLE:
        if field.column and field.kind is Kind.OBJECTS:
            yield from _of_list(field, field.column.header)
        elif field.column:
            yield field.name, field.column.header


def _of_list(field: ContactField, header: str) -> Iterator[tuple[str, str]]:
    yield f"{field.name}.{{n}}.{field.label}", f"{header} {{n}} - Label"
    for part in field.parts:
        if part.header:
            numbered = f"{field.name}.{{n}}"
            is_whole_value = part.name == field.value and field.is_pair
            yield numbered if is_whole_value else f"{numbered}.{part.name}", f"{header} {{n}} - {part.header}"
