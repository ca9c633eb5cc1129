"""The JSON of a contact in responses: its fields, and in detail with the provenance of each value."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from chalicelib.contacts.contact import Contact
from chalicelib.contacts.contact_field import Kind
from chalicelib.contacts.contact_fields import DEFAULTS, FIELDS, LISTS, SINGLE
from chalicelib.contacts.fold_records import by_rank, holds_note, ordered_for, same_value, value_of
from chalicelib.contacts.source import Source, SourceKind
from chalicelib.contacts.source_record import SourceRecord
from chalicelib.contacts.source_row import SourceRows
from chalicelib.foundation.clock import instant, rfc3339
from chalicelib.foundation.json import JsonObject

_EMPTY = {name: None if FIELDS[name].kind is Kind.DAY else "" for name in SINGLE}


def contact_json(contact: Contact) -> JsonObject:
    """The fields of a contact. All are present: empty ones are "" or [], or null for no birthday."""
    shown: Mapping[str, Any] = contact.shown
    return {
        "contact_id": contact.contact_id,
        **{field: shown.get(field, empty) for field, empty in _EMPTY.items()},
        **{field: shown.get(field, []) for field in LISTS},
        **{field: [with_defaults(field, value) for value in shown[field]] for field in DEFAULTS if field in shown},
        "possible_duplicates": list(contact.possible_duplicates),
        "external_source": _external_source(contact),
        "created_at": _written(contact.created_at),
        "updated_at": _written(contact.updated_at),
    }


def contact_details_json(
    contact: Contact, duplicates: Sequence[Contact] | None = None, source_rows: SourceRows | None = None
) -> JsonObject:
    """The contact with `sources`, its records, and `provenance`, the values of each field in any record.

    A value in `provenance` is `shown` if the contact has it. Otherwise another record takes precedence, or the person
    hid it.

    Args:
        duplicates: its possible duplicates in both directions; None for those that are stored with it.
        source_rows: the rows of files that its records came from, as far as they are known.
    """
    records = by_rank(contact.records)
    source_rows = source_rows or {}
    values = {field: list(_values(contact, records, field, source_rows)) for field in (*SINGLE, *LISTS)}
    return {
        **contact_json(contact),
        **({} if duplicates is None else {"possible_duplicates": [other.contact_id for other in duplicates]}),
        "version": contact.version,
        "sources": [_source(record, source_rows) for record in records],
        "provenance": {field: provided for field, provided in values.items() if provided},
    }


def with_defaults(field: str, value: Any) -> Any:
    """A value with the parts that are not stored if they have their default, such as the type of a text."""
    return {**default, **value} if (default := DEFAULTS.get(field)) else value


def _external_source(contact: Contact) -> str | None:
    """The tracking key of the first bulk run that has a record of the contact."""
    sources = (record.source for record in contact.records)
    return next((source for source in sources if Source.of(source).kind is SourceKind.BULK), None)


def _source(record: SourceRecord, source_rows: SourceRows) -> JsonObject:
    return {
        "source": record.source,
        "source_id": record.source_id,
        "tag": record.tag,
        "job_id": record.stamp.job,
        "outcome": record.stamp.outcome.value,
        "first_seen_at": _written(record.first_seen),
        "last_changed_at": _written(record.last_changed),
        **_file_of(record, source_rows),
    }


def _values(contact: Contact, records: list[SourceRecord], field: str, source_rows: SourceRows) -> Iterator[JsonObject]:
    """Each value of a field once, in the order that counts for it, with the sources that have it."""
    shown = _several(contact.shown.get(field))
    provided: list[JsonObject] = []
    for record in ordered_for(records, field):
        for value in _several(value_of(record, field)):
            known = next(
                (each for each in provided if same_value(field, each["value"], with_defaults(field, value))), None
            )
            if known is None:
                known = {"value": with_defaults(field, value), "shown": _is_among(field, value, shown), "sources": []}
                provided.append(known)
            known["sources"].append(_provider(record, source_rows))
    if not provided and shown:  # a computed display name
        return iter([{"value": value, "shown": True, "sources": []} for value in shown])
    return iter(provided)


def _is_among(field: str, value: Any, shown: list[Any]) -> bool:
    """Whether the contact shows this value. Notes of several sources are shown as one text."""
    if field == "notes":
        return any(holds_note(text, value) for text in shown)
    return any(same_value(field, value, each) for each in shown)


def _provider(record: SourceRecord, source_rows: SourceRows) -> JsonObject:
    """The source of a value, with the job that provided it and the time."""
    return {
        "source": record.source,
        "source_id": record.source_id,
        "tag": record.tag,
        "job_id": record.stamp.job,
        "at": _written(record.last_changed),
        **_file_of(record, source_rows),
    }


def _file_of(record: SourceRecord, source_rows: SourceRows) -> JsonObject:
    """The member `file` of a record whose row is known."""
    found = source_rows.get((record.source, record.source_id))
    if found is None:
        return {}
    file = {"import_id": found.import_id, "file_name": found.file_name, "row": found.row, "rule": found.rule or None}
    return {"file": file}


def _several(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [value] if value else []


@lru_cache(1_024)  # the records of one chunk have one instant
def _written(milliseconds: int) -> str:
    return str(rfc3339(instant(milliseconds)))
