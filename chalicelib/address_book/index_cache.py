"""Where indexes are kept: in the memory of a process, and in the bucket for all processes. Which one stands for a
book is decided in `index_store`.
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
MOST_ROWS = 100_000  # that one process remembers; some 700 bytes each
MOST_INSTANTS = 10_000  # owners whose last time is remembered
NOWHERE = BookVersion(-1, "", "")  # of an index that stands for no version of the book


class Blobs(Protocol):
    def find(self, key: str) -> bytes | None: ...
    def put(self, key: str, content: bytes) -> None: ...
    def delete_prefix(self, prefix: str) -> object: ...


def index_prefix(owner: str) -> str:
    """Where everything derived from one owner's book is; the owner's own name is not in it."""
    return f"index/{id_of(owner)}/"


@dataclass(frozen=True, slots=True)
class CachedIndex:
    """An index, and what it stands for.

    Args:
        version: the version of the book. `NOWHERE` if only a part of the book was read.
        edits: how many edits people had made by then; -1 if that is not known.
        made_at: when it began to be made. took: how long making it took.
        is_large: the book is too large for its index to be made in a request.
    """

    index: Index
    version: BookVersion
    edits: int
    made_at: datetime
    took: timedelta
    is_large: bool = False

    @property
    def is_whole(self) -> bool:
        return self.version != NOWHERE


@dataclass(frozen=True)
class IndexCache:
    """What this process remembers of several owners: the latest, and no more rows than fit. Good for many threads."""

    most_rows: int = MOST_ROWS
    _kept: OrderedDict[str, CachedIndex] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def find(self, owner: str) -> CachedIndex | None:
        with self._lock:
            if owner in self._kept:
                self._kept.move_to_end(owner)
            return self._kept.get(owner)

    def put(self, owner: str, kept: CachedIndex) -> None:
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
class Turns:
    """One thread of a process at a time for each owner."""

    _taken: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def take(self, owner: str) -> bool:
        """False if another thread has the turn."""
        with self._lock:
            if owner in self._taken:
                return False
            self._taken.add(owner)
            return True

    def give_back(self, owner: str) -> None:
        with self._lock:
            self._taken.discard(owner)


@dataclass(frozen=True)
class Seldom:
    """Lets something happen for an owner once in a while, in this process."""

    interval: timedelta
    _last: OrderedDict[str, datetime] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def may(self, owner: str, now: datetime) -> bool:
        with self._lock:
            last = self._last.get(owner)
            if last is not None and timedelta() <= now - last < self.interval:
                return False
            self._last[owner] = now
            self._last.move_to_end(owner)
            if len(self._last) > MOST_INSTANTS:
                self._last.popitem(last=False)
            return True


@dataclass(frozen=True, slots=True)
class Note:
    """What the bucket says of an owner's index without the index itself.

    Args:
        made_at, took: as in `CachedIndex`. is_made: False while a worker is making it.
    """

    version: BookVersion
    made_at: datetime
    took: timedelta
    is_made: bool


UNKNOWN = Note(NOWHERE, instant(0), timedelta(), is_made=False)  # the bucket cannot be asked


@dataclass(frozen=True)
class KeptIndexes:
    """The bucket's indexes. They can always be made again, so trouble with the bucket is logged and never raised."""

    blobs: Blobs

    def find(self, owner: str) -> CachedIndex | None:
        """The index; None if there is none that can be used."""
        return _tried("index_not_read", None, lambda: _read(self.blobs.find(_key(owner)), of_bytes))

    def put(self, owner: str, kept: CachedIndex) -> None:
        """The note follows the index: one that says what is not there would keep everybody from making it."""

        def put() -> bool:
            self.blobs.put(_key(owner), to_bytes(kept))
            return True

        if _tried("index_not_kept", False, put):
            self.put_note(owner, Note(kept.version, kept.made_at, kept.took, is_made=True))

    def note(self, owner: str) -> Note | None:
        """None if there is none; `UNKNOWN` if the bucket cannot be asked."""
        otherwise: Note | None = UNKNOWN
        return _tried("index_note_not_read", otherwise, lambda: _read(self.blobs.find(_note_key(owner)), _to_note))

    def put_note(self, owner: str, note: Note) -> None:
        said = {
            "version": list(note.version),
            "made_at": milliseconds(note.made_at),
            "took": note.took.total_seconds(),
            "is_made": note.is_made,
        }
        _tried("index_note_not_kept", None, lambda: self.blobs.put(_note_key(owner), encode_json(said).encode()))

    def forget(self, owner: str) -> None:
        _tried("index_not_forgotten", None, lambda: self.blobs.delete_prefix(index_prefix(owner)))


def to_bytes(kept: CachedIndex) -> bytes:
    said = {
        "form": FORM,
        "version": list(kept.version),
        "edits": kept.edits,
        "made_at": milliseconds(kept.made_at),
        "took": kept.took.total_seconds(),
        **kept.index.to_json(),
    }
    return gzip.compress(encode_json(said).encode(), 1)


def of_bytes(content: bytes) -> CachedIndex | None:
    """None for one of another form. Raises for what was never one of ours."""
    said = decode_json(gzip.decompress(content))
    if said["form"] != FORM:
        return None
    version, took = BookVersion(*said["version"]), timedelta(seconds=said["took"])
    return CachedIndex(Index.of_json(said), version, said.get("edits", -1), instant(said["made_at"]), took)


def _to_note(content: bytes) -> Note:
    said = decode_json(content)
    took = timedelta(seconds=said["took"])
    return Note(BookVersion(*said["version"]), instant(said["made_at"]), took, said["is_made"])


def _read(content: bytes | None, read: Callable[[bytes], T | None]) -> T | None:
    return None if content is None else read(content)


def _tried(event: str, otherwise: T, work: Callable[[], T]) -> T:
    try:
        return work()
    except Exception as error:  # whatever is wrong with the bucket or what is in it, the book can be shown
        log.warning(event, extra={"error": type(error).__name__})
        return otherwise


def _key(owner: str) -> str:
    return f"{index_prefix(owner)}by-name.json.gz"


def _note_key(owner: str) -> str:
    return f"{index_prefix(owner)}note.json"
