"""Merging contacts is moving records, and so is taking it back: pure rules.

A merge moves every record of other contacts to one contact, the person's records too. The journal of each other contact
says what was moved. Taking it back moves those records back as they are by then; what the person edited meanwhile is a
record of the merged contact, and stays there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.books.book import Entry
from chalicelib.books.pairs import RecordKey
from chalicelib.books.redirects import MergeJournal
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.edit_request import Edit, validate_edit
from chalicelib.contacts.fold_records import joined_notes
from chalicelib.contacts.overrides import overrides_after
from chalicelib.contacts.person_record import (
    edited_record,
    known_ids,
    name_to_keep,
    own_record,
    person_record,
    with_own_record,
)
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import ContactFields, SourceRecord

MOST_MERGED = 20  # contacts, into one, at a time


@dataclass(frozen=True, slots=True)
class MergedRecords:
    """The contact that a merge leaves, and what to note of the others."""

    contact: Contact
    #: By the id of each of the others; without the id of the remembered pair.
    journals: Mapping[str, MergeJournal]


def merge_records(
    into: Contact, others: Sequence[Contact], choices: Edit, *, now: int, region: str = ""
) -> MergedRecords:
    """Move all records of the others into a contact.

    Args:
        choices: the values that the person chose, by field, lists in full. They become the person's own words.
        now: milliseconds since 1970.
        region: ISO 3166 code of the country of phone numbers without a country code ("DE").

    Raises:
        InvalidInput: a choice is invalid. Names the field.
    """
    together = _together(into, others, now)
    own = own_record(into)
    edit = {**_notes_of_both(together), **validate_edit(choices, together.shown)}
    before: ContactFields = {} if own is None else own.fields
    fields = overrides_after(together, edit, region) if edit else before
    if fields != before:
        record = edited_record(into.contact_id, fields, own, now)
        records = with_own_record(together, record)
        together = replace(together, records=records if record or own is None else _with_aliases_of(own, records))
    ids = tuple(each.contact_id for each in others)
    journals = {each.contact_id: _journal(into, each, ids, before, fields) for each in others}
    return MergedRecords(together, journals)


def preview_merge(contacts: Sequence[Contact], choices: Edit, region: str = "") -> ContactFields:
    """What the first of the contacts would show once the others are merged into it. Raises as `merge_records`."""
    return merge_records(contacts[0], contacts[1:], choices, now=0, region=region).contact.shown


def _together(into: Contact, others: Sequence[Contact], now: int) -> Contact:
    ids = {into.contact_id, *(each.contact_id for each in others)}
    duplicates = dict.fromkeys(other for each in (into, *others) for other in each.possible_duplicates)
    merged = [*into.merged, *(merged_id for each in others for merged_id in (each.contact_id, *each.merged))]
    return replace(
        into,
        records=[record for each in (into, *others) for record in each.records],
        possible_duplicates=tuple(each for each in duplicates if each not in ids),
        merged=tuple(merged),
        updated_at=now,
    )


def _with_aliases_of(own: SourceRecord, records: Sequence[SourceRecord]) -> list[SourceRecord]:
    """The records, the first of the person with the aliases of the contact's own, which says nothing any more."""
    holder = person_record(records)
    if holder is None:
        return list(records)
    aliases = tuple(dict.fromkeys((*own.aliases, *holder.aliases)))
    return [replace(each, aliases=aliases) if each is holder else each for each in records]


def _notes_of_both(contact: Contact) -> Edit:
    """The notes that the person wrote of several of the contacts as one text, so that none is lost from sight."""
    notes = [record.fields["notes"] for record in contact.records if _is_noted(record)]
    return {"notes": joined_notes(notes)} if len(notes) > 1 else {}


def _is_noted(record: SourceRecord) -> bool:
    return record.source == PERSON and bool(record.fields.get("notes"))


def _journal(
    into: Contact, other: Contact, together: tuple[str, ...], before: Mapping[str, Any], after: Mapping[str, Any]
) -> MergeJournal:
    entry = Entry.of(other)
    return MergeJournal(
        version=other.version,
        created_at=other.created_at,
        records=keys_of(other),
        into_records=keys_of(into),
        known_ids=frozenset(pair for record in other.records for pair in known_ids(record)),
        into_known_ids=frozenset(pair for record in into.records for pair in known_ids(record)),
        possible_duplicates=tuple(other.possible_duplicates),
        into_duplicates=tuple(into.possible_duplicates),
        merged=tuple(other.merged),
        name=name_to_keep(other),
        into_name=name_to_keep(into),
        names=entry.names,
        identities=entry.identities,
        own_before=_without_removed_names(before),
        own_after=_without_removed_names(after),
        together=together,
    )


def _without_removed_names(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields without what was noted of removed records, which changes with every removal."""
    return {name: value for name, value in fields.items() if name != "removed_names"}


def keys_of(contact: Contact) -> tuple[RecordKey, ...]:
    """The source of each record of the contact, and its id there."""
    return tuple((record.source, record.source_id) for record in contact.records)
