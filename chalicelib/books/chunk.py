"""What one commit carries of contacts: what became of each, and the writes that make it so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.contacts.contact import Contact
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.outcomes import Outcome

if TYPE_CHECKING:
    from chalicelib.books.book import Entry

LARGEST_LEDGER = 300_000  # bytes; the lines of a chunk are one item, which holds 400 KB
LINE_BYTES = 70  # of a line without its id and its name


class Result(NamedTuple):
    """What became of one source contact.

    Args:
        contact_id: the contact it is part of; None where it is part of none (any more).
        reason: a code, for skipped and failed contacts, and for one that was kept without some of its values.
        name: only where there is no contact to say it.
    """

    source_id: str
    outcome: Outcome
    contact_id: str | None = None
    reason: str | None = None
    name: str = ""

    @property
    def line_bytes(self) -> int:
        """The most its ledger line can take."""
        words = 12 * (len(self.name) + len(self.reason or ""))  # a sign may be two \uXXXX
        return LINE_BYTES + words + len(self.source_id) * (1 if self.source_id.isascii() else 12)


@dataclass(frozen=True)
class Chunk:
    """Args:
    results: one for each incoming consumed, in order (of removals: one for each that was known).
    consumed: how many of the incoming this chunk settles; the next one starts behind them.
    size_bytes: of all writes together.
    """

    results: list[Result]
    writes: list[Write]
    consumed: int
    size_bytes: int = 0


@dataclass(frozen=True)
class Limits:
    """Args:
    contacts: distinct contacts written. size_bytes: of all writes together. lines: incoming consumed.
    """

    contacts: int = 97
    size_bytes: int = 3_500_000
    lines: int = 1_000


class ChunkFull(Exception):
    """The chunk ends before this one: there is no room for it, or a contact it needs was not loaded."""


@dataclass(slots=True)
class Draft:
    """A chunk in the making.

    Args:
        moment: when it is planned, milliseconds since 1970.
        planned: how chunks planned before, but not known to be committed, leave the contacts they write, newest first.
        loaded: the contacts read for it. asked: the ids they were asked by; one that is missing went away under us.
        changed: how it leaves each contact it writes; None for one it removes.
        before: what the book knew of each of these before; None where it did not know the contact.
    """

    limits: Limits
    moment: int
    planned: Sequence[Mapping[str, Contact | None]]
    loaded: Mapping[str, Contact]
    asked: set[str]
    changed: dict[str, Contact | None] = field(default_factory=dict)
    before: "dict[str, Entry | None]" = field(default_factory=dict)
    results: list[Result] = field(default_factory=list)
    consumed: int = 0
    _writes: dict[str, tuple[Write, int]] = field(default_factory=dict)
    _bytes: int = 0
    _line_bytes: int = 0

    def whole(self, contact_id: str) -> Contact:
        """The contact as it will be when this chunk comes to be committed.

        Raises:
            Cut: it was not foreseen that it is needed.
        """
        for changed in (self.changed, *self.planned):
            contact = changed.get(contact_id)
            if contact is not None:
                return contact
        if contact_id not in self.asked:
            raise ChunkFull
        return self.loaded[contact_id]

    def write(self, contact_id: str, contact: Contact | None, write: Write, size: int) -> None:
        """Note the write that leaves this contact so; it takes the place of an earlier one in this chunk.

        Raises:
            Cut: there is no room for it.
        """
        replaced = self._writes.get(contact_id, (write, 0))[1]
        total = self._bytes - replaced + size
        more = contact_id not in self._writes
        if self._writes and (total > self.limits.size_bytes or (more and len(self._writes) >= self.limits.contacts)):
            raise ChunkFull
        self._bytes, self._writes[contact_id], self.changed[contact_id] = total, (write, size), contact

    def settle(self, result: Result | None) -> bool:
        """Count one incoming as done; False when it was the last one a chunk may hold."""
        self.consumed += 1
        if result is not None:
            self.results.append(result)
            self._line_bytes += result.line_bytes
        return self.consumed < self.limits.lines and self._line_bytes < LARGEST_LEDGER

    def chunk(self) -> Chunk:
        return Chunk(self.results, [write for write, _ in self._writes.values()], self.consumed, self._bytes)


def read_ids(results: Sequence[Result]) -> list[str]:
    """The source ids that were read, not removed."""
    return [result.source_id for result in results if result.source_id and result.outcome is not Outcome.REMOVED]
