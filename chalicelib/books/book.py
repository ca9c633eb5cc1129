"""An owner's whole book in memory, reduced to what matching needs, and updated with every planned change.

A contact is kept as the text that is stored of it, which is read when it is needed: for most contacts, never. So a
contact takes 0.7 KB, two thirds of it for the indexes, and a book of 100,000 contacts fits into a worker.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from chalicelib.books.deletions import Deletions
from chalicelib.books.entry import Entry, Mark, record_of, text_of
from chalicelib.books.pairs import Pairs
from chalicelib.books.sharing import Sharing, add_sharing, remove_sharing
from chalicelib.books.short_texts import ShortTexts
from chalicelib.contacts.name_cards import card_of
from chalicelib.contacts.source_record import SourceRecord

__all__ = ["Book", "Entry", "Mark", "record_of", "text_of"]

RECENT = 1_000  # entries that are kept as they were read or put; a chunk asks for the same ones several times


@dataclass(slots=True)
class SourceIndex:
    """The contacts that have a record of one source, by the record's id there and by its other ids."""

    by_id: dict[str, str] = field(default_factory=dict)
    by_alias: dict[str, str] = field(default_factory=dict)


class Book:
    """The entries of one owner, with indexes by source id, identity and name."""

    has_plain_entries: bool  #: whether an older version stored some of them
    pairs: Pairs  #: that the person called the same or different

    def __init__(self) -> None:
        self._texts = ShortTexts()
        self._recent: dict[str, Entry] = {}
        self._sources: dict[str, SourceIndex] = {}
        self._sharing: Sharing = {}
        self._hinted: Sharing = {}
        self._merged: dict[str, str] = {}  # from the id of a merged contact to the contact that it is part of
        self.has_plain_entries = False
        self._crowds: dict[str, dict[tuple[str, ...], dict[str, None]]] = {}  # by identity, then name: the contacts
        self._deleted: set[tuple[str, str]] = set()
        self.pairs = Pairs()
        self.deletions = Deletions()  # the people whom the person deleted

    def __len__(self) -> int:
        return len(self._texts)

    def __iter__(self) -> Iterator[Entry]:
        return map(Entry.read, self._texts)

    def __contains__(self, contact_id: str) -> bool:
        return contact_id in self._texts

    def entry(self, contact_id: str) -> Entry:
        entry = self._recent.get(contact_id)
        if entry is None:
            entry = Entry.read(self._texts[contact_id])
            self._keep_for_now(entry)
        return entry

    def _keep_for_now(self, entry: Entry) -> None:
        if len(self._recent) >= RECENT:
            self._recent.clear()
        self._recent[entry.contact_id] = entry

    def find(self, contact_id: str) -> Entry | None:
        return self.entry(contact_id) if contact_id in self._texts else None

    def text(self, contact_id: str) -> bytes | None:
        """The entry as `put_text` takes it."""
        return self._texts.get(contact_id)

    def current_id(self, contact_id: str) -> str | None:
        """The id of the contact, or of the one that it was merged into; None if the book has neither."""
        return contact_id if contact_id in self._texts else self._merged.get(contact_id)

    def written_by(self, job: str) -> Iterator[Entry]:
        """The entries of the contacts that have a record which this job wrote last."""
        for entry in map(Entry.read, list(self._texts.naming(job))):
            if any(mark.job == job for mark in entry.marks):
                yield entry

    # ── queries

    def record(self, source: str, source_id: str) -> Mark | None:
        known = self._sources.get(source)
        contact_id = None if known is None else known.by_id.get(source_id)
        if contact_id is None:
            return None
        for mark in self.entry(contact_id).marks:
            if mark.source_id == source_id and mark.source == source:
                return mark
        raise AssertionError("the index has an id that its contact lacks")

    def record_by_alias(self, source: str, source_id: str, aliases: Iterable[str]) -> Mark | None:
        """A record that is known by another id: one of `aliases`, or an alias that both share."""
        known = self._sources.get(source)
        if known is None:
            return None
        by_id, by_alias = known.by_id, known.by_alias
        for alias in aliases:
            if alias in by_id:
                return self.record(source, alias)
            if alias in by_alias:
                return self.record_with_alias(source, alias)
        return self.record_with_alias(source, source_id)

    def record_with_alias(self, source: str, alias: str) -> Mark | None:
        """The record that has this alias."""
        known = self._sources.get(source)
        contact_id = None if known is None else known.by_alias.get(alias)
        if contact_id is None:
            return None
        return next(mark for mark in self.entry(contact_id).marks if alias in mark.aliases and mark.source == source)

    def aliases(self, source: str) -> Collection[str]:
        """The aliases of the source's records."""
        known = self._sources.get(source)
        return () if known is None else known.by_alias.keys()

    def sources(self) -> list[str]:
        """The keys of all sources that have a record in this book."""
        return [source for source, known in self._sources.items() if known.by_id]

    def contacts_of(self, source: str) -> list[str]:
        """The distinct ids of the contacts that have a record of this source."""
        return list(dict.fromkeys(self.contacts_by_id(source).values()))

    def sources_of(self, contact_id: str) -> set[str]:
        """The sources of the contact's records; empty if there is no such contact."""
        entry = self.find(contact_id)
        return set() if entry is None else {mark.source for mark in entry.marks}

    def contacts_by_id(self, source: str) -> Mapping[str, str]:
        """The contact of each record of this source, by the record's id there."""
        known = self._sources.get(source)
        return {} if known is None else known.by_id

    def contact_with(self, source: str, source_id: str) -> str | None:
        """The id of the contact that has this record."""
        return self.contacts_by_id(source).get(source_id)

    def source_ids(self, source: str) -> Set[str]:
        return self.contacts_by_id(source).keys()

    def contacts_with(self, identity: str) -> Sequence[str]:
        """The ids of the contacts that have this email or phone number."""
        found = self._sharing.get(identity, ())
        return (found,) if isinstance(found, str) else found

    def has_any(self, identities: Iterable[str]) -> bool:
        """Whether any contact has one of these emails or phone numbers."""
        return not self._sharing.keys().isdisjoint(identities)

    @property
    def has_hints(self) -> bool:
        return bool(self._hinted)

    def contacts_hinted(self, number: str) -> Sequence[str]:
        """The ids of the contacts that may have this phone number in another spelling."""
        found = self._hinted.get(number, ())
        return (found,) if isinstance(found, str) else found

    def contacts_named(self, identity: str, words: tuple[str, ...]) -> Sequence[str]:
        """The ids of the contacts with this email or phone number and exactly this name; fast even if many share it."""
        crowd = self._crowds.get(identity)
        if crowd is None:
            crowd = self._crowds[identity] = {}
            for contact_id in self.contacts_with(identity):
                for name in _names_of(self.entry(contact_id)):
                    crowd.setdefault(name, {})[contact_id] = None
        return list(crowd.get(words, ()))

    @property
    def has_deleted(self) -> bool:
        """Whether the person deleted any contact."""
        return bool(self._deleted)

    def is_deleted(self, source: str, source_ids: Iterable[str]) -> bool:
        """Whether the person deleted the contact that one of these ids belonged to."""
        return self.has_deleted and any((source, source_id) in self._deleted for source_id in source_ids)

    def deleted_records(self) -> Collection[tuple[str, str]]:
        """The source and the id, or another id, of each record of the contacts that the person deleted."""
        return self._deleted

    def is_different(self, contact_id: str, other_id: str) -> bool:
        """Whether the person said that these two are different, and neither has really changed since."""
        if not self.pairs:
            return False
        entry, other = self.find(contact_id), self.find(other_id)
        return entry is not None and other is not None and self.pairs.are_different(entry.compared, other.compared)

    def same_as(self, source: str, source_id: str) -> str | None:
        """The id of the contact that the person said to be the same as this record, which the book may not have."""
        found = (self.contact_with(*record) for record in self.pairs.records_said_same((source, source_id)))
        return next(filter(None, found), None)

    # ── updates

    def put_text(self, text: bytes) -> None:
        """Put a stored entry."""
        self._put(Entry.read(text), text)

    def put(self, entry: Entry, text: bytes | None = None) -> None:
        """Put an entry; it replaces the one of the same contact.

        Args:
            text: the `text_of` the entry, if the caller has it.
        """
        self._put(entry, text_of(entry.match(entry.version)) if text is None else text)
        self._keep_for_now(entry)

    def put_new(
        self, contact_id: str, record: SourceRecord, identities: Sequence[str], hints: Sequence[str], text: bytes
    ) -> None:
        """Put the entry of a contact that the book does not have, with one record, without reading its text."""
        self._texts.put(contact_id, text, (record.source, record.stamp.job))
        self._index_record(contact_id, record)
        self._index_identities(contact_id, identities, hints)

    def _put(self, entry: Entry, text: bytes) -> None:
        contact_id = entry.contact_id
        if contact_id in self._texts:
            self._forget(self.entry(contact_id))
        self._texts.put(contact_id, text, [name for mark in entry.marks for name in (mark.source, mark.job)])
        if entry.is_plain:
            self.has_plain_entries = True
        for mark in entry.marks:
            self._index_record(contact_id, mark)
        self._index_identities(contact_id, entry.identities, entry.hints)
        for merged_id in entry.merged:
            self._merged[merged_id] = contact_id

    def _index_record(self, contact_id: str, record: Mark | SourceRecord) -> None:
        known = self._sources.get(record.source)
        if known is None:
            known = self._sources[record.source] = SourceIndex()
        known.by_id[record.source_id] = contact_id
        for alias in record.aliases:
            known.by_alias.setdefault(alias, contact_id)

    def _index_identities(self, contact_id: str, identities: Sequence[str], hints: Sequence[str]) -> None:
        """Index the identities of a contact whose text the book has."""
        sharing, crowds = self._sharing, self._crowds
        for identity in identities:
            if identity in sharing:
                add_sharing(sharing, identity, contact_id)
            else:  # as most are
                sharing[identity] = contact_id
            if crowds and identity in crowds:
                self._join_crowd(identity, contact_id)
        for hint in hints:
            add_sharing(self._hinted, hint, contact_id)

    def _join_crowd(self, identity: str, contact_id: str) -> None:
        for name in _names_of(self.entry(contact_id)):
            self._crowds[identity].setdefault(name, {})[contact_id] = None

    def remove(self, contact_id: str) -> None:
        self._forget(self.entry(contact_id))
        del self._texts[contact_id]

    def mark_deleted(self, source_ids: Iterable[tuple[str, str]]) -> None:
        self._deleted.update(source_ids)

    def _forget(self, entry: Entry) -> None:
        self._recent.pop(entry.contact_id, None)
        for mark in entry.marks:
            known = self._sources[mark.source]
            _remove_id(known.by_id, mark.source_id, entry.contact_id)
            for alias in mark.aliases:
                _remove_id(known.by_alias, alias, entry.contact_id)
        for identity in entry.identities:
            remove_sharing(self._sharing, identity, entry.contact_id)
            if identity in self._crowds:
                for name in _names_of(entry):
                    self._crowds[identity].get(name, {}).pop(entry.contact_id, None)
        for hint in entry.hints:
            remove_sharing(self._hinted, hint, entry.contact_id)
        for merged_id in entry.merged:
            _remove_id(self._merged, merged_id, entry.contact_id)


def _names_of(entry: Entry) -> set[tuple[str, ...]]:
    return {card_of(name).words for name in entry.names} or {()}


def _remove_id(contacts: dict[str, str], source_id: str, contact_id: str) -> None:
    if contacts.get(source_id) == contact_id:
        del contacts[source_id]
