"""Takes a merge out of what later merges noted, so that each can be taken back as if it had never been. Pure rules.

A later merge into the same contact found the words and the name that the earlier one had left there.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from chalicelib.books.merged_records import keys_of
from chalicelib.books.pairs import RecordKey
from chalicelib.books.redirects import MergeJournal, Redirect
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.fold_records import joined_notes
from chalicelib.contacts.person_record import edited_record, name_to_keep, own_record, with_own_record
from chalicelib.contacts.removed_names import NOTED
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import ContactFields, SourceRecord
from chalicelib.foundation.json import JsonObject


def path_of(redirect: Redirect, others: Iterable[Redirect]) -> list[Redirect]:
    """The redirect, and those that lead on from it to the contact that it is part of now."""
    path, by_id = [redirect], {each.contact_id: each for each in others}
    while (following := by_id.pop(path[-1].into, None)) is not None:
        path.append(following)
    return path


def later_merges(redirect: Redirect, others: Iterable[Redirect]) -> list[Redirect]:
    """The merges into the same contact after this one, the earliest first."""
    found = [each for each in others if each.into == redirect.into and _is_after(each, redirect)]
    return sorted(found, key=lambda each: (each.merged_at, len(each.journal.into_records)))


def merges_naming(redirect: Redirect, others: Sequence[Redirect]) -> list[Redirect]:
    """The merges of contacts that this one was a part of by then."""
    path = path_of(redirect, others)
    return [*path[1:], *(later for each in path for later in later_merges(each, others))]


def _is_after(later: Redirect, redirect: Redirect) -> bool:
    if later.merge_id == redirect.merge_id:
        return False
    if later.merged_at == redirect.merged_at:
        return not set(redirect.journal.records).isdisjoint(later.journal.into_records)
    return later.merged_at > redirect.merged_at


def words_about(contact: Contact, contact_id: str) -> SourceRecord | None:
    """The person's record of this contact or of one that was merged into it."""
    if contact_id == contact.contact_id:
        return own_record(contact)
    words = (each for each in contact.records if each.source == PERSON and each.source_id == contact_id)
    return next(words, None)


# ── the person's words


@dataclass(slots=True)
class _Words:
    """What the person's words become without a merge, as later merges found and left them."""

    before: Contact  #: the merged contact
    rest: Contact
    redirects: Sequence[Redirect]  #: of all contacts that are part of the merged one
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)  #: by field: what it was, what it is without

    def without(self, journal: MergeJournal, redirect: Redirect) -> MergeJournal:
        """The journal of a merge; from here on, the changes are those of the words that it left."""
        was_joined = self._joined(journal.own_before, redirect, self.before)
        before, after = dict(journal.own_before), dict(journal.own_after)
        changes, self.changes = self.changes, {}
        for name, (old, new) in changes.items():
            if before.get(name) == old:
                _put(before, name, new)
                if after.get(name) == old:
                    _put(after, name, new)
                    self.changes[name] = old, new
        if journal.own_after.get("notes") == was_joined:
            _put(after, "notes", self._joined(before, redirect, self.rest))
            self.changes.pop("notes", None)
            if after.get("notes") != was_joined:
                self.changes["notes"] = was_joined, after.get("notes")
        return replace(journal, own_before=before, own_after=after)

    def _joined(self, own: JsonObject, redirect: Redirect, contact: Contact) -> str | None:
        """The contact's own notes as the merge left them, unless the person chose others."""
        notes = [each.fields["notes"] for each in self._words_merged(redirect, contact) if each.fields.get("notes")]
        mine: str | None = own.get("notes")
        if not notes or len(notes) + bool(mine) < 2:
            return mine
        joined = joined_notes([mine or "", *notes])
        return None if joined == notes[0] else joined

    def _words_merged(self, redirect: Redirect, contact: Contact) -> list[SourceRecord]:
        """The person's records that the contact had from others once they were merged into it."""
        earlier = [each for each in self.redirects if each.into == redirect.into and not _is_after(each, redirect)]
        ids = {part for each in earlier for part in (each.contact_id, *each.journal.merged)}
        return [each for each in contact.records if each.source == PERSON and each.source_id in ids]

    def apply(self, redirect: Redirect, now: int) -> None:
        """Change the words about the contact that was merged into, where the person did not edit them since.

        A name that was kept goes with the last of the words if there were none before the merge.
        """
        own = words_about(self.rest, redirect.into)
        fields: dict[str, Any] = {} if own is None else dict(own.fields)
        for name, (old, new) in self.changes.items():
            if fields.get(name) == old:
                _put(fields, name, new)
        if not redirect.journal.own_before and fields.keys() <= {"kept_name"}:
            fields = {}
        if self.changes:
            record = edited_record(redirect.into, cast(ContactFields, fields), own, now)
            self.rest = replace(self.rest, records=_with_words(self.rest, redirect.into, own, record))


def _with_words(
    contact: Contact, contact_id: str, old: SourceRecord | None, new: SourceRecord | None
) -> list[SourceRecord]:
    if contact_id == contact.contact_id:
        return with_own_record(contact, new)
    if old is None:
        return [*contact.records, *([] if new is None else [new])]
    return [each for each in (new if each is old else each for each in contact.records) if each is not None]


def _put(fields: dict[str, Any], name: str, value: Any) -> None:
    if value is None:
        fields.pop(name, None)
    else:
        fields[name] = value


def without_words_of(
    merged: Contact, rest: Contact, redirect: Redirect, others: Sequence[Redirect], now: int
) -> tuple[Contact, list[Redirect]]:
    """The rest with the words that it has without a merge, and the other redirects with the words that they noted.

    What the person chose in a merge of several contacts stays while another of them does. So does what the person
    edited since.

    Args:
        merged: the contact before the merge was taken back.
        rest: what is left of it.
        others: of the other contacts that are part of it.
    """
    renewed = {each.contact_id: each for each in others}
    words = _Words(merged, rest, (redirect, *others))
    for at, each in enumerate(path_of(redirect, others)):
        words.changes = {} if at or _is_standing(redirect, rest) else _changes_of(redirect.journal)
        same = [other for other in others if other.merge_id == each.merge_id]
        for other in [*same[:1], *_first_of_each(later_merges(each, others))]:
            if other.journal.has_words:
                journal = words.without(renewed[other.contact_id].journal, other)
                for one in (one for one in others if one.merge_id == other.merge_id):
                    own = replace(one.journal, own_before=journal.own_before, own_after=journal.own_after)
                    renewed[one.contact_id] = replace(one, journal=own)
        words.apply(each, now)
    return words.rest, list(renewed.values())


def _is_standing(redirect: Redirect, rest: Contact) -> bool:
    """Whether another contact of the same merge is still part of the rest."""
    return any(each in rest.merged for each in redirect.journal.together)


def _changes_of(journal: MergeJournal) -> dict[str, tuple[Any, Any]]:
    before, after = journal.own_before, journal.own_after
    names = (each for each in dict.fromkeys((*before, *after)) if before.get(each) != after.get(each))
    return {each: (after.get(each), before.get(each)) for each in names}


def _first_of_each(redirects: Iterable[Redirect]) -> list[Redirect]:
    """The first redirect of each merge."""
    return list({each.merge_id: each for each in reversed(list(redirects))}.values())[::-1]


def edited_since(rest: Contact, redirect: Redirect, others: Iterable[Redirect]) -> list[str]:
    """The fields that the person edited since the merge, of the contact that the other one was merged into.

    None are named if the journal has forgotten what they were then.
    """
    if not redirect.journal.has_words:
        return []
    own = words_about(rest, redirect.into)
    found, then = [each.journal for each in later_merges(redirect, others)], redirect.journal.own_after
    edited: dict[str, None] = {}
    for journal in found:
        edited.update(dict.fromkeys(_differing(then, journal.own_before)))
        then = journal.own_after
    edited.update(dict.fromkeys(_differing(then, {} if own is None else cast(JsonObject, own.fields))))
    return list(edited)


def _differing(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return [each for each in dict.fromkeys((*now, *then)) if now.get(each) != then.get(each) and each not in NOTED]


# ── names and records


def without_records_of(
    rest: Contact, restored: Contact, redirect: Redirect, others: Sequence[Redirect]
) -> list[Redirect]:
    """The other redirects without what they noted of a contact that was part of theirs.

    Args:
        rest: what is left of the merged contact.
        restored: the contact that is part of it no longer.
        others: of the other contacts that are part of it.
    """
    gone = {*keys_of(restored), *redirect.journal.records, *redirect.journal.known_ids}
    renewed = {each.contact_id: each for each in others}
    name: Mapping[str, str] = {}
    for each in path_of(redirect, others):
        if each.contact_id != redirect.contact_id:
            renewed[each.contact_id] = replace(each, journal=_without(each.journal, redirect, rest, gone, name))
        name = each.journal.into_name or name
        for later in later_merges(each, others):
            renewed[later.contact_id] = replace(later, journal=_into_without(later.journal, rest, gone, name))
    return list(renewed.values())


def _without(
    journal: MergeJournal, redirect: Redirect, rest: Contact, gone: Collection[RecordKey], name: Mapping[str, str]
) -> MergeJournal:
    """The journal of a contact that another one had been merged into."""
    going = redirect.journal
    records = tuple(each for each in journal.records if each not in gone)
    bare = replace(
        journal,
        records=records,
        known_ids=frozenset(each for each in journal.known_ids if each not in gone),
        merged=tuple(each for each in journal.merged if each not in (redirect.contact_id, *going.merged)),
    )
    if not journal.has_words:
        return bare
    return replace(
        bare,
        name=_name_of(rest, records, name),
        names=tuple(each for each in journal.names if each not in going.names),
        identities=tuple(each for each in journal.identities if each not in going.identities),
    )


def _into_without(
    journal: MergeJournal, rest: Contact, gone: Collection[RecordKey], name: Mapping[str, str]
) -> MergeJournal:
    """The journal of a contact that was merged into one that another one had been merged into."""
    records = tuple(each for each in journal.into_records if each not in gone)
    known = frozenset(each for each in journal.into_known_ids if each not in gone)
    into_name = _name_of(rest, records, name) if journal.has_words else {}
    return replace(journal, into_records=records, into_known_ids=known, into_name=into_name)


def _name_of(rest: Contact, keys: Collection[RecordKey], name: Mapping[str, str]) -> Mapping[str, str]:
    """What these records of the rest are called; the other name if only the person's are left."""
    records = [each for each in rest.records if (each.source, each.source_id) in keys]
    if all(each.source == PERSON for each in records):
        return name
    return name_to_keep(replace(rest, records=records))
