"""Planning on one owner's book: what every step that changes contacts shares, and taking a source's records away.

Nothing is written here. The caller commits a chunk and says `committed`; when the commit was refused it says `reread`
and plans again. The next chunk may be planned before the last one is known to be committed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.contacts.arrival import shown_name
from chalicelib.contacts.book import Book, Entry
from chalicelib.contacts.chunk import Chunk, Cut, Draft, Limits, Result, read_ids
from chalicelib.contacts.contact import Contact, SourceRecord
from chalicelib.contacts.fold import fold
from chalicelib.contacts.rows import size_of
from chalicelib.contacts.store import ContactStore
from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.outcomes import Outcome


class Planning:
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
        self._planned: list[tuple[Chunk, dict[str, Contact | None]]] = []
        self._book = Book() if book is None else book

    # ── what the caller tells

    def reread(self) -> None:
        """Read the book, and forget whatever was planned and not committed."""
        self._book = self._store.read_book(self._owner)
        self._planned = []
        self._read = set(self.seen)

    def resume(self, seen: Iterable[str]) -> None:
        """Source ids that this generation has read before, as the ledger says."""
        self.seen.update(seen)
        self._read.update(self.seen)

    def committed(self, chunk: Chunk) -> None:
        self.seen.update(read_ids(chunk.results))
        self._planned = [planned for planned in self._planned if planned[0] is not chunk]

    @property
    def book(self) -> Book:
        """As it will be once everything planned is committed."""
        return self._book

    def known_ids(self) -> set[str]:
        """The source's ids for the contacts of this book."""
        return self._book.ids(self._source)

    # ── taking records away

    def plan_removals(self, gone: Sequence[str], limits: Limits) -> Chunk:
        """Take the source's records of these ids away; a contact that no source speaks of any more goes."""

        def holder(source_id: str) -> str | None:
            mark = self._book.record(self._source, source_id)
            return None if mark is None else mark.contact_id

        def removed(source_id: str, draft: Draft) -> Result | None:
            contact_id = holder(source_id)
            if contact_id is None:
                return None
            contact = self._whole(contact_id, draft)
            if self._take_away(contact, {source_id}, draft):
                return Result(source_id, Outcome.REMOVED, None, None, shown_name(contact.shown))
            return Result(source_id, Outcome.REMOVED, contact_id)

        return self._taken_away(gone, limits, holder, removed)

    def plan_withdrawal(self, contact_ids: Sequence[str], limits: Limits) -> Chunk:
        """Take all of the source's records of these contacts away.

        The results have the contact's id for a source id: `removed` for one that is gone, `updated` for one that
        others speak of too. Only those are read; of the others the book knows all that deleting them needs.
        """

        def shared(contact_id: str) -> str | None:
            return contact_id if len(self._book.sources_of(contact_id)) > 1 else None

        def withdrawn(contact_id: str, draft: Draft) -> Result | None:
            if self._source not in self._book.sources_of(contact_id):
                return None
            if shared(contact_id) is None:
                self._remove(Contact(contact_id, self._book.entry(contact_id).version, [], 0, 0), draft)
                return Result(contact_id, Outcome.REMOVED)
            try:
                goes = self._take_away(self._whole(contact_id, draft), None, draft)
            except (Cut, MemoryError):
                raise
            except Exception:  # one contact that breaks us must not keep the others
                return Result(contact_id, Outcome.FAILED, contact_id, "unreadable")
            return Result(contact_id, Outcome.REMOVED) if goes else Result(contact_id, Outcome.UPDATED, contact_id)

        return self._taken_away(contact_ids, limits, shared, withdrawn)

    def _taken_away(
        self,
        asked: Sequence[str],
        limits: Limits,
        reads: Callable[[str], str | None],
        taken: Callable[[str, Draft], Result | None],
    ) -> Chunk:
        needed: dict[str, None] = {}
        for each in asked[: limits.lines]:
            contact_id = reads(each)
            if contact_id is not None:
                needed[contact_id] = None
            if len(needed) > limits.contacts:
                break
        draft = self._draft(limits, needed)
        for each in asked:
            try:
                if not draft.settle(taken(each, draft)):
                    break
            except Cut:
                break
        return self._finished(draft)

    def _take_away(self, contact: Contact, source_ids: set[str] | None, draft: Draft) -> bool:
        """Plan the contact without these records of the source (None: any); True when nothing is left of it."""
        rest = [
            record
            for record in contact.records
            if record.source != self._source or (source_ids is not None and record.source_id not in source_ids)
        ]
        if fold(rest):  # what says nothing is nobody by itself
            self._keep(contact, rest, draft)
            return False
        self._remove(contact, draft)
        return True

    def _remove(self, contact: Contact, draft: Draft) -> None:
        draft.write(contact.contact_id, None, self._store.remove_write(self._owner, contact), 0)
        self._book.remove(contact.contact_id)

    # ── contacts as they will be

    def _draft(self, limits: Limits, needed: Iterable[str]) -> Draft:
        planned = [changed for _, changed in reversed(self._planned)]
        asked = {contact_id for contact_id in needed if not any(contact_id in changed for changed in planned)}
        loaded = self._store.get_many(self._owner, sorted(asked)) if asked else {}
        return Draft(limits, milliseconds(self._now()), planned, loaded, asked)

    def _finished(self, draft: Draft) -> Chunk:
        for contact_id, contact in draft.changed.items():
            if contact is not None:  # as it will be once this is committed
                contact.version += 1
                self._book.entry(contact_id).version = contact.version
        chunk = draft.chunk()
        self._planned.append((chunk, draft.changed))
        return chunk

    def _keep(self, contact: Contact, records: list[SourceRecord], draft: Draft) -> None:
        kept = replace(contact, records=records, updated_at=draft.moment)
        self._plan_write(kept, Entry.of(kept), draft)

    def _plan_write(self, contact: Contact, entry: Entry, draft: Draft) -> None:
        """Plan the write of the contact as it is, and let the book know."""
        write = self._store.put_write(self._owner, contact, entry)
        draft.write(contact.contact_id, contact, write, size_of(write["Put"]["Item"]))
        self._book.put(entry)

    def _whole(self, contact_id: str, draft: Draft) -> Contact:
        return draft.whole(contact_id, self._book.entry(contact_id).version)
