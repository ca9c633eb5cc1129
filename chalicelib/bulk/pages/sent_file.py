"""Reads the contacts of a file that a person sends on the page: JSON as the API takes it, or CSV of any program."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from chalicelib.bulk.bulk_job import MOST_CONTACTS
from chalicelib.bulk.contact_input import input_parts
from chalicelib.bulk.submitted_contact import EXTERNAL_ID
from chalicelib.contacts.contact_field import Kind
from chalicelib.contacts.contact_fields import TABLE
from chalicelib.contacts.source_record import ContactFields
from chalicelib.files.delimited import read_delimited
from chalicelib.files.dialects import find_dialect
from chalicelib.files.encodings import UTF_8
from chalicelib.files.formats import Format, recognize
from chalicelib.files.mapping.known_headers import knows
from chalicelib.files.mapping.row_mapper import RowMapper
from chalicelib.files.mapping.suggest import suggest_mapping
from chalicelib.files.mapping.survey import Survey
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.fast_json import decode_json_exactly

_OBJECTS = {field.name: field for field in TABLE if field.kind is Kind.OBJECTS}
_SENT = {field.name for field in TABLE}
_ID_HEADERS = {EXTERNAL_ID, "external id", "externalid"}


def contacts_in(content: bytes, name: str, region: str) -> list[Any]:
    """The contacts as the API takes them; they are validated later.

    Args:
        region: the country of phone numbers without a country code.

    Raises:
        InvalidInput: the file is neither JSON with a list of contacts, nor CSV in which a column is known.
    """
    if content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{"):
        return _of_json(content.removeprefix(b"\xef\xbb\xbf"))
    return list(_of_csv(content, name, region))


def _of_json(content: bytes) -> list[Any]:
    try:
        sent = decode_json_exactly(content)
    except (ValueError, RecursionError):
        raise InvalidInput("The file is not valid JSON in UTF-8.", field="file") from None
    contacts = sent.get("contacts") if isinstance(sent, dict) else sent
    if not isinstance(contacts, list):
        raise InvalidInput('The file must have a list of contacts, alone or as "contacts" of an object.', field="file")
    return contacts


def _of_csv(content: bytes, name: str, region: str) -> Iterator[dict[str, Any]]:
    found = recognize(content, name)
    if found.format is not Format.DELIMITED:
        raise InvalidInput("Send JSON or CSV here. Import other files on the page Import a file.", field="file")
    encoding = found.encoding.name if found.encoding else UTF_8
    table = read_delimited(found.data, encoding, find_dialect(found.data, encoding, _knows))
    rows = [row.cells for row in islice(table.rows, MOST_CONTACTS + 1)]
    place = next((at for at, header in enumerate(table.columns) if _is_id(header)), None)
    mapper = _mapper(_without(table.columns, place), [_without(cells, place) for cells in rows], region)
    for cells in rows:
        fields = _as_sent(mapper(_without(cells, place)).fields)
        external_id = cells[place].strip() if place is not None and place < len(cells) else ""
        yield {EXTERNAL_ID: external_id, **fields} if external_id else fields


def _mapper(headers: Sequence[str], rows: Sequence[Sequence[str]], region: str) -> RowMapper:
    survey = Survey()
    for cells in rows:
        survey.add(cells)
    mapping = suggest_mapping(headers, survey, region=region).mapping
    if mapping.missing():
        detail = "No column of this file has names, emails or phone numbers. Give them headers such as Name and Email."
        raise InvalidInput(detail, field="file")
    return RowMapper(mapping)


def _knows(header: str) -> bool:
    return _is_id(header) or knows(header)


def _is_id(header: str) -> bool:
    return header.strip().lower() in _ID_HEADERS


def _without(cells: Sequence[str], place: int | None) -> Sequence[str]:
    return cells if place is None else [*cells[:place], *cells[place + 1 :]]


def _as_sent(fields: ContactFields) -> dict[str, Any]:
    """The fields with those parts alone that a client may send."""
    sent: dict[str, Any] = {name: value for name, value in fields.items() if name in _SENT}
    for name in sent.keys() & _OBJECTS.keys():
        parts = [part.name for part in input_parts(_OBJECTS[name])]
        sent[name] = [{part: value[part] for part in parts if part in value} for value in sent[name]]
    return sent
