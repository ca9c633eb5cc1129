"""The caches of indexes: one in the memory of each process, and the bucket for all processes. `index_store` decides
whether a cached index may be used.
"""

import gzip
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol, TypeVar

from chalicelib.address_book.index import FORM, Index
from chalicelib.books.version import BookVersion
from chalicelib.foundation.clock import instant, milliseconds
from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.foundation.ids import id_of

log = logging.getLogger(__name__)

T = TypeVar("T")
MOST_ROWS = 100_000  # in the memory of one process; about 700 bytes each
MOST_OWNERS = 10_000  # that one `RateLimit` remembers
INCOMPLETE = BookVersion(-1, "", "")  # of an index of a part of the book


class Blobs(Protocol):
    """The port for stored indexes, by key."""

    def find(self, key: str) -> bytes | None: ...
    def put(self, key: str, content: bytes) -> None: ...
    def delete_prefix(self, prefix: str) -> object: ...


def index_prefix(owner: str) -> str:
    """The prefix of everything derived from one owner's book; it does not reveal the owner's name."""
    return f"index/{id_of(owner)}/"


@dataclass(frozen=True, slots=True)
class CachedIndex:
    """An index and the state of the book that it reflects."""

    index: Index
    #: The version of the book; `INCOMPLETE` if only a part of it was read.
    version: BookVersion
    #: The number of edits of the book; -1 if unknown.
    edits: int
    #: When building it started, and how long that took.
    made_at: datetime
    took: timedelta
    #: Whether the book is too large to build its index in a request.
    is_large: bool = False

    @property
    def is_complete(self) -> bool:
        return self.version != INCOMPLETE


@dataclass(frozen=True)
class IndexCache:
    """The indexes in memory: a thread-safe LRU cache by owner, limited in rows."""

    most_rows: int = MOST_ROWS
    _cached: OrderedDict[str, CachedIndex] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def find(self, owner: str) -> CachedIndex | None:
        with self._lock:
            if owner in self._cached:
                self._cached.move_to_end(owner)
            return self._cached.get(owner)

    def put(self, owner: str, cached: CachedIndex) -> None:
        with self._lock:
            self._cached.pop(owner, None)
            self._cached[owner] = cached
            rows = sum(len(each.index) for each in self._cached.values())
            while rows > self.most_rows and len(self._cached) > 1:
                rows -= len(self._cached.popitem(last=False)[1].index)

    def forget(self, owner: str) -> None:
        with self._lock:
            self._cached.pop(owner, None)


@dataclass(frozen=True)
class OwnerLocks:
    """A lock for each owner, among the threads of a process."""

    _locked: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def try_acquire(self, owner: str) -> bool:
        """Whether this thread got the lock; it never waits."""
        with self._lock:
            if owner in self._locked:
                return False
            self._locked.add(owner)
            return True

    def release(self, owner: str) -> None:
        with self._lock:
            self._locked.discard(owner)


@dataclass(frozen=True)
class RateLimit:
    """Allows something once in each interval for each owner, in this process."""

    interval: timedelta
    _last: OrderedDict[str, datetime] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def allows(self, owner: str, now: datetime) -> bool:
        with self._lock:
            last = self._last.get(owner)
            if last is not None and timedelta() <= now - last < self.interval:
                return False
            self._last[owner] = now
            self._last.move_to_end(owner)
            if len(self._last) > MOST_OWNERS:
                self._last.popitem(last=False)
            return True


@dataclass(frozen=True, slots=True)
class IndexNote:
    """A small object next to the stored index that describes it."""

    #: As in `CachedIndex`.
    version: BookVersion
    made_at: datetime
    took: timedelta
    #: False while a worker is building the index.
    is_made: bool


UNKNOWN = IndexNote(INCOMPLETE, instant(0), timedelta(), is_made=False)  # the bucket is unavailable


@dataclass(frozen=True)
class StoredIndexes:
    """The indexes in the bucket. They can always be rebuilt, so errors of the bucket are logged and never raised."""

    blobs: Blobs

    def find(self, owner: str) -> CachedIndex | None:
        """The stored index; None if there is none, or it is unusable."""
        return _log_errors("index_not_read", None, lambda: _read(self.blobs.find(_key(owner)), of_bytes))

    def put(self, owner: str, cached: CachedIndex) -> None:
        """Stores the index, then its note; a note without an index would keep others from building it."""

        def put() -> bool:
            self.blobs.put(_key(owner), to_bytes(cached))
            return True

        if _log_errors("index_not_kept", False, put):
            self.put_note(owner, IndexNote(cached.version, cached.made_at, cached.took, is_made=True))

    def note(self, owner: str) -> IndexNote | None:
        """The note; None if there is none, `UNKNOWN` if the bucket is unavailable."""
        otherwise: IndexNote | None = UNKNOWN
        return _log_errors("index_note_not_read", otherwise, lambda: _read(self.blobs.find(_note_key(owner)), _to_note))

    def put_note(self, owner: str, note: IndexNote) -> None:
        content = {
            "form": FORM,
            "version": list(note.version),
            "made_at": milliseconds(note.made_at),
            "took": note.took.total_seconds(),
            "is_made": note.is_made,
        }
        _log_errors(
            "index_note_not_kept", None, lambda: self.blobs.put(_note_key(owner), encode_json(content).encode())
        )

    def forget(self, owner: str) -> None:
        _log_errors("index_not_forgotten", None, lambda: self.blobs.delete_prefix(index_prefix(owner)))


def to_bytes(cached: CachedIndex) -> bytes:
    """The stored form: compressed JSON."""
    content = {
        "form": FORM,
        "version": list(cached.version),
        "edits": cached.edits,
        "made_at": milliseconds(cached.made_at),
        "took": cached.took.total_seconds(),
        **cached.index.to_json(),
    }
    return gzip.compress(encode_json(content).encode(), 1)


def of_bytes(compressed: bytes) -> CachedIndex | None:
    """The index that `to_bytes` wrote; None for another `FORM`. Raises for anything else."""
    content = decode_json(gzip.decompress(compressed))
    if content["form"] != FORM:
        return None
    version, took = BookVersion(*content["version"]), timedelta(seconds=content["took"])
    return CachedIndex(Index.of_json(content), version, content.get("edits", -1), instant(content["made_at"]), took)


def _to_note(text: bytes) -> IndexNote | None:
    """None for the note of an index of another `FORM`, which has to be built again."""
    content = decode_json(text)
    if content.get("form") != FORM:
        return None
    took = timedelta(seconds=content["took"])
    return IndexNote(BookVersion(*content["version"]), instant(content["made_at"]), took, content["is_made"])


def _read(content: bytes | None, read: Callable[[bytes], T | None]) -> T | None:
    return None if content is None else read(content)


def _log_errors(event: str, otherwise: T, work: Callable[[], T]) -> T:
    try:
        return work()
    except Exception as error:  # the book can be shown without the bucket
        log.warning(event, extra={"error": type(error).__name__})
        return otherwise


def _key(owner: str) -> str:
    return f"{index_prefix(owner)}by-name.json.gz"


def _note_key(owner: str) -> str:
    return f"{index_prefix(owner)}note.json"
