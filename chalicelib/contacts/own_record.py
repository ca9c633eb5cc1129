"""Keeps a person's edits with the right contact when sources are removed, come back or are merged.

It remembers, among its aliases, the ids of source records that were taken away from its contact, so that a source that
comes back finds it. When the last source goes it keeps the name the contact had, which any source's word replaces.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, cast

from chalicelib.contacts.cleaning import digest
from chalicelib.contacts.contact import PERSON, Contact, ContactFields, SourceRecord
from chalicelib.contacts.fold_records import (
    calls_somebody,
    fold,
    in_order,
    joined_notes,
    stated_name,
    without,
    without_enrichment,
)

MOST_REMEMBERED = 20  # records that were taken away; the last ones


def remembered(source: str, source_id: str) -> str:
    """How the person's own record notes the id of a record that was taken away. A source has no space in it."""
    return f"{source} {source_id}"


def ids_known(record: SourceRecord) -> Iterator[tuple[str, str]]:
    """Every source and id that this record was known by."""
    yield record.source, record.source_id
    for alias in record.aliases:
        source, _, source_id = alias.partition(" ") if record.source == PERSON else (record.source, "", alias)
        yield source, source_id


def own_of(records: Iterable[SourceRecord]) -> SourceRecord | None:
    return next((record for record in records if record.source == PERSON), None)


def outlasting(contact: Contact, taken: Sequence[SourceRecord]) -> list[SourceRecord]:
    """The contact's records without those removed; [] if nothing is left, or nothing but what enrichment added."""
    rest = [record for record in contact.records if not any(record is each for each in taken)]
    known = without_enrichment(rest)
    if not fold(known):  # a record without content is not a contact
        return []
    own = own_of(rest)
    if own is None or not without_enrichment(taken):
        return rest
    gone = [
        remembered(source, source_id) for record in without_enrichment(taken) for source, source_id in ids_known(record)
    ]
    aliases = tuple(dict.fromkeys((*gone, *own.aliases)))[:MOST_REMEMBERED]
    said = own.fields if len(known) > 1 else _named(own.fields, contact)
    kept = replace(own, fields=said, digest=digest(said), aliases=aliases)
    return [kept if record is own else record for record in rest]


def _named(said: ContactFields, contact: Contact) -> ContactFields:
    """Adds the contact's present name, unless the person gave it another."""
    records = without_enrichment(in_order(contact.records))
    display = fold(records).get("display")
    if calls_somebody(said) or not display:
        return said
    name = {field: text for field, text in stated_name(records).items() if text}
    return {**said, "kept_name": {**name, "display": display}}


def with_sources(records: list[SourceRecord]) -> list[SourceRecord]:
    """Drops the kept name, because a source has a record again."""
    own = own_of(records)
    if own is None or len(without_enrichment(records)) == 1 or "kept_name" not in own.fields:
        return records
    said = cast(ContactFields, {field: value for field, value in own.fields.items() if field != "kept_name"})
    settled = (replace(own, fields=said, digest=digest(said)),) if said else ()
    return [*(record for record in records if record is not own), *settled]


def united(contact: Contact, other: Contact, moment: int) -> list[SourceRecord]:
    """The records of `contact`, with what the person wrote on `other`, which turned out to be the same.

    If the person edited the same member of both, the edit of `contact` counts; notes are joined. A statement that the
    other one has no such thing was made about its sources alone and goes with them.
    """
    own, theirs = own_of(contact.records), own_of(other.records)
    if theirs is None:
        return contact.records
    said = _said_of_both(own, theirs)
    if not said:
        return contact.records
    base = own or replace(theirs, source_id=contact.contact_id, aliases=())
    aliases = tuple(dict.fromkeys((*base.aliases, *theirs.aliases)))[:MOST_REMEMBERED]
    both = replace(base, fields=said, digest=digest(said), last_changed=moment, aliases=aliases)
    return [*(record for record in contact.records if record is not own), both]


def _said_of_both(own: SourceRecord | None, theirs: SourceRecord) -> ContactFields:
    said: dict[str, Any] = {field: value for field, value in theirs.fields.items() if value and field != "kept_name"}
    if own is None:
        return cast(ContactFields, said)
    mine: dict[str, Any] = dict(own.fields)
    if stated_name([own]):  # a name is said whole
        said = {field: value for field, value in said.items() if field not in stated_name([theirs])}
    for field in said.keys() & mine.keys():
        mine[field] = _both(field, mine[field], said[field])
    return cast(ContactFields, {**said, **mine})


def _both(field: str, mine: Any, theirs: Any) -> Any:
    if field == "notes":
        return joined_notes([mine, theirs])
    if field == "hidden":
        return {**theirs, **{inner: _both(inner, values, theirs.get(inner, ())) for inner, values in mine.items()}}
    if isinstance(mine, list) and mine:  # an empty list states that there are none
        return [*mine, *without(field, theirs, mine)]
    return mine
