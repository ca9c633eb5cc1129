"""Planning changes of one owner's book, and the changes that need no incoming contacts, such as removals.

Nothing is written here. The caller commits a chunk and calls `confirm`; if the commit is refused, it calls `roll_back`,
then `refresh` for the contacts that have changed, and plans again. The next chunk may be planned before the last one is
committed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime
from typing import cast

from chalicelib.books.book import Book, Entry, Mark, record_of, text_of
from chalicelib.books.bring_up import bring_up
from chalicelib.books.chunk import Chunk, ChunkFull, Draft, Limits, Result, read_ids
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.dry_run import UnwrittenContacts
from chalicelib.books.enrichment_status import carried_ids
from chalicelib.books.entry import match_of_new
from chalicelib.books.matching import Candidate, contacts_sharing, with_possible_duplicates
from chalicelib.books.prepared_contact import display_name
from chalicelib.books.status_store import StatusStore
from chalicelib.books.version import BookVersion
from chalicelib.contacts.cleaning import clean_text, digest
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.person_record import records_without, with_person_record_of, without_kept_name
from chalicelib.contacts.source import PERSON, is_enrichment
from chalicelib.contacts.source_record import ContactFields, SourceRecord, Stamp
from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.errors import TooLarge
from chalicelib.foundation.executor import Task
from chalicelib.foundation.outcomes import Outcome

REMOVAL_BYTES = 400  # of the write that removes a contact, with its condition


class Planner:
    """Plans chunks on an in-memory book, which it keeps as it will be once everything planned is committed."""

    def __init__(
        self,
        store: ContactStore,
        *,
        owner: str,
        source: str,
        now: Callable[[], datetime],
        book: Book | None = None,
    ) -> None:
        """Plan changes of one source.

        Args:
            source: the key of the source whose records are changed: "google:<connection id>", or a tracking key.
            book: the book as it was just read; without one, it is read when it is first needed.
        """
        self._store, self._owner, self._source, self._now = store, owner, source, now
        self._read: set[str] = set()  # source ids that committed and planned chunks of this generation have read
        self._planned: list[tuple[Chunk, Draft]] = []  # not committed yet
        self._unwritten: UnwrittenContacts | None = None  # of a plan that is never committed
        self._carried: StatusStore | None = None  # of the statuses that go with contacts; None if the book has none
        self._loaded = book
        #: Whether planning found that people have moved or deleted records since the book was read.
        self.has_met_move = False
        self._reading: Task[Book] | None = None

    # ── the state of the book

    def knows(self, version: BookVersion) -> bool:  # noqa: ARG002 # of no version
        """Whether it can plan without reading the book of this version."""
        return False

    @property
    def has_book(self) -> bool:
        """Whether the book has been read."""
        return self._loaded is not None

    @property
    def _book(self) -> Book:
        return self.read_book() if self._loaded is None else self._loaded

    def read_book(self) -> Book:
        """Read the book, if it has not been read."""
        if self._loaded is None:
            reading, self._reading = self._reading, None
            self._loaded = self._store.read_book(self._owner) if reading is None else reading.result()
        return self._loaded

    def carry_statuses(self, statuses: StatusStore | None) -> None:
        """Delete the statuses beside contacts with them from now on. None if the book has none."""
        self._carried = statuses

    def take_reading(self, reading: Task[Book]) -> None:
        """Plan on the book that is being read; it is waited for when it is first needed."""
        self._reading = reading

    def take_empty_book(self) -> None:
        """Plan on a book that is known to be empty, without reading it."""
        self._loaded = Book()

    def reload_book(self) -> None:
        """Read the book and drop all chunks that are not committed, also those that never will be."""
        self._loaded, self._unwritten = self._store.read_book(self._owner), None
        self._drop_planned()

    @property
    def seen(self) -> Set[str]:
        """The source ids that committed chunks of this generation have read."""
        planned = [draft.read for _, draft in self._planned]
        return self._read.difference(*planned) if planned else self._read  # no second set of all ids

    def resume(self, seen: Iterable[str]) -> None:
        """Note the source ids that earlier claims of this generation have read, from the ledger."""
        self._read.update(seen)

    def confirm(self, chunk: Chunk) -> None:
        """Note that the chunk is committed."""
        read = [draft.read for planned, draft in self._planned if planned is chunk]
        if not read or len(read[0]) < len(
            chunk.results
        ):  # else each result is of an id that planning has noted as read
            self._read.update(read_ids(chunk.results))
        self._planned = [planned for planned in self._planned if planned[0] is not chunk]

    def pretend(self, chunk: Chunk) -> None:
        """Note that the chunk would be committed, in a plan that never is. Later chunks follow what it changes."""
        (draft,) = [draft for planned, draft in self._planned if planned is chunk]
        if chunk.writes:
            if self._unwritten is None:
                self._unwritten = UnwrittenContacts(self._book.text)
            self._unwritten.add(list(draft.changed), chunk.writes[: len(draft.changed)])
        self._planned = [planned for planned in self._planned if planned[0] is not chunk]

    def roll_back(self) -> None:
        """Drop all chunks that are not committed, and take their changes of the book back."""
        for _, draft in reversed(self._planned):
            for contact_id, text in draft.before.items():
                if text is not None:
                    self._book.put_text(text)
                elif contact_id in self._book:
                    self._book.remove(contact_id)
        self._drop_planned()

    def _drop_planned(self) -> None:
        self._forget_read({source_id for _, draft in self._planned for source_id in draft.read})
        self._planned = []

    def _forget_read(self, source_ids: Set[str]) -> None:
        """Count these ids, which the planned chunks have read, as not read."""
        self._read -= source_ids

    def refresh(self, contact_ids: Iterable[str]) -> None:
        """Read these contacts again, except those that an uncommitted chunk writes: the store decides about them."""
        ids = {each for each in contact_ids if not any(each in draft.changed for _, draft in self._planned)}
        if self._unwritten is not None:
            self._unwritten.forget(ids)
        self._update_book(ids, self._store.get_many(self._owner, sorted(ids)), is_forced=True)

    def _update_book(self, requested: Iterable[str], stored: Mapping[str, Contact], *, is_forced: bool = False) -> None:
        """Bring the book up to the stored contacts; those that were requested but are not stored are deleted."""
        deleted = [each for each in requested if each not in stored]
        if not deleted and not stored:  # then the book need not have been read
            return
        if deleted:
            self._store.add_deletions(self._book, self._owner, deleted)
        self.has_met_move |= bring_up(self._book, deleted, stored.values(), is_forced=is_forced)

    @property
    def book(self) -> Book:
        """The book as it will be once everything planned is committed."""
        return self._book

    @property
    def source(self) -> str:
        return self._source

    def switch_source(self, source: str) -> None:
        """Change the records of this source from now on."""
        self._source = source

    def known_ids(self) -> Set[str]:
        """The source's ids for the contacts of the book, which change with it."""
        return self._book.source_ids(self._source)

    def contact_ids(self) -> set[str]:
        """The ids of the contacts that have a record of the source."""
        return set(self._book.contacts_of(self._source))

    # ── removals

    def plan_removals(self, source_ids: Sequence[str], limits: Limits) -> Chunk:
        """Remove the source's records with these ids; a contact with no remaining source is deleted."""

        def holders(source_id: str) -> list[str]:
            mark, survivor = self._book.record(self._source, source_id), self._survivor(source_id)
            return [] if mark is None else [mark.contact_id, *([survivor] if survivor else [])]

        def remove(source_id: str, draft: Draft) -> Result | None:
            contact_id = next(iter(holders(source_id)), None)
            if contact_id is None:
                return None
            contact, survivor = self._whole(contact_id, draft), self._survivor(source_id)
            if survivor is not None and self._rest_is_own(contact_id, source_id):
                self._reunite(contact, survivor, draft)
                return Result(source_id, Outcome.REMOVED, survivor)
            if self._remove_records(contact, {source_id}, draft):
                return Result(source_id, Outcome.REMOVED, None, None, display_name(contact.shown))
            return Result(source_id, Outcome.REMOVED, contact_id)

        return self._plan_each(source_ids, limits, holders, remove)

    def without_survivor(self, source_ids: Sequence[str]) -> list[str]:
        """The ids that were not merged into another record at the provider."""
        return [source_id for source_id in source_ids if self._survivor(source_id) is None]

    def _survivor(self, source_id: str) -> str | None:
        """The id of the other contact whose record this one was merged into at the provider."""
        mark = self._book.record(self._source, source_id)
        by_alias = self._book.record_by_alias(self._source, source_id, ())
        if by_alias is None or (mark is not None and by_alias.contact_id == mark.contact_id):
            return None
        return by_alias.contact_id

    def _rest_is_own(self, contact_id: str, source_id: str) -> bool:
        """Whether the contact has only this record and the person's own."""
        marks = self._book.entry(contact_id).marks
        others = (mark for mark in marks if mark.source != PERSON and not is_enrichment(mark.source))
        return all((mark.source, mark.source_id) == (self._source, source_id) for mark in others)

    # ── edits of merged contacts

    def orphaned_contacts(self) -> list[str]:
        """The ids of contacts that have only the person's own record left, and whose source was merged into another."""
        return sorted({mark.contact_id for alias, mark in self._own_records() if self._successor(alias, mark)})

    def plan_reunions(self, contact_ids: Sequence[str], limits: Limits) -> Chunk:
        """Move the edits on these orphaned contacts to the contacts that they were merged into. Nothing is counted."""

        def successor(contact_id: str) -> str | None:
            marks = (found for found in self._own_records() if found[1].contact_id == contact_id)
            return next(filter(None, (self._successor(alias, mark) for alias, mark in marks)), None)

        def needed(contact_id: str) -> list[str]:
            into = successor(contact_id)
            return [] if into is None else [contact_id, into]

        def reunite(contact_id: str, draft: Draft) -> None:
            into = successor(contact_id)
            if into is not None:
                self._reunite(self._whole(contact_id, draft), into, draft)

        return self._plan_each(contact_ids, limits, needed, reunite)

    def _own_records(self) -> Iterator[tuple[str, Mark]]:
        """The person's own records, by their aliases."""
        for alias in self._book.aliases(PERSON):
            mark = self._book.record_with_alias(PERSON, alias)
            if mark is not None:
                yield alias, mark

    def _successor(self, alias: str, own: Mark) -> str | None:
        """The contact that now has the source record that the person's own record names by this alias, if another."""
        source, _, source_id = alias.partition(" ")
        if source != self._source or not self._is_left_to_person(own.contact_id):
            return None
        mark = self._book.record(source, source_id) or self._book.record_by_alias(source, source_id, ())
        return None if mark is None else mark.contact_id

    def _is_left_to_person(self, contact_id: str) -> bool:
        """Whether the person's own record is the only one left, apart from enrichment."""
        return {each for each in self._book.sources_of(contact_id) if not is_enrichment(each)} == {PERSON}

    def _reunite(self, contact: Contact, into: str, draft: Draft) -> None:
        """Merge `contact` into another. That one is written first, because a chunk may end between the two."""
        survivor = self._whole(into, draft)
        records = with_person_record_of(survivor, contact, draft.moment)
        others = tuple(each for each in survivor.possible_duplicates if each != contact.contact_id)
        if records is not survivor.records or len(others) < len(survivor.possible_duplicates):
            self._plan_update(replace(survivor, possible_duplicates=others), records, draft)
        self._remove(contact, draft)

    # ── group renames

    def plan_group_renames(
        self, names: Mapping[str, str], source_ids: Sequence[str], limits: Limits, stamp: Stamp
    ) -> Chunk:
        """Rename the groups in these records as the source has them, and remove the groups that it no longer has.

        Args:
            names: of all groups of the source, by group id.
            stamp: of the records that change.
        """

        def holder(source_id: str) -> list[str]:
            mark = self._book.record(self._source, source_id)
            return [] if mark is None else [mark.contact_id]

        def rename(source_id: str, draft: Draft) -> Result | None:
            mark = self._book.record(self._source, source_id)
            if mark is None:
                return None
            contact = self._whole(mark.contact_id, draft)
            old = record_of(mark, contact)
            fields = _with_group_names(old.fields, names)
            if fields == old.fields:
                return None
            new = replace(old, fields=fields, digest=digest(fields), stamp=stamp, last_changed=draft.moment)
            try:
                self._plan_update(contact, [new if record is old else record for record in contact.records], draft)
            except TooLarge:
                return Result(source_id, Outcome.FAILED, mark.contact_id, "too_large")
            return Result(source_id, Outcome.UPDATED, mark.contact_id)

        return self._plan_each(source_ids, limits, holder, rename)

    # ── links to edited contacts

    def plan_links(self, edited: Sequence[str], job: str, limits: Limits) -> Chunk:
        """Note edited contacts as possible duplicates of those that `job` wrote, if they share an email or a number.

        An edit and a chunk at the same moment may not have seen each other. Nothing is counted.
        """

        def sharing(contact_id: str) -> list[str]:
            entry = self._book.find(contact_id)
            others = () if entry is None else contacts_sharing(self._book, entry.identities, contact_id)
            return [each for each in others if any(mark.job == job for mark in self._book.entry(each).marks)]

        def needed(contact_id: str) -> list[str]:
            others = sharing(contact_id)
            return [contact_id, *others] if others else []

        def link(contact_id: str, draft: Draft) -> None:
            for other_id in sharing(contact_id):
                other, edited = self._whole(other_id, draft), self._whole(contact_id, draft)
                pointed = with_possible_duplicates(other, [contact_id])
                is_new = pointed.possible_duplicates != other.possible_duplicates
                if is_new and other_id not in edited.possible_duplicates:
                    self._plan_update(pointed, other.records, draft)

        return self._plan_each(edited, limits, needed, link)

    # ── withdrawal of a source

    def plan_withdrawal(self, contact_ids: Sequence[str], limits: Limits) -> Chunk:
        """Remove all records of the source from these contacts.

        The results have the contact's id as source id: `removed` if it is deleted, `updated` if it has other sources
        too. Only contacts with other sources are read; the book knows enough to delete the others.
        """

        def shared(contact_id: str) -> list[str]:
            return [contact_id] if len(self._book.sources_of(contact_id)) > 1 else []

        def withdraw(contact_id: str, draft: Draft) -> Result | None:
            if self._source not in self._book.sources_of(contact_id):
                return None
            if not shared(contact_id):
                self._remove(Contact(contact_id, self._book.entry(contact_id).version, [], 0, 0), draft)
                return Result(contact_id, Outcome.REMOVED)
            try:
                is_deleted = self._remove_records(self._whole(contact_id, draft), None, draft)
            except (ChunkFull, MemoryError):
                raise
            except Exception:  # one malformed contact must not hold up the others
                return Result(contact_id, Outcome.FAILED, contact_id, "unreadable")
            return (
                Result(contact_id, Outcome.REMOVED) if is_deleted else Result(contact_id, Outcome.UPDATED, contact_id)
            )

        return self._plan_each(contact_ids, limits, shared, withdraw)

    def _plan_each(
        self,
        items: Sequence[str],
        limits: Limits,
        needs: Callable[[str], Iterable[str]],
        plan: Callable[[str, Draft], Result | None],
    ) -> Chunk:
        """Plan the first of the items, as many as fit.

        Args:
            needs: the ids of the contacts to read for an item.
            plan: adds the writes of an item to the draft.
        """
        needed: dict[str, None] = {}
        for each in items[: limits.lines]:
            needed.update(dict.fromkeys(needs(each)))
            if len(needed) > limits.contacts:
                break
        draft = self._draft(limits, needed)
        for each in items:
            try:
                if not draft.settle(plan(each, draft)):
                    break
            except ChunkFull:
                break
        return self._finish(draft)

    def _remove_records(self, contact: Contact, source_ids: set[str] | None, draft: Draft) -> bool:
        """Plan the contact without these records of the source (None: all of them); True if it is deleted."""
        removed = [
            record
            for record in contact.records
            if record.source == self._source and (source_ids is None or record.source_id in source_ids)
        ]
        rest = records_without(contact, removed)
        if rest:
            self._plan_update(contact, rest, draft)
            return False
        self._remove(contact, draft)
        return True

    def _remove(self, contact: Contact, draft: Draft) -> None:
        self._plan_removal(contact, self._book.entry(contact.contact_id).merged if self._carried else (), draft)
        draft.before.setdefault(contact.contact_id, self._book.text(contact.contact_id))
        self._book.remove(contact.contact_id)

    def _plan_removal(self, contact: Contact, merged: Sequence[str], draft: Draft) -> None:
        """Plan the write that removes the contact, and those of the statuses of all that it consists of."""
        remove, statuses = self._store.remove_write(self._owner, contact), list[Write]()
        if self._carried is not None:
            statuses = self._carried.delete_writes(self._owner, carried_ids(contact.contact_id, merged))
        draft.write(contact.contact_id, None, remove, REMOVAL_BYTES * (1 + len(statuses)), statuses)

    # ── drafts

    def _note_read(self, source_id: str, draft: Draft) -> bool:
        """Note that the draft reads the id; False if it was read before."""
        if source_id in self._read:
            return False
        self._read.add(source_id)
        draft.read.append(source_id)
        return True

    def _draft(self, limits: Limits, needed: Iterable[str] = ()) -> Draft:
        planned: list[Mapping[str, Contact | None]] = [draft.changed for _, draft in reversed(self._planned)]
        if self._unwritten is not None:
            planned.append(self._unwritten)
        draft = Draft(limits, milliseconds(self._now()), planned, is_compared=self._unwritten is None)
        self._load_for(draft, needed)
        return draft

    def _load_for(self, draft: Draft, needed: Iterable[str]) -> None:
        """Read these contacts for the draft, but for those that it or a chunk before it changes."""
        requested = {each for each in needed if not draft.is_changed(each)}
        loaded = self._load(sorted(requested)) if requested else {}
        self._update_book(requested, loaded)
        draft.requested |= requested
        draft.loaded.update(loaded)

    def _load(self, contact_ids: Sequence[str]) -> Mapping[str, Contact]:
        """The contacts with these ids that are stored."""
        return self._store.get_many(self._owner, contact_ids)

    def _finish(self, draft: Draft) -> Chunk:
        for contact in draft.changed.values():
            if contact is not None:  # as it will be once this is committed
                contact.version += 1
        chunk = draft.chunk()
        self._planned.append((chunk, draft))
        return chunk

    def _plan_update(self, contact: Contact, records: list[SourceRecord], draft: Draft) -> None:
        records = records if contact.merged else without_kept_name(records)  # what was merged may be moved back
        kept = replace(contact, records=records, updated_at=draft.moment)
        self._plan_write(kept, Entry.of(kept)._replace(version=kept.version + 1), draft)

    def _plan_write(self, contact: Contact, entry: Entry, draft: Draft) -> None:
        """Plan the write of the contact as it is, and update the book with the entry of its next version."""
        contact_id, book = contact.contact_id, self._book
        write, size = self._store.sized_put_write(self._owner, contact, entry)
        draft.write(contact_id, contact, write, size)
        draft.before.setdefault(contact_id, book.text(contact_id))
        book.put(entry, text_of(write["Put"]["Item"]["match"]["S"]))

    def _plan_write_of_new(self, contact: Contact, candidate: Candidate, stored: str | None, draft: Draft) -> None:
        """As `_plan_write`, of a new contact with one record: imports create thousands.

        Args:
            candidate: what matching compares of the record.
            stored: as in `to_item`.
        """
        contact_id, (card, emails, phones, hints) = contact.contact_id, candidate
        identities = (*emails, *phones)
        match = match_of_new(contact, card, identities, hints)
        write, size = self._store.sized_write_with(self._owner, contact, match, stored)
        draft.write(contact_id, contact, write, size)
        draft.before[contact_id] = None
        draft.new.add(contact_id)
        self._book.put_new(contact_id, contact.records[0], identities, hints, text_of(match))

    def _whole(self, contact_id: str, draft: Draft) -> Contact:
        return draft.contact(contact_id)


def _with_group_names(fields: ContactFields, names: Mapping[str, str]) -> ContactFields:
    """The fields with the current names of their groups."""
    known = fields.get("groups_by_id")
    if not known:
        return fields
    present = {key: name for key in known if (name := clean_text(names.get(key)))}
    rest = cast(ContactFields, {name: value for name, value in fields.items() if name != "groups_by_id"})
    return {**rest, "groups_by_id": present} if present else rest
