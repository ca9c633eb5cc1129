"""The person's own record of a contact, which has their edits, when sources are removed, return or are merged.

A contact that others were merged into also has the person's records of those, after its own. An edit changes its own.
Among its aliases it stores the ids of records that were removed from its contact, so that a source that returns finds
it. When the last source is removed, it stores the name the contact had, which the name of any new source replaces.
That of a merged contact also stores what each removed record was called.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from chalicelib.contacts.cleaning import digest
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.contact_fields import NAME
from chalicelib.contacts.fold_records import (
    by_rank,
    fold,
    has_name,
    joined_notes,
    name_of_records,
    ordered_for,
    without,
    without_enrichment,
)
from chalicelib.contacts.removed_names import with_removed_names, written
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import WHOLE_NAME, ContactFields, SourceRecord, Stamp
from chalicelib.foundation.outcomes import Outcome

MOST_REMOVED_ALIASES = 20  # the most recent
_OWN_STAMP = Stamp("", 0, Outcome.CREATED)  # no job wrote it


def removed_alias(source: str, source_id: str) -> str:
    """The alias in the person's record for the id of a removed record. Keys of sources have no spaces."""
    return f"{source} {source_id}"


def known_ids(record: SourceRecord) -> Iterator[tuple[str, str]]:
    """Each source and id of this record, with its aliases."""
    yield record.source, record.source_id
    for alias in record.aliases:
        source, _, source_id = alias.partition(" ") if record.source == PERSON else (record.source, "", alias)
        yield source, source_id


def own_record(contact: Contact) -> SourceRecord | None:
    """The person's own record of this contact; not one that came with a contact that was merged into it."""
    own = (each for each in contact.records if each.source == PERSON and each.source_id not in contact.merged)
    return next(own, None)


def with_own_record(contact: Contact, own: SourceRecord | None) -> list[SourceRecord]:
    """The contact's records with this one as its own, which comes before other records of the person."""
    old = own_record(contact)
    rest = [record for record in contact.records if record is not old]
    if own is None:
        return rest
    at = next((place for place, record in enumerate(rest) if record.source == PERSON), len(rest))
    return [*rest[:at], own, *rest[at:]]


def edited_record(contact_id: str, fields: ContactFields, old: SourceRecord | None, now: int) -> SourceRecord | None:
    """The person's own record of a contact after an edit; None if nothing is overridden any more.

    Args:
        fields: what it says, as `overrides_after` returns it.
        old: the record before the edit.
        now: milliseconds since 1970.
    """
    if not fields:
        return None
    first_seen, aliases = (old.first_seen, old.aliases) if old else (now, ())
    return SourceRecord(PERSON, contact_id, fields, digest(fields), _OWN_STAMP, first_seen, now, aliases)


def records_without(contact: Contact, removed: Sequence[SourceRecord]) -> list[SourceRecord]:
    """The contact's records without those removed; [] if nothing is left but enrichment."""
    rest = [record for record in contact.records if not any(record is each for each in removed)]
    known = without_enrichment(rest)
    if not fold(known):  # a record without content is not a contact
        return []
    own = own_record(replace(contact, records=rest)) or person_record(rest)
    if own is None or not without_enrichment(removed):
        return rest
    gone = [
        (record, [removed_alias(source, source_id) for source, source_id in known_ids(record)])
        for record in without_enrichment(removed)
    ]
    removed_aliases = [alias for _, ids in gone for alias in ids]
    aliases = tuple(dict.fromkeys((*removed_aliases, *own.aliases)))[:MOST_REMOVED_ALIASES]
    fields = own.fields if any(record.source != PERSON for record in known) else _named(own.fields, contact)
    if contact.merged:
        fields = with_removed_names(fields, gone, MOST_REMOVED_ALIASES)
    kept = replace(own, fields=fields, digest=digest(fields), aliases=aliases)
    return [kept if record is own else record for record in rest]


def _named(fields: ContactFields, contact: Contact) -> ContactFields:
    """The fields with the contact's present name, unless they have a name."""
    name = name_to_keep(contact)
    return fields if has_name(fields) or not name else {**fields, "kept_name": name}


def name_to_keep(contact: Contact) -> dict[str, str]:
    """The contact's whole name, for when no source has it any more; {} if it is not called anything."""
    records = without_enrichment(ordered_for(by_rank(contact.records), WHOLE_NAME))
    shown = cast(Mapping[str, str], fold(records))
    return {field: shown[field] for field in NAME if field in shown} if "display" in shown else {}


def person_record(records: Iterable[SourceRecord]) -> SourceRecord | None:
    """The first of the person's records."""
    for record in records:
        if record.source == PERSON:
            return record
    return None


def without_kept_name(records: list[SourceRecord]) -> list[SourceRecord]:
    """The records of a contact that nothing was merged into, without the kept name if a source has a record again."""
    own = person_record(records)
    if own is None or len(without_enrichment(records)) == 1 or "kept_name" not in own.fields:
        return records
    fields = cast(ContactFields, {field: value for field, value in own.fields.items() if field != "kept_name"})
    settled = (replace(own, fields=fields, digest=digest(fields)),) if fields else ()
    return [*(record for record in records if record is not own), *settled]


def with_person_record_of(contact: Contact, other: Contact, moment: int) -> list[SourceRecord]:
    """The records of `contact` with the person's edits of `other`, which is the same person.

    If the person edited a field of both, the edit of `contact` wins; notes are joined. Fields that the person cleared
    in `other` are dropped, because that was about its sources.
    """
    own, theirs = own_record(contact), [record for record in other.records if record.source == PERSON]
    both = own
    for each in theirs:
        both = _with_record(both, each, contact.contact_id, moment)
    return contact.records if both is own else with_own_record(contact, both)


def _with_record(own: SourceRecord | None, theirs: SourceRecord, contact_id: str, moment: int) -> SourceRecord | None:
    """The person's own record of a contact, with what another of theirs says; the same object if that is nothing."""
    fields = _merged(own, theirs)
    if not fields:
        return own
    base = own or replace(theirs, source_id=contact_id, aliases=())
    aliases = tuple(dict.fromkeys((*base.aliases, *theirs.aliases)))[:MOST_REMOVED_ALIASES]
    return replace(base, fields=fields, digest=digest(fields), last_changed=moment, aliases=aliases)


def _merged(own: SourceRecord | None, theirs: SourceRecord) -> ContactFields:
    fields: dict[str, Any] = {field: value for field, value in written(theirs.fields).items() if value}
    if own is None:
        return cast(ContactFields, fields)
    mine: dict[str, Any] = dict(own.fields)
    if name_of_records([own]):  # a name is recorded as a whole
        fields = {field: value for field, value in fields.items() if field not in name_of_records([theirs])}
    for field in fields.keys() & mine.keys():
        mine[field] = _both(field, mine[field], fields[field])
    return cast(ContactFields, {**fields, **mine})


def _both(field: str, mine: Any, theirs: Any) -> Any:
    if field == "notes":
        return joined_notes([mine, theirs])
    if field == "hidden":
        return {**theirs, **{inner: _both(inner, values, theirs.get(inner, ())) for inner, values in mine.items()}}
    if isinstance(mine, list) and mine:  # an empty list states that there are none
        return [*mine, *without(field, theirs, mine)]
    return mine
