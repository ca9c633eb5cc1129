"""Keeps the words that a job replaces in the bucket, until the job can no longer be undone.

Each chunk that replaces anything has a blob, which is complete before the chunk is committed; the chunk's ledger item
names it. So a blob of a chunk that was never committed is never read.
"""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, count
from typing import Protocol

from isal import igzip  # five times as fast as gzip, at the same size

from chalicelib.books.chunk import Replaced
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.enrichment_status import ContactStatuses, carried_ids
from chalicelib.books.replaced_words import ReplacedWords, from_json, to_json, words_of
from chalicelib.books.status_store import StatusStore
from chalicelib.contacts.contact import Contact
from chalicelib.foundation.executor import Executor, Task
from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.foundation.ids import fresh_id, id_of
from chalicelib.jobs.job import Job

FOLDER = "undo/"
GZIP = zlib.MAX_WBITS | 16


class Blobs(Protocol):
    """The bucket, as far as replaced words need it."""

    def put(self, key: str, content: bytes) -> None: ...
    def find(self, key: str) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class KeptBlob:
    """The blob of a chunk that is being written."""

    name: str
    written: Task[None]  #: its result raises if the blob could not be written


def _deleted_name(contact_id: str) -> str:
    return f"deleted/{id_of(contact_id)}"


def words_prefix(owner: str) -> str:
    """The prefix of all words of an owner, without the owner's name."""
    return f"{FOLDER}{id_of(owner)}/"


@dataclass(frozen=True)
class WordStore:
    """Writes and reads the words that jobs replace."""

    blobs: Callable[[], Blobs]
    contacts: ContactStore
    executor: Executor
    #: returns the ids of the collections that have contacts of an owner, by contact id
    memberships: Callable[[str], Mapping[str, Sequence[str]]]
    fresh_id: Callable[[], str] = fresh_id

    def keeper(self, job: Job, statuses: StatusStore | None = None) -> "WordKeeper":
        """What keeps the words of a job while it applies changes. One claim may apply several, one after the other.

        Args:
            statuses: those beside contacts; None if the book has none.
        """
        return WordKeeper(self, job, self.fresh_id(), statuses)

    def read_packed(self, owner: str, name: str) -> bytes | None:
        """The content of a blob, for `unpack`; None if it has expired."""
        return self.blobs().find(f"{words_prefix(owner)}{name}")

    def read(self, owner: str, name: str) -> list[ReplacedWords] | None:
        """The words in a blob; None if it has expired."""
        packed = self.read_packed(owner, name)
        return None if packed is None else unpack(packed)

    # ── contacts that a person deletes

    def keep_deleted(self, owner: str, contact: Contact, statuses: Sequence[ContactStatuses]) -> None:
        """Keep a contact that the person is about to delete, with the statuses that go with it."""
        words = words_of(Replaced(contact.contact_id, contact, None), "")
        if words is not None:
            collections = self.memberships(owner).get(contact.contact_id, ())
            kept = pack([replace(words, collections=tuple(collections), statuses=tuple(statuses))])
            self.blobs().put(f"{words_prefix(owner)}{_deleted_name(contact.contact_id)}", kept)

    def read_deleted(self, owner: str, contact_id: str) -> ReplacedWords | None:
        """A contact that the person deleted; None if that was too long ago."""
        return next(iter(self.read(owner, _deleted_name(contact_id)) or ()), None)


@dataclass
class WordKeeper:
    """Keeps the words that a job replaces while it applies changes."""

    _store: WordStore
    _job: Job
    _id: str  #: no other keeper has it, so no blob has the name of one that another keeper wrote
    _statuses: StatusStore | None  #: None if the book has none
    _members: Mapping[str, Sequence[str]] | None = field(default=None, init=False)
    _numbers: Iterator[int] = field(default_factory=count, init=False)

    def keep(self, replaced: Sequence[Replaced], *, changes_members: bool) -> KeptBlob | None:
        """Start writing what a chunk replaces; None if it replaces nothing.

        Each call writes a blob of its own, also for a chunk that is planned again: no chunk overwrites what another
        one may have committed.

        Args:
            changes_members: whether the chunk adds contacts to a collection.
        """
        job = self._job
        unread = [each.contact_id for each in replaced if each.before is None and each.after is None]
        words = [found for each in replaced if (found := words_of(each, job.job_id)) is not None]
        if not words and not unread:
            return None
        name = f"{job.job_id}/{job.generation}-{self._id}-{next(self._numbers)}"
        return KeptBlob(name, self._store.executor.start(partial(self._write, name, words, unread, changes_members)))

    def _write(self, name: str, words: Sequence[ReplacedWords], unread: Sequence[str], changes_members: bool) -> None:
        store, owner = self._store, self._job.owner
        every = [*words, *self._removed(unread)]
        if changes_members or any(each.is_removed for each in every):
            every = list(self._with_statuses(list(self._with_collections(every))))
        store.blobs().put(f"{words_prefix(owner)}{name}", pack(every))

    def _removed(self, contact_ids: Sequence[str]) -> Iterator[ReplacedWords]:
        """The words of contacts that the chunk removes without having read them.

        Each removal is conditional on a version: one that is read here is that version, or the commit is refused.
        """
        if contact_ids:
            for contact in self._store.contacts.get_many(self._job.owner, contact_ids).values():
                words = words_of(Replaced(contact.contact_id, contact, None), self._job.job_id)
                if words is not None:
                    yield words

    def _with_collections(self, words: Sequence[ReplacedWords]) -> Iterator[ReplacedWords]:
        if self._members is None:
            self._members = self._store.memberships(self._job.owner)
        for each in words:
            yield replace(each, collections=tuple(self._members.get(each.contact_id, ())))

    def _with_statuses(self, words: Sequence[ReplacedWords]) -> Iterator[ReplacedWords]:
        """The words, those of contacts that are removed with the statuses that go with them."""
        if self._statuses is None:
            yield from words
            return
        ids = {each.contact_id: carried_ids(each.contact_id, each.merged) for each in words if each.is_removed}
        stored = self._statuses.get_many(self._job.owner, chain.from_iterable(ids.values()))
        for each in words:
            kept = [stored[one] for one in ids.get(each.contact_id, ()) if one in stored]
            yield replace(each, statuses=tuple(kept)) if kept else each


def pack(words: Sequence[ReplacedWords]) -> bytes:
    """The content of a blob."""
    told = encode_json([to_json(each) for each in words])
    return igzip.compress(told.encode("utf-8", "surrogatepass"), 1)


def unpack(packed: bytes) -> list[ReplacedWords]:
    """The words in a blob."""
    told = zlib.decompress(packed, GZIP).decode("utf-8", "surrogatepass")
    return [from_json(each) for each in decode_json(told)]
