"""Planning on one owner's book: what every step that changes contacts shares, and taking a source's records away.

Nothing is written here. The caller commits a chunk and says `committed`; when the commit was refused it says
`roll_back`, and `refresh` for the contacts that moved, and plans again. The next chunk may be planned before the last
one is known to be committed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from chalicelib.books.book import Book, Entry, Mark, record_of
from chalicelib.books.chunk import Chunk, ChunkFull, Draft, Limits, Result, read_ids
from chalicelib.books.contact_rows import size_of
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.matching import contacts_sharing, with_possible_duplicates
from chalicelib.books.prepared_contact import display_name
from chalicelib.contacts.cleaning import clean_text, digest
from chalicelib.contacts.contact import PERSON, Contact, ContactFields, SourceRecord, Stamp
from chalicelib.contacts.own_record import outlasting, united, with_sources
from chalicelib.contacts.source import is_enrichment
from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.errors import TooLarge
from chalicelib.foundation.outcomes import Outcome

REMOVAL_BYTES = 400  # of the write that removes a contact, with its condition


class Planner:
    """Args:
    source: whose records are meant: "google:<connection id>", or a tracking key.
    book: as it was just read; without one, say `reread` first.
    """

    def __init__(
        self,
        store: ContactStore,
        *,
        owner: str,
        source: str,
        now: Callable[[], datetime],
        book: Book | None = None,
    ) -> None:
        self._store, self._owner, self._source, self._now = store, owner, source, now
        self.seen: set[str] = set()  # source ids that committed chunks of this generation read
        self._read: set[str] = set()  # the same and those of planned chunks
        self._planned: list[tuple[Chunk, Draft]] = []  # and not known to be committed
        self._book = Book() if book is None else book

    # ── what the caller tells

    def reload_book(self) -> None:
        """Read the book, and forget whatever was planned and not committed."""
        self._book = self._store.read_book(self._owner)
        self._planned = []
        self._read = set(self.seen)

    def resume(self, seen: Iterable[str]) -> None:
        """Source ids that this generation has read before, as the ledger says."""
        self.seen.update(seen)
        self._read.update(self.seen)

    def confirm(self, chunk: Chunk) -> None:
        self.seen.update(read_ids(chunk.results))
        self._planned = [planned for planned in self._planned if planned[0] is not chunk]

    def roll_back(self) -> None:
        """Forget whatever was planned and not committed: the book is again as it was before."""
        for _, draft in reversed(self._planned):
            for contact_id, entry in draft.before.items():
                if entry is not None:
                    self._book.put(entry)
                elif contact_id in self._book:
                    self._book.remove(contact_id)
        self._planned = []
        self._read = set(self.seen)

    def refresh(self, contact_ids: Iterable[str]) -> None:
        """Read these contacts again, but for those that a chunk under way writes: the store decides about them."""
        ids = {each for each in contact_ids if not any(each in draft.changed for _, draft in self._planned)}
        self._note_as_stored(ids, self._store.get_many(self._owner, sorted(ids)))

    def _note_as_stored(self, asked: Iterable[str], stored: Mapping[str, Contact]) -> None:
        """Let the book know how the contacts that were asked for are stored now."""
        gone = [each for each in asked if each not in stored]
        for contact in stored.values():
            known = contact.contact_id in self._book and self._book.entry(contact.contact_id)
            if not known or known.version != contact.version:
                self._book.put(Entry.of(contact))
        if gone:
            self._book.mark_deleted(self._store.deleted_source_ids(self._owner, gone))
        for contact_id in gone:
            if contact_id in self._book:
                self._book.remove(contact_id)

    @property
    def book(self) -> Book:
        """As it will be once everything planned is committed."""
        return self._book

    @property
    def source(self) -> str:
        return self._source

    def switch_source(self, source: str) -> None:
        """From now on this source's records are meant."""
        self._source = source

    def known_ids(self) -> set[str]:
        """The source's ids for the contacts of this book."""
        return self._book.source_ids(self._source)

    def contact_ids(self) -> set[str]:
        """Ids of the contacts that have a record of the source."""
        return set(self._book.contacts_of(self._source))

    # ── taking records away

    def plan_removals(self, gone: Sequence[str], limits: Limits) -> Chunk:
        """Take the source's records of these ids away; a contact that no source speaks of any more goes."""

        def holders(source_id: str) -> list[str]:
            mark, survivor = self._book.record(self._source, source_id), self._survivor(source_id)
            return [] if mark is None else [mark.contact_id, *([survivor] if survivor else [])]

        def removed(source_id: str, draft: Draft) -> Result | None:
            contact_id = next(iter(holders(source_id)), None)
            if contact_id is None:
                return None
            contact, survivor = self._whole(contact_id, draft), self._survivor(source_id)
            if survivor is not None and self._rest_is_own(contact_id, source_id):
                self._reunite(contact, survivor, draft)
                return Result(source_id, Outcome.REMOVED, survivor)
            if self._take_away(contact, {source_id}, draft):
                return Result(source_id, Outcome.REMOVED, None, None, display_name(contact.shown))
            return Result(source_id, Outcome.REMOVED, contact_id)

        return self._settled(gone, limits, holders, removed)

    def without_survivor(self, gone: Sequence[str]) -> list[str]:
        """Those of the ids that no other record of the source has taken over in a merge at the provider."""
        return [source_id for source_id in gone if self._survivor(source_id) is None]

    def _survivor(self, source_id: str) -> str | None:
        """The other contact whose record, as its source says, this id has become a part of."""
        mark = self._book.record(self._source, source_id)
        by_alias = self._book.record_by_alias(self._source, source_id, ())
        if by_alias is None or (mark is not None and by_alias.contact_id == mark.contact_id):
            return None
        return by_alias.contact_id

    def _rest_is_own(self, contact_id: str, source_id: str) -> bool:
        """Whether the contact has no other record than this one and the person's own."""
        marks = self._book.entry(contact_id).marks
        others = (mark for mark in marks if mark.source != PERSON and not is_enrichment(mark.source))
        return all((mark.source, mark.source_id) == (self._source, source_id) for mark in others)

    # ── what a person wrote

    def orphaned_contacts(self) -> list[str]:
        """Contacts of which only the person speaks, whose last source has become a part of another contact since."""
        return sorted(
            {mark.contact_id for alias, mark in self._book.aliases(PERSON).items() if self._refuge(alias, mark)}
        )

    def plan_reunions(self, contact_ids: Sequence[str], limits: Limits) -> Chunk:
        """Give what the person wrote on these stranded contacts to those that they have become. Nothing is counted."""

        def refuge(contact_id: str) -> str | None:
            marks = (mark for mark in self._book.aliases(PERSON).items() if mark[1].contact_id == contact_id)
            return next(filter(None, (self._refuge(alias, mark) for alias, mark in marks)), None)

        def needed(contact_id: str) -> list[str]:
            into = refuge(contact_id)
            return [] if into is None else [contact_id, into]

        def reunited(contact_id: str, draft: Draft) -> None:
            into = refuge(contact_id)
            if into is not None:
                self._reunite(self._whole(contact_id, draft), into, draft)

        return self._settled(contact_ids, limits, needed, reunited)

    def _refuge(self, alias: str, own: Mark) -> str | None:
        """The contact that holds what the person's record remembers by this alias; None where it is still its own."""
        source, _, source_id = alias.partition(" ")
        if source != self._source or not self._is_left_to_person(own.contact_id):
            return None
        mark = self._book.record(source, source_id) or self._book.record_by_alias(source, source_id, ())
        return None if mark is None else mark.contact_id

    def _is_left_to_person(self, contact_id: str) -> bool:
        """Whether the person's own record is the only one left; what enrichment adds does not count."""
        return {each for each in self._book.sources_of(contact_id) if not is_enrichment(each)} == {PERSON}

    def _reunite(self, contact: Contact, into: str, draft: Draft) -> None:
        """Plan that `contact` has become a part of another, which is written first: a chunk may end between the two."""
        survivor = self._whole(into, draft)
        records = united(survivor, contact, draft.moment)
        others = tuple(each for each in survivor.possible_duplicates if each != contact.contact_id)
        if records is not survivor.records or len(others) < len(survivor.possible_duplicates):
            self._keep(replace(survivor, possible_duplicates=others), records, draft)
        self._remove(contact, draft)

    # ── renamed groups

    def plan_group_renames(self, names: Mapping[str, str], asked: Sequence[str], limits: Limits, stamp: Stamp) -> Chunk:
        """Renames the groups of these records as in the source; removes those that it no longer has.

        Args:
            names: all groups of the source, by its ids. asked: ids of records. stamp: what a changed record gets.
        """

        def holder(source_id: str) -> list[str]:
            mark = self._book.record(self._source, source_id)
            return [] if mark is None else [mark.contact_id]

        def renamed(source_id: str, draft: Draft) -> Result | None:
            mark = self._book.record(self._source, source_id)
            if mark is None:
                return None
            contact = self._whole(mark.contact_id, draft)
            old = record_of(mark, contact)
            said = _with_names(old.fields, names)
            if said == old.fields:
                return None
            new = replace(old, fields=said, digest=digest(said), stamp=stamp, last_changed=draft.moment)
            try:
                self._keep(contact, [new if record is old else record for record in contact.records], draft)
            except TooLarge:
                return Result(source_id, Outcome.FAILED, mark.contact_id, "too_large")
            return Result(source_id, Outcome.UPDATED, mark.contact_id)

        return self._settled(asked, limits, holder, renamed)

    # ── contacts that people changed at the same moment

    def plan_links(self, edited: Sequence[str], job: str, limits: Limits) -> Chunk:
        """Link contacts that `job` wrote to these edited ones, where they share an address or a number.

        Neither the edit nor the chunk may have known of the other. Nothing is counted.
        """

        def met(contact_id: str) -> list[str]:
            entry = self._book.find(contact_id)
            others = () if entry is None else contacts_sharing(self._book, entry.identities, contact_id)
            return [each for each in others if any(mark.job == job for mark in self._book.entry(each).marks)]

        def needed(contact_id: str) -> list[str]:
            others = met(contact_id)
            return [contact_id, *others] if others else []

        def linked(contact_id: str, draft: Draft) -> None:
            for other_id in met(contact_id):
                other, edited = self._whole(other_id, draft), self._whole(contact_id, draft)
                pointed = with_possible_duplicates(other, [contact_id])
                is_new = pointed.possible_duplicates != other.possible_duplicates
                if is_new and other_id not in edited.possible_duplicates:
                    self._keep(pointed, other.records, draft)

        return self._settled(edited, limits, needed, linked)

    # ── many contacts

    def plan_withdrawal(self, contact_ids: Sequence[str], limits: Limits) -> Chunk:
        """Take all of the source's records of these contacts away.

        The results have the contact's id for a source id: `removed` for one that is gone, `updated` for one that
        others speak of too. Only those are read; of the others the book knows all that deleting them needs.
        """

        def shared(contact_id: str) -> list[str]:
            return [contact_id] if len(self._book.sources_of(contact_id)) > 1 else []

        def withdrawn(contact_id: str, draft: Draft) -> Result | None:
            if self._source not in self._book.sources_of(contact_id):
                return None
            if not shared(contact_id):
                self._remove(Contact(contact_id, self._book.entry(contact_id).version, [], 0, 0), draft)
                return Result(contact_id, Outcome.REMOVED)
            try:
                goes = self._take_away(self._whole(contact_id, draft), None, draft)
            except (ChunkFull, MemoryError):
                raise
            except Exception:  # one contact that breaks us must not keep the others
                return Result(contact_id, Outcome.FAILED, contact_id, "unreadable")
            return Result(contact_id, Outcome.REMOVED) if goes else Result(contact_id, Outcome.UPDATED, contact_id)

        return self._settled(contact_ids, limits, shared, withdrawn)

    def _settled(
        self,
        asked: Sequence[str],
        limits: Limits,
        reads: Callable[[str], Iterable[str]],
        taken: Callable[[str, Draft], Result | None],
    ) -> Chunk:
        needed: dict[str, None] = {}
        for each in asked[: limits.lines]:
            needed.update(dict.fromkeys(reads(each)))
            if len(needed) > limits.contacts:
                break
        draft = self._draft(limits, needed)
        for each in asked:
            try:
                if not draft.settle(taken(each, draft)):
                    break
            except ChunkFull:
                break
        return self._finished(draft)

    def _take_away(self, contact: Contact, source_ids: set[str] | None, draft: Draft) -> bool:
        """Plan the contact without these records of the source (None: any); True when nothing is left of it."""
        taken = [
            record
            for record in contact.records
            if record.source == self._source and (source_ids is None or record.source_id in source_ids)
        ]
        rest = outlasting(contact, taken)
        if rest:
            self._keep(contact, rest, draft)
            return False
        self._remove(contact, draft)
        return True

    def _remove(self, contact: Contact, draft: Draft) -> None:
        draft.write(contact.contact_id, None, self._store.remove_write(self._owner, contact), REMOVAL_BYTES)
        draft.before.setdefault(contact.contact_id, self._book.entry(contact.contact_id))
        self._book.remove(contact.contact_id)

    # ── contacts as they will be

    def _draft(self, limits: Limits, needed: Iterable[str]) -> Draft:
        planned = [draft.changed for _, draft in reversed(self._planned)]
        asked = {contact_id for contact_id in needed if not any(contact_id in changed for changed in planned)}
        loaded = self._store.get_many(self._owner, sorted(asked)) if asked else {}
        self._note_as_stored(asked, loaded)
        return Draft(limits, milliseconds(self._now()), planned, loaded, asked)

    def _finished(self, draft: Draft) -> Chunk:
        for contact_id, contact in draft.changed.items():
            if contact is not None:  # as it will be once this is committed
                contact.version += 1
                self._book.entry(contact_id).version = contact.version
        chunk = draft.chunk()
        self._planned.append((chunk, draft))
        return chunk

    def _keep(self, contact: Contact, records: list[SourceRecord], draft: Draft) -> None:
        kept = replace(contact, records=with_sources(records), updated_at=draft.moment)
        self._plan_write(kept, Entry.of(kept), draft)

    def _plan_write(self, contact: Contact, entry: Entry, draft: Draft) -> None:
        """Plan the write of the contact as it is, and let the book know."""
        write = self._store.put_write(self._owner, contact, entry)
        draft.write(contact.contact_id, contact, write, size_of(write["Put"]["Item"]))
        draft.before.setdefault(contact.contact_id, self._book.find(contact.contact_id))
        self._book.put(entry)

    def _whole(self, contact_id: str, draft: Draft) -> Contact:
        return draft.whole(contact_id)


def _with_names(said: ContactFields, names: Mapping[str, str]) -> ContactFields:
    """The content of a record, with the present names of its groups."""
    known = said.get("groups_by_id")
    if not known:
        return said
    present = {key: name for key in known if (name := clean_text(names.get(key)))}
    rest = cast(ContactFields, {member: value for member, value in said.items() if member != "groups_by_id"})
    return {**rest, "groups_by_id": present} if present else rest
