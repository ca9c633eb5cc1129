"""Taking a merge back: which records, words and links go to the contact that was merged, and which stay. Pure rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from chalicelib.books.book import Book, Entry
from chalicelib.books.later_merges import edited_since, path_of, without_records_of, without_words_of
from chalicelib.books.matching import Candidate, Merge, decide
from chalicelib.books.pairs import RecordKey
from chalicelib.books.redirects import MergeJournal, Redirect
from chalicelib.books.unmerged_names import persons_words, settled, with_kept_names, without_removed_names
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.identities import emails_of, phone_hints_of, phones_of
from chalicelib.contacts.name_cards import card_text
from chalicelib.contacts.person_record import known_ids
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import RemovedName, SourceRecord


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
    #: The redirects of other contacts that change: what they noted of the one that was merged is left out.
    redirects: Sequence[Redirect] = ()


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
    merged, names = without_removed_names(merged)
    order = {key: place for place, key in enumerate(journal.records)}
    merged_again = tuple(each for each in journal.merged if each in merged.merged)
    gone = {redirect.contact_id, *merged_again}
    theirs = [each for each in merged.records if _is_word_about(each, gone) or _is_of(each, redirect, around.others)]
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
    path = path_of(redirect, around.others)
    edited = dict.fromkeys(name for each in path for name in edited_since(rest, each, around.others))
    kept += [KeptEdit(merged.contact_id, each) for each in edited]
    rest, renewed = without_words_of(merged, rest, redirect, around.others, now)
    rest, restored = _with_aliases_divided(merged, rest, restored, redirect, around.others)
    rest, restored = _with_links_divided(merged, rest, restored, redirect, around)
    renewed = without_records_of(rest, restored, redirect, renewed)
    names_left, names_back = _divided_names(names, redirect, around.others)
    last = path[-1].journal
    return UnmergedRecords(
        settled(with_kept_names(rest, path, renewed), last, last.into_name, last.into_records, names_left),
        settled(restored, journal, journal.name, journal.records, names_back),
        kept,
        [new for old, new in zip(around.others, renewed, strict=True) if new != old],
    )


def _key(record: SourceRecord) -> RecordKey:
    return record.source, record.source_id


def _is_word_about(record: SourceRecord, contact_ids: Iterable[str]) -> bool:
    return record.source == PERSON and record.source_id in contact_ids


def _is_of(record: SourceRecord, redirect: Redirect, others: Sequence[Redirect]) -> bool:
    """Whether the contact that was merged had the record, or its source had removed it from there before."""
    journal = redirect.journal
    if _key(record) in journal.records:
        return True
    path, parts = path_of(redirect, others), [each for each in others if each.contact_id in journal.merged]
    elsewhere = {key for each in path for key in each.journal.into_records}
    elsewhere.update(key for each in others if each not in (*path, *parts) for key in each.journal.records)
    known = {*journal.known_ids, *(key for each in parts for key in _all_known(each.journal))}
    return record.source != PERSON and _key(record) not in elsewhere and not known.isdisjoint(known_ids(record))


def _all_known(journal: MergeJournal) -> set[RecordKey]:
    """The ids by which the records of both contacts were known."""
    return {*journal.records, *journal.known_ids, *journal.into_records, *journal.into_known_ids}


# ── records


def _arrived_since(merged: Contact, redirect: Redirect, others: Sequence[Redirect]) -> list[SourceRecord]:
    """The records that neither contact had when they were merged, and that came with no other one.

    A contact that it was merged into may have been merged since, with what had arrived by then.
    """
    brought = _brought(redirect, others)
    new = (each for each in merged.records if each.source != PERSON and _key(each) not in brought)
    return sorted(new, key=lambda each: each.first_seen)


def _brought(redirect: Redirect, others: Sequence[Redirect]) -> set[RecordKey]:
    """The ids of the records that any of the contacts had when it was merged, those of removed records too."""
    path = path_of(redirect, others)
    journals = [each.journal for each in (redirect, *others) if each is redirect or each not in path]
    brought = {key for each in journals for key in (*each.records, *each.known_ids)}
    brought.update(key for each in path for key in (*each.journal.into_records, *each.journal.into_known_ids))
    return brought


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


# ── the ids of removed records


def _with_aliases_divided(
    merged: Contact, rest: Contact, restored: Contact, redirect: Redirect, others: Sequence[Redirect]
) -> tuple[Contact, Contact]:
    """The two, each with the ids of removed records that were its own, in the person's record of it.

    Records that arrived since the merge and were removed again are left out: nothing tells whose they were.
    """
    brought = _brought(redirect, others)
    held = [alias for record in persons_words(merged) for alias in record.aliases]
    theirs = [each for each in dict.fromkeys(held) if _as_id(each) in redirect.journal.known_ids]
    known = [each for each in dict.fromkeys(held) if _as_id(each) in brought or not redirect.journal.into_known_ids]
    return (
        _with_aliases(rest, [each for each in known if each not in theirs]),
        _with_aliases(restored, theirs),
    )


def _divided_names(
    names: Sequence[RemovedName], redirect: Redirect, others: Sequence[Redirect]
) -> tuple[list[RemovedName], list[RemovedName]]:
    """What the removed records of the rest were called, and those of the contact that was merged; as their ids are."""
    journal, brought = redirect.journal, _brought(redirect, others)
    theirs = [each for each in names if not journal.known_ids.isdisjoint(map(_as_id, each["ids"]))]
    known = (each for each in names if not brought.isdisjoint(map(_as_id, each["ids"])) or not journal.into_known_ids)
    return [each for each in known if each not in theirs], theirs


def _as_id(alias: str) -> RecordKey:
    source, _, source_id = alias.partition(" ")
    return source, source_id


def _with_aliases(contact: Contact, aliases: Sequence[str]) -> Contact:
    """The contact with these aliases in its records of the person: each where it is, the others in the first."""
    words = persons_words(contact)
    held = {alias for each in words for alias in each.aliases}
    renewed = {
        id(each): replace(
            each, aliases=tuple(alias for alias in aliases if alias in each.aliases or (not at and alias not in held))
        )
        for at, each in enumerate(words)
    }
    return replace(contact, records=[renewed.get(id(each), each) for each in contact.records])


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
