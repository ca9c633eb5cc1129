"""The JSON of a contact in responses: its fields, and in detail with the provenance of each value."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from chalicelib.contacts.contact import Contact
from chalicelib.contacts.contact_field import Kind
from chalicelib.contacts.contact_fields import DEFAULTS, FIELDS, LISTS, SINGLE, with_defaults
from chalicelib.contacts.explain_fold import ExplainedValue, Explanation, fields_in, values_of
from chalicelib.contacts.external_ids import external_id_in
from chalicelib.contacts.fold_records import by_rank
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
    contact: Contact,
    duplicates: Sequence[Contact] | None = None,
    source_rows: SourceRows | None = None,
    *,
    has_external_ids: bool = False,
) -> JsonObject:
    """The contact with `sources`, its records, and `provenance`, the values of each field in any record.

    A value in `provenance` is `shown` if the contact has it; its `rule` says why it is or is not.

    Args:
        duplicates: its possible duplicates in both directions; None for those that are stored with it.
        source_rows: the rows of files that its records came from, as far as they are known.
        has_external_ids: whether the records tell what clients call the contact; for the person, not for other clients.
    """
    records = by_rank(contact.records)
    source_rows = source_rows or {}
    return {
        **contact_json(contact),
        **({} if duplicates is None else {"possible_duplicates": [other.contact_id for other in duplicates]}),
        "version": contact.version,
        "merged": list(contact.merged),
        "sources": [_source(record, source_rows, has_external_ids=has_external_ids) for record in records],
        "provenance": dict(_provenance(contact, records, source_rows)),
    }


def _external_source(contact: Contact) -> str | None:
    """The tracking key of the first bulk run that has a record of the contact."""
    sources = (record.source for record in contact.records)
    return next((source for source in sources if Source.of(source).kind is SourceKind.BULK), None)


def _source(record: SourceRecord, source_rows: SourceRows, *, has_external_ids: bool) -> JsonObject:
    external_id = external_id_in(record.aliases) if has_external_ids else None
    return {
        "source": record.source,
        "source_id": record.source_id,
        "tag": record.tag,
        "job_id": record.stamp.job,
        "outcome": record.stamp.outcome.value,
        "first_seen_at": _written(record.first_seen),
        "last_changed_at": _written(record.last_changed),
        **source_file_json(record, source_rows),
        **({} if external_id is None else {"external_id": external_id}),
    }


def _provenance(
    contact: Contact, records: Sequence[SourceRecord], source_rows: SourceRows
) -> Iterator[tuple[str, list[JsonObject]]]:
    """The values of each field that any record has or the contact shows."""
    explanation = Explanation(records, contact.shown)
    shown: Mapping[str, Any] = contact.shown
    for field in fields_in(records, contact.shown):
        values = values_of(records, shown.get(field), field)
        if values:
            yield field, [_value(each, field, source_rows, explanation) for each in values]


def _value(each: ExplainedValue, field: str, source_rows: SourceRows, explanation: Explanation) -> JsonObject:
    rule = explanation.rule(field, each)
    sources = [_provider(record, source_rows) for record in each.records]
    return {"value": each.value, "shown": each.is_shown, "rule": rule, "sources": sources}


def _provider(record: SourceRecord, source_rows: SourceRows) -> JsonObject:
    """The source of a value, with the job that provided it and the time."""
    return {
        "source": record.source,
        "source_id": record.source_id,
        "tag": record.tag,
        "job_id": record.stamp.job,
        "at": _written(record.last_changed),
        **source_file_json(record, source_rows),
    }


def source_file_json(record: SourceRecord, source_rows: SourceRows) -> JsonObject:
    """The member `file` of a record whose row is known."""
    found = source_rows.get((record.source, record.source_id))
    if found is None:
        return {}
    file = {"import_id": found.import_id, "file_name": found.file_name, "row": found.row, "rule": found.rule or None}
    return {"file": file}


@lru_cache(1_024)  # the records of one chunk have one instant
def _written(milliseconds: int) -> str:
    return str(rfc3339(instant(milliseconds)))
