"""Provides the index of a book without delay: a current one, or an older one with its age.

An index has the version of the book it was built from. Later edits by people are read and added to it, so they always
see their own edits. Later changes by an import may be missing; the index is then not current. A request never builds
the index of a large book but asks a worker to. If a large book has no index yet, a request reads a part of the book.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chalicelib.address_book.index import Index, Row, row_of
from chalicelib.address_book.index_cache import (
    INCOMPLETE,
    UNKNOWN,
    CachedIndex,
    IndexCache,
    IndexNote,
    OwnerLocks,
    RateLimit,
    StoredIndexes,
)
from chalicelib.books.book_store import BookStore
from chalicelib.books.contact_store import READ_AHEAD, ContactStore
from chalicelib.books.version import BookState, BookVersion, Edits
from chalicelib.foundation.clock import Clock

LARGE = 3_000  # contacts; a worker builds the index of a larger book
SHORTEST_LIFE = timedelta(seconds=2)  # of an index while an import changes the book
LIVES_PER_BUILD = 20  # its life, in multiples of its build time: builds take at most a twentieth of a worker
LARGE_BOOK_READ = timedelta(milliseconds=50)  # for which a request reads a large book
LONGEST_READ = timedelta(seconds=3)  # for which a request reads any book
FIRST_SHELVES = 1 / 16  # of a book; their size tells whether the book is large
CLEARLY = 3  # times its share of `LARGE` that a first shelf must hold for the book to count as large
BACKGROUND_READS = 2  # concurrent reads of a worker, few so that requests stay fast
BUCKET_INTERVAL = timedelta(milliseconds=500)  # between two reads of the bucket for a newer index
REQUEST_INTERVAL = timedelta(seconds=2)  # between two requests to build an index
LONGEST_BUILD = timedelta(seconds=60)  # after which a worker that is building an index is considered dead
MOST_BUILDS = 3  # in a row, if the book changes meanwhile
EDITS_PER_BUILD = 25  # edits after which a worker stores the index with them
LOCK_SECONDS = 0.02  # between two tries to get the lock
LONGEST_WAIT = timedelta(seconds=2)  # for the lock


@dataclass(frozen=True, slots=True)
class IndexResult:
    """An index and how current it is."""

    index: Index
    #: Whether the index reflects the book as it is now.
    is_current: bool
    #: The time it reflects; None if it is current.
    as_of: datetime | None
    #: The version of the book that it reflects.
    version: BookVersion
    #: Whether a status of enrichment was ever stored beside a contact of the book.
    has_statuses: bool = False


@dataclass(frozen=True)
class IndexStore:
    """The indexes of all books."""

    contacts: ContactStore
    books: BookStore
    stored: StoredIndexes
    clock: Clock
    #: Has a worker call `build` for an owner. A request may be lost, or be carried out twice.
    request_build: Callable[[str], None]
    #: The number of contacts above which a request does not build an index.
    large: int = LARGE
    cache: IndexCache = field(default_factory=IndexCache)
    _locks: OwnerLocks = field(default_factory=OwnerLocks)
    _bucket_reads: RateLimit = field(default_factory=lambda: RateLimit(BUCKET_INTERVAL))
    _build_requests: RateLimit = field(default_factory=lambda: RateLimit(REQUEST_INTERVAL))

    def get(self, owner: str) -> IndexResult:
        """The index of the book, without delay."""
        state = self.books.state(owner)
        if state.is_erasing:
            self.cache.forget(owner)
            return _result(self._read(owner, state), state)
        cached = self._from_memory(owner, state)
        if cached is None or not self._is_usable(owner, cached, state):
            cached = self._refreshed(owner, cached, state)
        if cached.version != state.version or state.edits.unlinked:
            self._request_build(owner, cached, state)
        return _result(cached, state)

    def find_cached(self, owner: str) -> Index | None:
        """A cached index with all edits, of any age; for hints that are checked against the book."""
        cached = self.cache.find(owner) or self.stored.find(owner)
        updated = None if cached is None else self._with_edits(owner, cached, self.books.state(owner))
        if updated is None:
            return None
        self.cache.put(owner, updated)
        return updated.index

    def note_edit(self, owner: str, before: Edits, *, is_unlinked: bool = False) -> None:
        """Notes that a person edited the book. The next `get` adds the edit; now and then a worker stores the index.

        Args:
            before: the edits of the book before this one.
            is_unlinked: the contact is not linked to its duplicates yet; a worker links it once the index is current.
        """
        if is_unlinked or (before.count + 1) % EDITS_PER_BUILD == 0:
            self.request_build(owner)

    def build(self, owner: str) -> None:
        """Stores an index of the book as it is now, unless there is one. Called by a worker."""
        if not self._locks.try_acquire(owner):
            return
        try:
            self._build(owner, self.books.state(owner))
        finally:
            self._locks.release(owner)

    # ── requests

    def _from_memory(self, owner: str, state: BookState) -> CachedIndex | None:
        """The index in memory, with later edits."""
        cached = self.cache.find(owner)
        updated = None if cached is None else self._with_edits(owner, cached, state)
        if updated is None:
            self.cache.forget(owner)
        elif updated is not cached:
            self.cache.put(owner, updated)
        return updated

    def _is_usable(self, owner: str, cached: CachedIndex, state: BookState) -> bool:
        """Whether to use it without looking for a newer one."""
        if cached.version == state.version:
            return True
        now = self.clock.now()
        if cached.is_large:
            return not self._bucket_reads.allows(owner, now)
        return state.is_changing and cached.is_complete and len(cached.index) > 0 and _is_fresh(cached, now)

    def _refreshed(self, owner: str, older: CachedIndex | None, state: BookState) -> CachedIndex:
        """The best index that is available without delay."""
        with self._lock(owner, wait=older is None) as has_lock:
            if not has_lock:
                empty = CachedIndex(Index(), INCOMPLETE, -1, self.clock.now(), timedelta(), is_large=True)
                return older or self._from_memory(owner, state) or self._with_recent(owner, empty, state)
            cached = self._newest(owner, older, state)
            if cached is None or (cached.version != state.version and not cached.is_large):
                cached = self._built_here(owner, cached, state)
            cached = cached if cached.is_complete else self._with_recent(owner, cached, state)
            self.cache.put(owner, cached)
            return cached

    @contextmanager
    def _lock(self, owner: str, *, wait: bool) -> Iterator[bool]:
        """Yields whether this thread has the owner's lock; with `wait`, it waits for it for a while."""
        until = self.clock.now() + LONGEST_WAIT
        has_lock = self._locks.try_acquire(owner)
        while wait and not has_lock and self.clock.now() < until:
            self.clock.sleep(LOCK_SECONDS)
            has_lock = self._locks.try_acquire(owner)
        try:
            yield has_lock
        finally:
            if has_lock:
                self._locks.release(owner)

    def _newest(self, owner: str, older: CachedIndex | None, state: BookState) -> CachedIndex | None:
        """The newest index in memory or in the bucket; None if there is none, or only one of an erased book."""
        mine = self._from_memory(owner, state)
        if mine is not None and (mine is not older or mine.version == state.version):
            return mine  # another thread has just put it there
        note = self.stored.note(owner)
        if mine is not None and (note is UNKNOWN or _is_newest(mine, note, state, self.clock.now())):
            return mine
        stored = self._from_bucket(owner, state)
        return mine if stored is None and note is not None else stored

    def _from_bucket(self, owner: str, state: BookState) -> CachedIndex | None:
        """The index in the bucket, with later edits."""
        stored = self.stored.find(owner)
        updated = None if stored is None else self._with_edits(owner, stored, state)
        return None if updated is None else replace(updated, is_large=len(updated.index) > self.large)

    def _built_here(self, owner: str, older: CachedIndex | None, state: BookState) -> CachedIndex:
        """Built from the book, if it is small. Otherwise the older one, or an index of a part of the book."""
        has_older = older is not None and len(older.index) > 0
        built = self._read(owner, state, stop_if_large=has_older)
        if built.is_complete:
            self._store(owner, built)
        elif has_older and older is not None:
            return replace(older, is_large=True)
        return built

    def _request_build(self, owner: str, cached: CachedIndex, state: BookState) -> None:
        now = self.clock.now()
        if state.is_changing and cached.is_complete and _is_fresh(cached, now):
            return
        if self._build_requests.allows(owner, now):
            self.request_build(owner)

    # ── workers

    def _build(self, owner: str, state: BookState) -> None:
        """Builds until the index reflects the book; only once while an import changes the book."""
        for _ in range(MOST_BUILDS):
            note, now = self.stored.note(owner), self.clock.now()
            if state.is_erasing or _is_enough(note, state, now):
                return
            built = self._from_bucket_if_only_edited(owner, note, state)
            if built is None:
                self.stored.put_note(owner, IndexNote(state.version, now, timedelta(), is_made=False))
                built = self._read(owner, state, read_all=True)
            state = self._store(owner, built)
            if state.is_changing or state.version == built.version:
                return

    def _from_bucket_if_only_edited(self, owner: str, note: IndexNote | None, state: BookState) -> CachedIndex | None:
        """The stored index with later edits, if these are all that has changed; None otherwise."""
        if note is None or not note.is_made or note.version._replace(edits=state.version.edits) != state.version:
            return None
        updated = self._from_bucket(owner, state)
        return updated if updated is not None and updated.version == state.version else None

    def _store(self, owner: str, built: CachedIndex) -> BookState:
        """Returns the state of the book afterwards."""
        self.stored.put(owner, built)
        now = self.books.state(owner)
        if now.is_erasing or not now.may_follow(built.version):  # erased meanwhile: the index must not outlive the book
            self.stored.forget(owner)
        return now

    # ── both

    def _with_edits(self, owner: str, cached: CachedIndex, state: BookState) -> CachedIndex | None:
        """The index with later edits by people; None if the book has been erased since."""
        if not cached.is_complete:
            return self._with_recent(owner, cached, state)
        if not state.may_follow(cached.version):
            return None
        edits = state.version.edits - cached.version.edits
        if not edits or cached.edits < 0 or state.edits.count - cached.edits != edits:  # older code lists no edits
            return cached
        contact_ids = state.edits.since(cached.edits)
        if contact_ids is None:
            return cached
        index = self._reread(owner, cached.index, contact_ids)
        return replace(
            cached, index=index, version=cached.version._replace(edits=state.version.edits), edits=state.edits.count
        )

    def _with_recent(self, owner: str, part: CachedIndex, state: BookState) -> CachedIndex:
        """An index of a part of the book with the most recent edits, so that people see their own."""
        if part.edits == state.edits.count:
            return part
        newer = state.edits.since(part.edits) if part.edits >= 0 else None
        contact_ids = state.edits.recent_ids if newer is None else newer
        return replace(part, index=self._reread(owner, part.index, contact_ids), edits=state.edits.count)

    def _reread(self, owner: str, index: Index, contact_ids: Sequence[str]) -> Index:
        """The index with these contacts as they are stored now."""
        if not contact_ids:
            return index
        contacts = self.contacts.get_many(owner, contact_ids)
        rows: dict[str, Row | None] = {
            each: row_of(contacts[each]) if each in contacts else None for each in contact_ids
        }
        return index.with_rows(rows)

    def _read(
        self, owner: str, state: BookState, *, read_all: bool = False, stop_if_large: bool = False
    ) -> CachedIndex:
        """An index built from the book. `state` was read before, so the index is never older than its version.

        Args:
            read_all: read the whole book, however large.
            stop_if_large: stop as soon as the book turns out to be large.
        """
        began, rows, is_large = self.clock.now(), list[Row](), False
        for share, contacts in self.contacts.by_shelf(owner, BACKGROUND_READS if read_all else READ_AHEAD):
            rows.extend(map(row_of, contacts))
            is_large = is_large or len(rows) > self.large * share * (CLEARLY if share < FIRST_SHELVES else 1)
            if read_all or share == 1:
                continue
            spent = self.clock.now() - began
            if spent >= LONGEST_READ or (is_large and (stop_if_large or spent >= LARGE_BOOK_READ)):
                return CachedIndex(Index.of(rows), INCOMPLETE, -1, began, timedelta(), is_large=True)
        took = self.clock.now() - began
        return CachedIndex(Index.of(rows), state.version, state.edits.count, began, took, len(rows) > self.large)


def _result(cached: CachedIndex, state: BookState) -> IndexResult:
    is_current = cached.version == state.version
    as_of = None if is_current else cached.made_at
    return IndexResult(cached.index, is_current, as_of, cached.version, state.has_statuses)


def _is_fresh(built: CachedIndex | IndexNote, now: datetime) -> bool:
    return now - built.made_at - built.took < max(SHORTEST_LIFE, LIVES_PER_BUILD * built.took)


def _is_enough(note: IndexNote | None, state: BookState, now: datetime) -> bool:
    """Whether no other index is needed now: this one is current, fresh, or being built."""
    if note is None:
        return False
    if not note.is_made:
        return now - note.made_at < LONGEST_BUILD and (state.is_changing or note.version == state.version)
    return note.version == state.version or (state.is_changing and _is_fresh(note, now))


def _is_newest(mine: CachedIndex, note: IndexNote | None, state: BookState, now: datetime) -> bool:
    """Whether the bucket holds nothing newer. Without a note, the book may have been erased."""
    if note is None:
        return not mine.is_complete and now - mine.made_at < REQUEST_INTERVAL
    if not note.is_made:
        return True
    if note.version == state.version:  # regardless of the clocks of two processes
        return False
    is_same = note.version._replace(edits=mine.version.edits) == mine.version
    return mine.is_complete and (is_same or note.made_at < mine.made_at)
