"""Which index a request gets: one that stands for the book as it is, or at once an older one, with its age.

An index has the version of the book it was made from. What people edited since then is read and put into it, so that
they always see their own edits. What an import changed since then may be missing: the index is then not current. A
request never makes the index of a large book; it asks a worker to. If there is no index at all, a request reads as much
of a large book as it can in a moment.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chalicelib.address_book.index import Index, Row, row_of
from chalicelib.address_book.index_cache import (
    NOWHERE,
    UNKNOWN,
    CachedIndex,
    IndexCache,
    KeptIndexes,
    Note,
    Seldom,
    Turns,
)
from chalicelib.books.book_store import BookStore
from chalicelib.books.contact_store import READ_AHEAD, ContactStore
from chalicelib.books.version import BookState, Edits
from chalicelib.foundation.clock import Clock

LARGE = 3_000  # contacts; the index of a larger book is made by a worker, not in a request
SHORTEST_LIFE = timedelta(seconds=2)  # of an index of a book that an import is changing
LIVES_PER_MAKING = 20  # its life, in times of what making it took: indexes take a twentieth of a worker, at most
MOMENT = timedelta(milliseconds=50)  # that a request reads a large book for
LONGEST_READ = timedelta(seconds=3)  # that a request reads any book for
FIRST_SHELVES = 1 / 16  # of a book, by which a large one is recognized
CLEARLY = 3  # a first shelf must hold three times its share of `LARGE` for the book to count as large
BACKGROUND_READS = 2  # of a worker at once, so that it does not slow down requests
LOOK_AGAIN = timedelta(milliseconds=500)  # in the bucket, for a newer index
ASK_AGAIN = timedelta(seconds=2)  # a worker
LONGEST_MAKING = timedelta(seconds=60)  # after that a worker that began to make an index is believed dead
MOST_MAKINGS = 3  # in a row, where the book changes meanwhile
EDITS_PER_INDEX = 25  # after so many edits a worker is asked to keep the index with them
TURN_SECONDS = 0.02  # between two tries to get the turn
LONGEST_WAIT = timedelta(seconds=2)  # for the turn


@dataclass(frozen=True, slots=True)
class IndexResult:
    """Args:
    is_current: whether the book is just as the index says.
    as_of: the moment that an index which is not current stands for; None for one that is.
    """

    index: Index
    is_current: bool
    as_of: datetime | None


@dataclass(frozen=True)
class IndexStore:
    """Args:
    ask: has `prepare` called for an owner by a worker. It may be lost, and happen twice.
    large: contacts; more than that, and a request does not make the index.
    """

    contacts: ContactStore
    books: BookStore
    kept: KeptIndexes
    clock: Clock
    ask: Callable[[str], None]
    large: int = LARGE
    remembered: IndexCache = field(default_factory=IndexCache)
    _turns: Turns = field(default_factory=Turns)
    _looks: Seldom = field(default_factory=lambda: Seldom(LOOK_AGAIN))
    _asks: Seldom = field(default_factory=lambda: Seldom(ASK_AGAIN))

    def look(self, owner: str) -> IndexResult:
        """An index of the book, at once."""
        state = self.books.state(owner)
        if state.is_erasing:
            self.remembered.forget(owner)
            return _looked(self._read(owner, state), state)
        kept = self._remembered(owner, state)
        if kept is None or not self._does(owner, kept, state):
            kept = self._renewed(owner, kept, state)
        if kept.version != state.version or state.edits.unlinked:
            self._ask_for(owner, kept, state)
        return _looked(kept, state)

    def at_hand(self, owner: str) -> Index | None:
        """One that need not be made, with all edits, however old; for hints that are checked with the book."""
        kept = self.remembered.find(owner) or self.kept.find(owner)
        caught_up = None if kept is None else self._caught_up(owner, kept, self.books.state(owner))
        if caught_up is None:
            return None
        self.remembered.put(owner, caught_up)
        return caught_up.index

    def edited(self, owner: str, before: Edits, *, is_unlinked: bool = False) -> None:
        """Note that a person edited the book. The next look reads the edit; every `EDITS_PER_INDEX` a worker keeps it.

        Args:
            before: the edits of the book before this one.
            is_unlinked: the contact waits to be linked to others, which a worker does once the index is current.
        """
        if is_unlinked or (before.count + 1) % EDITS_PER_INDEX == 0:
            self.ask(owner)

    def prepare(self, owner: str) -> None:
        """Keep an index of the book as it is now for those who look next; called by a worker."""
        if not self._turns.take(owner):
            return
        try:
            self._prepare(owner, self.books.state(owner))
        finally:
            self._turns.give_back(owner)

    # ── looking

    def _remembered(self, owner: str, state: BookState) -> CachedIndex | None:
        """What this process remembers, with the edits since."""
        kept = self.remembered.find(owner)
        caught_up = None if kept is None else self._caught_up(owner, kept, state)
        if caught_up is None:
            self.remembered.forget(owner)
        elif caught_up is not kept:
            self.remembered.put(owner, caught_up)
        return caught_up

    def _does(self, owner: str, kept: CachedIndex, state: BookState) -> bool:
        """Whether it may be used without looking for a better one."""
        if kept.version == state.version:
            return True
        now = self.clock.now()
        if kept.is_large:
            return not self._looks.may(owner, now)
        return state.is_changing and kept.is_whole and len(kept.index) > 0 and _is_young(kept, now)

    def _renewed(self, owner: str, older: CachedIndex | None, state: BookState) -> CachedIndex:
        """The best that can be had in a moment."""
        with self._turn(owner, wait=older is None) as is_mine:
            if not is_mine:
                return older or self._remembered(owner, state) or self._with_recent(owner, self._nothing_yet(), state)
            kept = self._found(owner, older, state)
            if kept is None or (kept.version != state.version and not kept.is_large):
                kept = self._made_here(owner, kept, state)
            kept = kept if kept.is_whole else self._with_recent(owner, kept, state)
            self.remembered.put(owner, kept)
            return kept

    def _nothing_yet(self) -> CachedIndex:
        return CachedIndex(Index(), NOWHERE, -1, self.clock.now(), timedelta(), is_large=True)

    @contextmanager
    def _turn(self, owner: str, *, wait: bool) -> Iterator[bool]:
        """Whether this thread has the turn, which one thread at a time has. Without `wait` it does not wait for it."""
        until = self.clock.now() + LONGEST_WAIT
        is_mine = self._turns.take(owner)
        while wait and not is_mine and self.clock.now() < until:
            self.clock.sleep(TURN_SECONDS)
            is_mine = self._turns.take(owner)
        try:
            yield is_mine
        finally:
            if is_mine:
                self._turns.give_back(owner)

    def _found(self, owner: str, older: CachedIndex | None, state: BookState) -> CachedIndex | None:
        """The newest that is kept anywhere; None if there is none of this book, which may have been erased."""
        mine = self._remembered(owner, state)
        if mine is not None and (mine is not older or mine.version == state.version):
            return mine  # another thread has just put it there
        note = self.kept.note(owner)
        if mine is not None and (note is UNKNOWN or _is_newest(mine, note, state, self.clock.now())):
            return mine
        stored = self._stored(owner, state)
        return mine if stored is None and note is not None else stored

    def _stored(self, owner: str, state: BookState) -> CachedIndex | None:
        """What the bucket holds, with the edits since."""
        stored = self.kept.find(owner)
        kept = None if stored is None else self._caught_up(owner, stored, state)
        return None if kept is None else replace(kept, is_large=len(kept.index) > self.large)

    def _made_here(self, owner: str, older: CachedIndex | None, state: BookState) -> CachedIndex:
        """Made from the book, if it is small. Otherwise the older one, or what can be read in a moment."""
        has_older = older is not None and len(older.index) > 0
        kept = self._read(owner, state, is_enough=has_older)
        if kept.is_whole:
            self._keep(owner, kept)
        elif has_older and older is not None:
            return replace(older, is_large=True)
        return kept

    def _ask_for(self, owner: str, kept: CachedIndex, state: BookState) -> None:
        now = self.clock.now()
        if state.is_changing and kept.is_whole and _is_young(kept, now):
            return
        if self._asks.may(owner, now):
            self.ask(owner)

    # ── preparing

    def _prepare(self, owner: str, state: BookState) -> None:
        """Until the index stands for the book; while an import changes it, that is not waited for."""
        for _ in range(MOST_MAKINGS):
            note, now = self.kept.note(owner), self.clock.now()
            if state.is_erasing or _is_enough(note, state, now):
                return
            kept = self._with_edits(owner, note, state)
            if kept is None:
                self.kept.put_note(owner, Note(state.version, now, timedelta(), is_made=False))
                kept = self._read(owner, state, is_whole=True)
            state = self._keep(owner, kept)
            if state.is_changing or state.version == kept.version:
                return

    def _with_edits(self, owner: str, note: Note | None, state: BookState) -> CachedIndex | None:
        """The kept index with the edits since, if nothing else has happened; None otherwise."""
        if note is None or not note.is_made or note.version._replace(edits=state.version.edits) != state.version:
            return None
        kept = self._stored(owner, state)
        return kept if kept is not None and kept.version == state.version else None

    def _keep(self, owner: str, kept: CachedIndex) -> BookState:
        """Returns the state of the book afterwards."""
        self.kept.put(owner, kept)
        now = self.books.state(owner)
        if now.is_erasing or not _is_later(kept, now):  # erased meanwhile: it must not outlive the book
            self.kept.forget(owner)
        return now

    # ── both

    def _caught_up(self, owner: str, kept: CachedIndex, state: BookState) -> CachedIndex | None:
        """The index with what people edited since; None if it is of a book that was erased."""
        if not kept.is_whole:
            return self._with_recent(owner, kept, state)
        if not _is_later(kept, state):
            return None
        edits = state.version.edits - kept.version.edits
        if not edits or kept.edits < 0 or state.edits.count - kept.edits != edits:  # older code does not say which
            return kept
        contact_ids = state.edits.since(kept.edits)
        if contact_ids is None:
            return kept
        version = kept.version._replace(edits=state.version.edits)
        return replace(
            kept, index=self._reread(owner, kept.index, contact_ids), version=version, edits=state.edits.count
        )

    def _with_recent(self, owner: str, part: CachedIndex, state: BookState) -> CachedIndex:
        """A part of a book's index, with what people edited last: they see their own edits in it."""
        if part.edits == state.edits.count:
            return part
        newer = state.edits.since(part.edits) if part.edits >= 0 else None
        contact_ids = state.edits.recent_ids if newer is None else newer
        return replace(part, index=self._reread(owner, part.index, contact_ids), edits=state.edits.count)

    def _reread(self, owner: str, index: Index, contact_ids: Sequence[str]) -> Index:
        """The index with these contacts as they are stored now."""
        if not contact_ids:
            return index
        found = self.contacts.get_many(owner, contact_ids)
        rows: dict[str, Row | None] = {each: row_of(found[each]) if each in found else None for each in contact_ids}
        return index.with_rows(rows)

    def _read(self, owner: str, state: BookState, *, is_whole: bool = False, is_enough: bool = False) -> CachedIndex:
        """An index from the book itself. `state` was read before, so the index is never older than it says.

        Args:
            is_whole: read all of it, however large. is_enough: stop as soon as it turns out to be large.
        """
        began, rows, is_large = self.clock.now(), list[Row](), False
        for share, contacts in self.contacts.by_shelf(owner, BACKGROUND_READS if is_whole else READ_AHEAD):
            rows.extend(map(row_of, contacts))
            is_large = is_large or len(rows) > self.large * share * (CLEARLY if share < FIRST_SHELVES else 1)
            if is_whole or share == 1:
                continue
            spent = self.clock.now() - began
            if spent >= LONGEST_READ or (is_large and (is_enough or spent >= MOMENT)):
                return CachedIndex(Index.of(rows), NOWHERE, -1, began, timedelta(), is_large=True)
        took = self.clock.now() - began
        return CachedIndex(Index.of(rows), state.version, state.edits.count, began, took, len(rows) > self.large)


def _looked(kept: CachedIndex, state: BookState) -> IndexResult:
    is_current = kept.version == state.version
    return IndexResult(kept.index, is_current, None if is_current else kept.made_at)


def _is_young(made: CachedIndex | Note, now: datetime) -> bool:
    return now - made.made_at - made.took < max(SHORTEST_LIFE, LIVES_PER_MAKING * made.took)


def _is_enough(note: Note | None, state: BookState, now: datetime) -> bool:
    """Whether a worker need not make another index now: this one is right, young, or being made."""
    if note is None:
        return False
    if not note.is_made:
        return now - note.made_at < LONGEST_MAKING and (state.is_changing or note.version == state.version)
    return note.version == state.version or (state.is_changing and _is_young(note, now))


def _is_newest(mine: CachedIndex, note: Note | None, state: BookState, now: datetime) -> bool:
    """Whether the bucket holds nothing newer; it holds something of the book unless that was erased."""
    if note is None:
        return not mine.is_whole and now - mine.made_at < ASK_AGAIN
    if not note.is_made:
        return True
    if note.version == state.version:  # whatever the clocks of two processes say
        return False
    is_same = note.version._replace(edits=mine.version.edits) == mine.version
    return mine.is_whole and (is_same or note.made_at < mine.made_at)


def _is_later(kept: CachedIndex, state: BookState) -> bool:
    """Whether the book may have come from the version of the index to this one: an erased book begins again."""
    before, now = kept.version, state.version
    if now.edits < before.edits or (before.changed and not now.changed):
        return False
    return not before.head or bool(now.head or now.changed)
