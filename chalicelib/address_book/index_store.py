"""Keeping the indexes of books: which one stands for the book as it is now, and how a new one comes to be.

An index says which version of the book it was made from. It is good for as long as the book has that version; one
that is missing, too old or unreadable is made again from the book. While an import is at work the version is always
new; then an index that is a little older does for a while, so that looking on does not slow the import down.
"""

import gzip
import logging
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from chalicelib.address_book.index import FORM, Index, row_of
from chalicelib.books.book_store import BookStore
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.version import BookState, BookVersion
from chalicelib.contacts.contact import Contact
from chalicelib.foundation.clock import Clock, instant, milliseconds
from chalicelib.foundation.fast_json import decoded, encoded
from chalicelib.foundation.ids import id_of

log = logging.getLogger(__name__)

SHORTEST_LIFE = timedelta(seconds=2)  # of an index of a book that an import is changing
LIVES_PER_MAKING = 4  # its life, in times of what making it took
PATIENCE = timedelta(seconds=8)  # with somebody else who is making it; then it is made here
LOOK_AGAIN_SECONDS = 0.1
MOST_ROWS = 100_000  # that one process remembers; some 700 bytes each


class Blobs(Protocol):
    def find(self, key: str) -> bytes | None: ...
    def put(self, key: str, content: bytes) -> None: ...


def index_prefix(owner: str) -> str:
    """Where everything derived from one owner's book is; the owner's own name is not in it."""
    return f"index/{id_of(owner)}/"


@dataclass(frozen=True, slots=True)
class Looked:
    """An index, and whether the book is just as it says."""

    index: Index
    is_current: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """An index with the version of the book it stands for, when it was made, and how long making it took."""

    index: Index
    version: BookVersion
    made_at: datetime
    took: timedelta

    def does_for(self, state: BookState, now: datetime) -> bool:
        """Whether it may be used for a book that stands so."""
        if self.version == state.version:
            return True
        return state.is_changing and now - self.made_at < max(SHORTEST_LIFE, LIVES_PER_MAKING * self.took)


@dataclass(frozen=True)
class Remembered:
    """What this process remembers of several owners: the latest, and no more rows than fit. Good for many threads."""

    most_rows: int = MOST_ROWS
    _kept: OrderedDict[str, Kept] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def find(self, owner: str) -> Kept | None:
        with self._lock:
            if owner in self._kept:
                self._kept.move_to_end(owner)
            return self._kept.get(owner)

    def put(self, owner: str, kept: Kept) -> None:
        with self._lock:
            self._kept.pop(owner, None)
            self._kept[owner] = kept
            rows = sum(len(each.index) for each in self._kept.values())
            while rows > self.most_rows and len(self._kept) > 1:
                rows -= len(self._kept.popitem(last=False)[1].index)

    def forget(self, owner: str) -> None:
        with self._lock:
            self._kept.pop(owner, None)


@dataclass(frozen=True)
class IndexStore:
    contacts: ContactStore
    books: BookStore
    blobs: Blobs
    clock: Clock
    remembered: Remembered = field(default_factory=Remembered)

    def look(self, owner: str) -> Looked:
        """The index of the book; made anew where none does."""
        state = self.books.state(owner)
        kept = None if state.is_erasing else self._fitting(owner, state) or self._awaited(owner, state)
        kept = kept or self._made(owner, state)
        return Looked(kept.index, kept.version == state.version)

    def at_hand(self, owner: str) -> Index | None:
        """One that need not be made, however old; for hints that are held against the book."""
        kept = self.remembered.find(owner) or self._stored(owner)
        return None if kept is None else kept.index

    def prepare(self, owner: str) -> None:
        """Have one ready for whoever looks next."""
        state = self.books.state(owner)
        kept = self.remembered.find(owner)
        if state.is_erasing or (kept is not None and kept.version == state.version):
            return
        self._promise(owner, state, is_kept=False)
        self._made(owner, state)
        self._promise(owner, state, is_kept=True)

    def follow(self, owner: str, before: BookState, contact_id: str, contact: Contact | None) -> None:
        """Bring the index up to what a person has just made of one contact (None: deleted it).

        It stands for the new book where it stood for the one before and nothing else happened in between; otherwise it
        stays as old as it was, but knows of this.

        Args:
            before: how the book stood, asked before the change was made.
        """
        now = self.books.state(owner)
        kept = self._fitting(owner, before)
        if kept is None or now.is_erasing:
            return
        is_all = kept.version == before.version and now.version == before.version.edited()
        if is_all or now.is_changing:
            index = kept.index.with_row(contact_id, None if contact is None else row_of(contact))
            self._keep(owner, replace(kept, index=index, version=now.version if is_all else kept.version))

    # ── below

    def _fitting(self, owner: str, state: BookState) -> Kept | None:
        now = self.clock.now()
        kept = self.remembered.find(owner)
        if kept is not None and kept.does_for(state, now):
            return kept
        kept = self._stored(owner)
        if kept is None or not kept.does_for(state, now):
            return None
        self.remembered.put(owner, kept)
        return kept

    def _awaited(self, owner: str, state: BookState) -> Kept | None:
        """What another process is making just now, once it is there: two at it would take longer, each of them."""
        if not self._is_promised(owner, state):
            return None
        while self._is_promised(owner, state):
            self.clock.sleep(LOOK_AGAIN_SECONDS)
        return self._fitting(owner, state)

    def _promise(self, owner: str, state: BookState, *, is_kept: bool) -> None:
        told = {"version": list(state.version), "at": milliseconds(self.clock.now()), "is_kept": is_kept}
        try:
            self.blobs.put(_promise_key(owner), encoded(told).encode())
        except Exception as error:  # nobody waits then, and it is made twice
            log.warning("index_not_promised", extra={"error": type(error).__name__})

    def _is_promised(self, owner: str, state: BookState) -> bool:
        """Whether somebody began to make the index of just this version, a moment ago, and has not come to the end."""
        try:
            content = self.blobs.find(_promise_key(owner))
            told = {} if content is None else decoded(content)
            is_this = told.get("version") == list(state.version) and not told["is_kept"]
            return is_this and self.clock.now() - instant(told["at"]) < PATIENCE
        except Exception as error:  # whatever is wrong with it, the index can be made here
            log.warning("index_promise_not_read", extra={"error": type(error).__name__})
            return False

    def _made(self, owner: str, state: BookState) -> Kept:
        """From the book itself. `state` was asked before, so the index is never older than it says."""
        began = self.clock.now()
        index = Index.of(map(row_of, self.contacts.all(owner)))
        now = self.clock.now()
        kept = Kept(index, state.version, now, now - began)
        if not state.is_erasing:
            self._keep(owner, kept)
        return kept

    def _keep(self, owner: str, kept: Kept) -> None:
        self.remembered.put(owner, kept)
        try:
            self.blobs.put(_key(owner), to_bytes(kept))
        except Exception as error:  # whatever the bucket says, the book can be shown
            log.warning("index_not_kept", extra={"error": type(error).__name__})

    def _stored(self, owner: str) -> Kept | None:
        try:
            content = self.blobs.find(_key(owner))
            return None if content is None else of_bytes(content)
        except Exception as error:  # whatever is wrong with it, another one can be made
            log.warning("index_not_read", extra={"error": type(error).__name__})
            return None


def to_bytes(kept: Kept) -> bytes:
    told = {
        "form": FORM,
        "version": list(kept.version),
        "made_at": milliseconds(kept.made_at),
        "took": kept.took.total_seconds(),
        **kept.index.to_json(),
    }
    return gzip.compress(encoded(told).encode(), 1)


def of_bytes(content: bytes) -> Kept | None:
    """None for one of another form. Raises for what was never one of ours."""
    told = decoded(gzip.decompress(content))
    if told["form"] != FORM:
        return None
    version, took = BookVersion(*told["version"]), timedelta(seconds=told["took"])
    return Kept(Index.of_json(told), version, instant(told["made_at"]), took)


def _key(owner: str) -> str:
    return f"{index_prefix(owner)}by-name.json.gz"


def _promise_key(owner: str) -> str:
    return f"{index_prefix(owner)}promise.json"
