"""The contacts of one commit: the result for each, and the writes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from chalicelib.contacts.contact import Contact
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.contact_changes import NO_CHANGES, ContactChanges

LARGEST_LEDGER = 300_000  # bytes; the lines of a chunk are one item, which holds 400 KB
LINE_BYTES = 70  # of a line without its id, reason and name


class Result(NamedTuple):
    """The outcome of one source contact."""

    source_id: str
    outcome: Outcome
    contact_id: str | None = None  #: the contact it belongs to; None if there is none
    reason: str | None = None  #: a code, if it was skipped, has failed, or was kept without some of its values
    name: str = ""  #: of the person, only if there is no contact that has it

    @property
    def line_bytes(self) -> int:
        """The most its ledger line can take."""
        texts = 12 * (len(self.name) + len(self.reason or ""))  # a character may be two \uXXXX
        return LINE_BYTES + texts + len(self.source_id) * (1 if self.source_id.isascii() else 12)


class Replaced(NamedTuple):
    """What one write of a chunk replaces."""

    contact_id: str
    before: Contact | None  #: None if there was none, or if the contact is removed without having been read
    after: Contact | None  #: None if it is removed


@dataclass(frozen=True)
class Chunk:
    """One planned chunk."""

    results: list[Result]  #: one for each item consumed, in order (of removals: for each that the book knew)
    writes: list[Write]  #: of the contacts, then of the statuses beside those that it removes or brings back
    consumed: int  #: the number of items that the chunk settles; the next one starts after them
    size_bytes: int = 0  #: of all writes together
    changes: ContactChanges = NO_CHANGES  #: of the contacts themselves; links to possible duplicates are none
    pairs: int = 0  #: the number of possible duplicates that it notes
    #: returns what each of the writes replaces, but for those of new contacts, as long as no other chunk was planned
    replaced: Callable[[], Sequence[Replaced]] = field(default=tuple, compare=False)


@dataclass(frozen=True)
class Limits:
    """The most that one chunk may hold."""

    contacts: int = 97  #: distinct contacts written, counting the writes of their statuses
    size_bytes: int = 3_500_000  #: of all writes together
    lines: int = 1_000  #: items consumed


class ChunkFull(Exception):
    """The chunk ends before this item: there is no room for it, or a contact that it needs was not loaded."""


class NotLoaded(ChunkFull):
    """A contact that this item needs was not loaded."""


@dataclass(slots=True)
class Draft:
    """A chunk that is being planned."""

    limits: Limits
    moment: int  #: when it is planned, in milliseconds since 1970
    planned: Sequence[Mapping[str, Contact | None]]  #: `changed` of the uncommitted chunks before, newest first
    is_compared: bool = True  #: whether its chunk tells what it changes; not in a plan that is never committed
    loaded: dict[str, Contact] = field(default_factory=dict)  #: the contacts read for it
    #: the ids that were read; one that is not in `loaded` was deleted meanwhile
    requested: set[str] = field(default_factory=set)
    changed: dict[str, Contact | None] = field(default_factory=dict)  #: each contact it writes; None if it removes it
    #: their texts in the book before; None if there was no such contact; no entry if the planner has no book
    before: dict[str, bytes | None] = field(default_factory=dict)
    #: the ids of the contacts that it creates from what a source just sent, which replace nothing
    new: set[str] = field(default_factory=set)
    results: list[Result] = field(default_factory=list)
    read: list[str] = field(default_factory=list)  #: the source ids that no chunk before it has read
    consumed: int = 0
    _writes: dict[str, tuple[Write, int]] = field(default_factory=dict)
    _statuses: dict[str, Sequence[Write]] = field(default_factory=dict)  # by the contact that they are beside
    _status_writes: int = 0
    _bytes: int = 0
    _line_bytes: int = 0

    def is_changed(self, contact_id: str) -> bool:
        """Whether this chunk or one before it changes the contact."""
        return contact_id in self.changed or any(contact_id in changed for changed in self.planned)

    def contact(self, contact_id: str) -> Contact:
        """The contact with all planned changes.

        Raises:
            NotLoaded: the contact was not read for this chunk.
            KeyError: it was deleted meanwhile.
        """
        for changed in (self.changed, *self.planned):
            contact = changed.get(contact_id)
            if contact is not None:
                return contact
        if contact_id not in self.requested:
            raise NotLoaded
        return self.loaded[contact_id]

    def write(
        self, contact_id: str, contact: Contact | None, write: Write, size: int, statuses: Sequence[Write] = ()
    ) -> None:
        """Add the write of a contact; it replaces an earlier write of the same contact in this chunk.

        Args:
            contact: as the write leaves it; None if it removes it.
            size: of all these writes in bytes.
            statuses: the writes of the statuses beside it, in place of earlier ones.

        Raises:
            ChunkFull: there is no room for it.
        """
        writes, replaced = self._writes, self._writes.get(contact_id)
        total = self._bytes + size - (replaced[1] if replaced else 0)
        added = (not replaced) + len(statuses)
        is_full = added and len(writes) + self._status_writes + added > self.limits.contacts
        if writes and (total > self.limits.size_bytes or is_full):
            raise ChunkFull
        self._bytes, writes[contact_id], self.changed[contact_id] = total, (write, size), contact
        if statuses:
            self._status_writes += len(statuses) - len(self._statuses.get(contact_id, ()))
            self._statuses[contact_id] = statuses

    def settle(self, result: Result | None) -> bool:
        """Count one item as consumed; False if it was the last one that fits."""
        self.consumed += 1
        if result is not None:
            self.results.append(result)
            self._line_bytes += result.line_bytes
        return self.consumed < self.limits.lines and self._line_bytes < LARGEST_LEDGER

    def chunk(self) -> Chunk:
        writes = [write for write, _ in self._writes.values()]
        writes += [write for statuses in self._statuses.values() for write in statuses]
        changes, pairs = self._compared() if self.is_compared else (NO_CHANGES, 0)
        return Chunk(self.results, writes, self.consumed, self._bytes, changes, pairs, self._replaced)

    def _compared(self) -> tuple[ContactChanges, int]:
        """The contacts that it changes, and the number of possible duplicates that it notes."""
        created, updated, removed, pairs = list[str](), list[str](), list[str](), 0
        for contact_id, after in self.changed.items():
            was_there = self.before.get(contact_id, b"") is not None
            before = self._contact_before(contact_id) if was_there else None
            if after is None:
                removed += [contact_id] if was_there else []
                continue
            if not was_there:
                created.append(contact_id)
            elif before is None or before.records != after.records:
                updated.append(contact_id)
            if after.possible_duplicates:
                known = () if before is None else before.possible_duplicates
                pairs += sum(each not in known for each in after.possible_duplicates)
        return ContactChanges(tuple(created), tuple(updated), tuple(removed)), pairs

    def _replaced(self) -> list[Replaced]:
        return [
            Replaced(each, self._contact_before(each), after)
            for each, after in self.changed.items()
            if each not in self.new
        ]

    def _contact_before(self, contact_id: str) -> Contact | None:
        """The contact as this chunk found it; None if there was none, or if it was not read."""
        if self.before.get(contact_id, b"") is None:
            return None
        for changed in self.planned:
            if contact_id in changed:
                return changed[contact_id]
        return self.loaded.get(contact_id)


def read_ids(results: Sequence[Result]) -> list[str]:
    """The source ids of the results, without those of removals."""
    return [result.source_id for result in results if result.source_id and result.outcome is not Outcome.REMOVED]
