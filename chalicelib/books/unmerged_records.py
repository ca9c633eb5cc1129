"""Taking a merge back: which records, words and links go to the contact that was merged, and which stay. Pure rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from chalicelib.books.book import Book, Entry
from chalicelib.books.matching import Candidate, Merge, decide
from chalicelib.books.merged_records import keys_of
from chalicelib.books.pairs import RecordKey
from chalicelib.books.redirects import MergeJournal, Redirect
from chalicelib.contacts.cleaning import digest
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.fold_records import fold, has_name, without_enrichment
from chalicelib.contacts.identities import emails_of, phone_hints_of, phones_of
from chalicelib.contacts.name_cards import card_text
from chalicelib.contacts.person_record import (
    edited_record,
    own_record,
    person_record,
    with_own_record,
    without_kept_name,
)
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import ContactFields, SourceRecord


@dataclass(frozen=True, slots=True)
class KeptEdit:
    """Something that changed while two contacts were one, and where it is now."""

    contact_id: str
    #: The field that the person edited; "" for a record.
    field: str = ""
    #: Source and source id of a record that arrived meanwhile.
    record: RecordKey | None = None


@dataclass(frozen=True, slots=True)
class UnmergedRecords:
    """Two contacts that were one."""

    #: The contact that the other one had been merged into; None if nothing is left of it.
    rest: Contact | None
    #: The contact that was merged, as of its earlier version; None if its sources have removed all of it since.
    restored: Contact | None
    #: What the person edited meanwhile, and the records that arrived.
    kept: Sequence[KeptEdit] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What moving records back must know besides."""

    #: The redirects of the other contacts that are part of the merged one.
    others: Sequence[Redirect] = ()
    #: The contacts that the merged one has as possible duplicates.
    duplicates: Mapping[str, Contact] = field(default_factory=dict)
    #: Whether the person says that the two are different; else they are possible duplicates again if they were.
    are_different: bool = True


def move_back(merged: Contact, redirect: Redirect, around: Surroundings, now: int) -> UnmergedRecords:
    """Move the records of a contact that was merged back to it, as they are by now.

    A record that arrived since the merge goes to the one of the two that it matches alone, else it stays.

    Args:
        now: milliseconds since 1970.
    """
    journal = redirect.journal
    order = {key: place for place, key in enumerate(journal.records)}
    merged_again = tuple(each for each in journal.merged if each in merged.merged)
    gone = {redirect.contact_id, *merged_again}
    theirs = [each for each in merged.records if _key(each) in order or _is_word_about(each, gone)]
    back = sorted(theirs, key=lambda each: order.get(_key(each), len(order)))
    rest = replace(
        merged,
        records=[each for each in merged.records if not any(each is other for other in theirs)],
        merged=tuple(each for each in merged.merged if each not in gone),
        updated_at=now,
    )
    restored = Contact(redirect.contact_id, journal.version, back, journal.created_at, now, (), merged_again)
    arrived = _arrived_since(merged, redirect, around.others)
    rest, restored, kept = _with_arrived(rest, restored, arrived, journal)
    path = _path(redirect, around.others)
    edited = dict.fromkeys(name for each in path for name in _edited_fields(rest, each))
    kept += [KeptEdit(merged.contact_id, each) for each in edited]
    rest = _without_choices(rest, redirect)
    rest, restored = _with_aliases_divided(merged, rest, restored, redirect)
    rest, restored = _with_links_divided(merged, rest, restored, redirect, around)
    return UnmergedRecords(
        _settled(rest, journal.into_name, has_lost=_has_lost(rest, journal.into_records)),
        _settled(restored, journal.name, has_lost=_has_lost(restored, journal.records)),
        kept,
    )


def _key(record: SourceRecord) -> RecordKey:
    return record.source, record.source_id


def _is_word_about(record: SourceRecord, contact_ids: Iterable[str]) -> bool:
    return record.source == PERSON and record.source_id in contact_ids


def _path(redirect: Redirect, others: Iterable[Redirect]) -> list[Redirect]:
    """The redirect, and those that lead on from it to the contact that it is part of now."""
    path, by_id = [redirect], {each.contact_id: each for each in others}
    while (following := by_id.pop(path[-1].into, None)) is not None:
        path.append(following)
    return path


# ── records


def _arrived_since(merged: Contact, redirect: Redirect, others: Iterable[Redirect]) -> list[SourceRecord]:
    """The records that neither contact had when they were merged, and that came with no other one.

    A contact that it was merged into may have been merged since, with what had arrived by then.
    """
    path, by_id = [redirect], {each.contact_id: each for each in others}
    while (following := by_id.pop(path[-1].into, None)) is not None:
        path.append(following)
    brought = {key for each in (redirect, *by_id.values()) for key in each.journal.records}
    brought.update(key for each in path for key in each.journal.into_records)
    new = (each for each in merged.records if each.source != PERSON and _key(each) not in brought)
    return sorted(new, key=lambda each: each.first_seen)


def _with_arrived(
    rest: Contact, restored: Contact, arrived: Sequence[SourceRecord], journal: MergeJournal
) -> tuple[Contact, Contact, list[KeptEdit]]:
    """The two contacts, each with the records that arrived meanwhile and match it."""
    rest = replace(rest, records=[each for each in rest.records if not any(each is new for new in arrived)])
    kept: list[KeptEdit] = []
    for record in arrived:
        if _matches(record, restored, rest, journal):
            restored = replace(restored, records=[*restored.records, record])
        else:
            rest = replace(rest, records=[*rest.records, record])
        holder = restored if restored.records[-1:] == [record] else rest
        kept.append(KeptEdit(holder.contact_id, record=_key(record)))
    return rest, restored, kept


def _matches(record: SourceRecord, contact: Contact, other: Contact, journal: MergeJournal) -> bool:
    """Whether an import would add the record to the contact, as it is or as it was merged, and not to the other one."""
    book, entry = Book(), Entry.of(contact)
    names, identities = (*entry.names, *journal.names), (*entry.identities, *journal.identities)
    book.put(entry._replace(names=tuple(dict.fromkeys(names)), identities=tuple(dict.fromkeys(identities))))
    book.put(Entry.of(other))
    fields, phones = record.fields, phones_of(record.fields)
    decision = decide(
        book, Candidate(card_text(fields), emails_of(fields), phones, phone_hints_of(fields, phones) if phones else ())
    )
    return isinstance(decision, Merge) and decision.into == contact.contact_id


def _has_lost(contact: Contact, records: Iterable[RecordKey]) -> bool:
    """Whether the contact no longer has one of these records."""
    return not set(records) <= set(keys_of(contact))


def _settled(contact: Contact, name: Mapping[str, str], *, has_lost: bool) -> Contact | None:
    """The contact as an import would have left it; None if nothing is left but enrichment.

    Args:
        name: what it was called when it was merged.
        has_lost: whether a source has removed a record of it since.
    """
    known = without_enrichment(contact.records)
    if not fold(known):
        return None
    own = own_record(contact)
    if own is None:
        return contact
    if any(record.source != PERSON for record in known):
        return contact if contact.merged else replace(contact, records=without_kept_name(list(contact.records)))
    if not has_lost or not name or has_name(own.fields) or "kept_name" in own.fields:
        return contact
    fields = cast(ContactFields, {**own.fields, "kept_name": dict(name)})
    return replace(contact, records=with_own_record(contact, replace(own, fields=fields, digest=digest(fields))))


# ── the person's own words


def _words_about_into(rest: Contact, redirect: Redirect) -> SourceRecord | None:
    """The person's record of the contact that the other one was merged into, which may have been merged since."""
    if redirect.into == rest.contact_id:
        return own_record(rest)
    return next((each for each in rest.records if _is_word_about(each, (redirect.into,))), None)


def _edited_fields(rest: Contact, redirect: Redirect) -> list[str]:
    """The fields that the person edited since the merge, of the contact that the other one was merged into.

    None are named if the journal has forgotten what they were then.
    """
    if not redirect.journal.has_words:
        return []
    own = _words_about_into(rest, redirect)
    now, then = ({} if own is None else dict(own.fields)), redirect.journal.own_after
    return [each for each in dict.fromkeys((*now, *then)) if now.get(each) != then.get(each) and each != "kept_name"]


def _without_choices(rest: Contact, redirect: Redirect) -> Contact:
    """The contact with the words that it had before the choices in merging, where the person did not edit them since.

    They stay while another contact of the same merge does.
    """
    journal, own = redirect.journal, _words_about_into(rest, redirect)
    before, after = journal.own_before, journal.own_after
    if before == after or any(each in rest.merged for each in journal.together):
        return rest
    fields = {} if own is None else dict(own.fields)
    for each in dict.fromkeys((*before, *after)):
        if before.get(each) != after.get(each) and fields.get(each) == after.get(each):
            fields.pop(each, None)
            fields.update({each: before[each]} if each in before else {})
    record = edited_record(redirect.into, cast(ContactFields, fields), own, rest.updated_at)
    if redirect.into == rest.contact_id:
        return replace(rest, records=with_own_record(rest, record))
    others = [each for each in rest.records if each is not own]
    return replace(rest, records=others if record is None else [*others, record])


def _with_aliases_divided(
    merged: Contact, rest: Contact, restored: Contact, redirect: Redirect
) -> tuple[Contact, Contact]:
    """The two, each with the ids of removed records that were its own, in the person's record of it."""
    holders = [record for record in (own_record(merged), own_record(restored)) if record is not None]
    pool = dict.fromkeys(alias for record in holders for alias in record.aliases)
    theirs = tuple(alias for alias in pool if _as_id(alias) in redirect.journal.known_ids)
    others = tuple(alias for alias in pool if _as_id(alias) not in redirect.journal.known_ids)
    return _with_aliases(rest, others), _with_aliases(restored, theirs)


def _as_id(alias: str) -> RecordKey:
    source, _, source_id = alias.partition(" ")
    return source, source_id


def _with_aliases(contact: Contact, aliases: tuple[str, ...]) -> Contact:
    holder = own_record(contact) or person_record(contact.records)
    if holder is None or holder.aliases == aliases:
        return contact
    renewed = replace(holder, aliases=aliases)
    return replace(contact, records=[renewed if each is holder else each for each in contact.records])


# ── possible duplicates


def _with_links_divided(
    merged: Contact, rest: Contact, restored: Contact, redirect: Redirect, around: Surroundings
) -> tuple[Contact, Contact]:
    """The two, each with the possible duplicates that it had, and with new ones that share an identity with it."""
    journal, linked = redirect.journal, merged.possible_duplicates
    of_others = {each for other in around.others for each in other.journal.possible_duplicates}
    known = {*journal.possible_duplicates, *journal.into_duplicates, *of_others}
    new = [each for each in linked if each not in known]
    for_restored = [each for each in new if _share(around.duplicates.get(each), restored)]
    for_rest = {each for each in new if each not in for_restored or _share(around.duplicates.get(each), rest)}
    each_other = set() if around.are_different else {rest.contact_id, restored.contact_id, *journal.together}
    own = [each for each in journal.possible_duplicates if each in linked or each in each_other]
    stays = {*journal.into_duplicates, *of_others, *for_rest}
    links = [each for each in linked if each in stays]
    links += [each for each in journal.into_duplicates if each == restored.contact_id and each in each_other]
    return (
        replace(rest, possible_duplicates=_ordered(journal.into_duplicates, links)),
        replace(restored, possible_duplicates=(*own, *for_restored)),
    )


def _ordered(first: Sequence[str], links: Sequence[str]) -> tuple[str, ...]:
    """The links in the order of `first`, then the others."""
    return tuple(dict.fromkeys((*(each for each in first if each in links), *links)))


def _share(left: Contact | None, right: Contact) -> bool:
    """Whether the two share an email or a phone number."""
    return left is not None and not set(Entry.of(left).identities).isdisjoint(Entry.of(right).identities)
