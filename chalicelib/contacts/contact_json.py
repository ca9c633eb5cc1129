"""Contacts as the API answers them: a line of the list, and one contact with the sources of everything it says."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from chalicelib.contacts.contact import Contact, SourceRecord
from chalicelib.contacts.contact_field import Kind
from chalicelib.contacts.contact_fields import DEFAULTS, FIELDS, LISTS, SINGLE
from chalicelib.contacts.fold_records import holds_note, in_order, same_value, stated
from chalicelib.contacts.source import Source, SourceKind
from chalicelib.foundation.clock import instant, rfc3339
from chalicelib.foundation.json import JsonObject

_NOTHING = {name: None if FIELDS[name].kind is Kind.DAY else "" for name in SINGLE}


def listed(contact: Contact) -> JsonObject:
    """What the contact says, each member always there: "" or [] where nothing is said, null for no birthday."""
    shown: Mapping[str, Any] = contact.shown
    return {
        "contact_id": contact.contact_id,
        **{field: shown.get(field, nothing) for field, nothing in _NOTHING.items()},
        **{field: shown.get(field, []) for field in LISTS},
        **{field: [in_full(field, value) for value in shown[field]] for field in DEFAULTS if field in shown},
        "possible_duplicates": list(contact.possible_duplicates),
        "external_source": _external_source(contact),
        "created_at": _written(contact.created_at),
        "updated_at": _written(contact.updated_at),
    }


def with_sources(contact: Contact, duplicates: Sequence[Contact] | None = None) -> JsonObject:
    """The same, and why: `sources` lists the records, `said_by` each value that any of them says.

    A value in `said_by` is `shown` where the contact has it; one that is not lost to a record that comes first, or was
    hidden by the person.

    Args:
        duplicates: who may be the same person, where that is known; else whom the contact names.
    """
    records = in_order(contact.records)
    values = {field: list(_values(contact, records, field)) for field in (*SINGLE, *LISTS)}
    return {
        **listed(contact),
        **({} if duplicates is None else {"possible_duplicates": [other.contact_id for other in duplicates]}),
        "version": contact.version,
        "sources": [_source(record) for record in records],
        "provenance": {field: said for field, said in values.items() if said},
    }


def in_full(field: str, value: Any) -> Any:
    """A value with the parts that go without saying where it is stored: the type of a text."""
    return {**default, **value} if (default := DEFAULTS.get(field)) else value


def _external_source(contact: Contact) -> str | None:
    """The tracking key of the bulk run that made the contact, or the first that told of it."""
    sources = (record.source for record in contact.records)
    return next((source for source in sources if Source.of(source).kind is SourceKind.BULK), None)


def _source(record: SourceRecord) -> JsonObject:
    return {
        "source": record.source,
        "source_id": record.source_id,
        "tag": record.tag,
        "job_id": record.stamp.job,
        "outcome": record.stamp.outcome.value,
        "first_seen_at": _written(record.first_seen),
        "last_changed_at": _written(record.last_changed),
    }


def _values(contact: Contact, records: list[SourceRecord], field: str) -> Iterator[JsonObject]:
    """Each value of a member once, in the order of the records, with the records that say it."""
    shown = _several(contact.shown.get(field))
    told: list[JsonObject] = []
    for record in records:
        for value in _several(stated(record, field)):
            known = next((each for each in told if same_value(field, each["value"], in_full(field, value))), None)
            if known is None:
                known = {"value": in_full(field, value), "shown": _is_among(field, value, shown), "sources": []}
                told.append(known)
            known["sources"].append(_told(record))
    if not told and shown:  # the name of somebody who has none is computed
        return iter([{"value": value, "shown": True, "sources": []} for value in shown])
    return iter(told)


def _is_among(field: str, value: Any, shown: list[Any]) -> bool:
    """Whether the contact has this value. Notes of several sources are shown as one text."""
    if field == "notes":
        return any(holds_note(text, value) for text in shown)
    return any(same_value(field, value, each) for each in shown)


def _told(record: SourceRecord) -> JsonObject:
    """Who says a value: the source, the id there, its tag, the job that heard it, and when."""
    return {
        "source": record.source,
        "source_id": record.source_id,
        "tag": record.tag,
        "job_id": record.stamp.job,
        "at": _written(record.last_changed),
    }


def _several(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [value] if value else []


@lru_cache(1_024)  # what one chunk brought has one instant
def _written(milliseconds: int) -> str:
    return str(rfc3339(instant(milliseconds)))
