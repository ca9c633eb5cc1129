"""What contacts are called by which no source has a name any more, once a merge is taken back. Pure rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, cast

from chalicelib.books.later_merges import later_merges, words_about
from chalicelib.books.merged_records import keys_of
from chalicelib.books.pairs import RecordKey
from chalicelib.books.redirects import MergeJournal, Redirect
from chalicelib.contacts.cleaning import digest
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.fold_records import fold, has_name, without_enrichment
from chalicelib.contacts.person_record import name_to_keep, own_record, person_record, without_kept_name
from chalicelib.contacts.removed_names import written
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import ContactFields, RemovedName, SourceRecord


def settled(
    contact: Contact,
    journal: MergeJournal,
    name: Mapping[str, str],
    records: Iterable[RecordKey],
    removed: Sequence[RemovedName],
) -> Contact | None:
    """The contact as an import would have left it; None if nothing is left but enrichment.

    The name that the merged contact had when its last source was removed may be that of another contact.

    Args:
        journal: of the merge.
        name: what the contact was called when it was merged.
        records: what it had then.
        removed: what those of its records were called that were removed since, the latest first.
    """
    known = without_enrichment(contact.records)
    if not fold(known):
        return None
    own = own_record(contact) or person_record(contact.records)
    if own is None:
        return contact
    has_source = any(record.source != PERSON for record in known)
    if has_source and not contact.merged:
        return replace(contact, records=without_kept_name(list(contact.records)))
    fields: dict[str, Any] = dict(own.fields)
    if has_name(own.fields):
        if removed and not contact.merged:  # the source that had the name again was removed again
            _put_kept_name(fields, {})
    elif not has_source and removed:
        _put_kept_name(fields, _last_name(contact, removed[0]))
    elif not has_source and journal.has_words:
        has_lost = not set(records) <= set(keys_of(contact))
        if has_lost or "kept_name" in own.fields:
            _put_kept_name(fields, name)
    if contact.merged and removed:
        fields["removed_names"] = list(removed)
    return _with_fields(contact, own, cast(ContactFields, fields))


def _put_kept_name(fields: dict[str, Any], name: Mapping[str, str]) -> None:
    fields.pop("kept_name", None)
    if name:
        fields["kept_name"] = dict(name)


def _last_name(contact: Contact, removed: RemovedName) -> Mapping[str, str]:
    """What the contact was called while it had this record beside the person's words."""
    words = [
        replace(each, fields=cast(ContactFields, written(each.fields)))
        for each in contact.records
        if each.source == PERSON
    ]
    source, _, source_id = removed["ids"][0].partition(" ")
    last = replace(words[0], source=source, source_id=source_id, fields=removed["fields"])
    return name_to_keep(replace(contact, records=[*words, last]))


def with_kept_names(rest: Contact, path: Sequence[Redirect], redirects: Sequence[Redirect]) -> Contact:
    """The rest, where contacts had only the person's words when they were merged, but for the other one.

    Their words keep the names that they had by themselves.

    Args:
        path: from the contact that was merged to the rest.
        redirects: of all contacts that are part of the rest, without what they noted of the other one.
    """
    journals = {each.contact_id: each.journal for each in redirects}
    steps = [
        (before, each.contact_id, journals[each.contact_id].records, journals[each.contact_id].name)
        for before, each in pairwise(path)
    ]
    steps += [
        (path[-1], rest.contact_id, later.journal.into_records, later.journal.into_name)
        for later in later_merges(path[-1], redirects)[:1]
    ]
    for before, contact_id, records, name in steps:
        words = words_about(rest, contact_id)
        is_only_words = all(source == PERSON for source, _ in records)
        had_more = any(source != PERSON for source, _ in before.journal.into_records)
        if words is not None and is_only_words and name and not has_name(words.fields) and had_more:
            fields = cast(ContactFields, {**words.fields, "kept_name": dict(name)})
            rest = _with_fields(rest, words, fields) or rest
    return rest


def without_removed_names(merged: Contact) -> tuple[Contact, list[RemovedName]]:
    """The contact without what its removed records were called, and that.

    Words of the person that had nothing else go; other words of the person then have the ids of removed records.
    """
    names = [name for each in persons_words(merged) for name in each.fields.get("removed_names", ())]
    if not names:
        return merged, []
    bare = [_without_names(each) if each.source == PERSON else each for each in merged.records]
    empty = [each for each in bare if each.source == PERSON and not each.fields]
    rest = [each for each in bare if not any(each is other for other in empty)]
    holder = person_record(rest)
    if empty and holder is not None:
        aliases = dict.fromkeys(alias for each in (*empty, holder) for alias in each.aliases)
        rest = [replace(each, aliases=tuple(aliases)) if each is holder else each for each in rest]
    return replace(merged, records=rest), names


def persons_words(contact: Contact) -> list[SourceRecord]:
    """The person's records of the contact, its own first."""
    own = own_record(contact)
    persons = [each for each in contact.records if each.source == PERSON]
    return persons if own is None else [own, *(each for each in persons if each is not own)]


def _without_names(record: SourceRecord) -> SourceRecord:
    if "removed_names" not in record.fields:
        return record
    fields = cast(ContactFields, {name: value for name, value in record.fields.items() if name != "removed_names"})
    return replace(record, fields=fields, digest=digest(fields))


def _with_fields(contact: Contact, own: SourceRecord, fields: ContactFields) -> Contact | None:
    """The contact with these words in that record of the person; None if nothing is left of it."""
    renewed = [replace(own, fields=fields, digest=digest(fields))] if fields else []
    records = [new for each in contact.records for new in (renewed if each is own else [each])]
    return replace(contact, records=records) if fold(without_enrichment(records)) else None
