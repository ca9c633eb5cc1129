"""The changes that a feature makes to a book, in chunks; `change_book.py` commits them.

A position tells how far the changes have come, and `plan` returns the chunk that begins there. Positions are values: a
refused chunk is planned again from the position where it began, and nothing else has to be undone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, Protocol, Self, TypeVar

from chalicelib.books.chunk import Chunk, Limits, Result
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.json import Json
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import JobState, LedgerLine
from chalicelib.jobs.poison_isolation import ChunkBackoff

POISON = "poison"  # the reason code of a record that crashed its worker repeatedly


class Position(Protocol):
    """The progress of the changes."""

    @property
    def offset(self) -> int:
        """The number of settled items, counted over all claims."""

    @property
    def backoff(self) -> ChunkBackoff:
        """The size limit of chunks here."""

    def with_backoff(self, backoff: ChunkBackoff) -> Self: ...

    def cursor(self) -> Json:
        """The job's cursor for this position."""


At = TypeVar("At", bound=Position)


@dataclass(frozen=True, slots=True)
class PlannedChunk(Generic[At]):
    """One chunk, ready to be committed."""

    chunk: Chunk
    after: At  #: the position after it
    lines: Sequence[LedgerLine] = ()
    deleted_ids: Sequence[str] = ()  #: source ids that the provider reported as deleted
    extra_writes: Sequence[Write] = ()  #: of the same transaction; the runner does not read them
    without_extra_writes: At | None = None  #: where to plan from if one of these is refused; None: the job stops
    estimate: int | None = None  #: how many items there are in all, if known
    on_commit: Callable[[], None] = lambda: None  #: called once the chunk is committed
    needs_commit: bool = True  #: False if it changes and counts nothing, so that a later commit can settle it


class Changes(Protocol[At]):
    """The changes of one feature, in chunks."""

    def plan(self, at: At, limits: Limits) -> PlannedChunk[At] | None:
        """The chunk that begins at `at`; None if nothing is left."""

    def skip_poisoned(self, at: At) -> PlannedChunk[At] | None:
        """A chunk that skips the record at `at`, because it crashed every worker that planned or committed it."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of the job, once everything is committed."""

    state: JobState
    cursor: Json = None  #: of the finished job
    extra_writes: Sequence[Write] = ()  #: of the last transaction
    details: Mapping[str, Json] = field(default_factory=dict)  #: the entries of the job's details that change


@dataclass(frozen=True, slots=True)
class ListPosition:
    """A position in a list of ids. Each claim makes the list again, of the ids that are left."""

    base: Mapping[str, Json] = field(default_factory=dict)  #: the feature's own entries of the cursor
    offset: int = 0  #: the number of settled ids, over all claims
    backoff: ChunkBackoff = ChunkBackoff()  # noqa: RUF009 # frozen

    @classmethod
    def of(cls, cursor: Json) -> "ListPosition":
        entries = dict(cursor or {})
        backoff = ChunkBackoff(entries.pop("level", 0), entries.pop("until", 0))
        return cls(base=entries, offset=entries.pop("offset", 0), backoff=backoff)

    def with_backoff(self, backoff: ChunkBackoff) -> "ListPosition":
        return replace(self, backoff=backoff)

    def after(self, settled: int) -> "ListPosition":
        offset = self.offset + settled
        return replace(self, offset=offset, backoff=self.backoff.at(offset))

    def cursor(self) -> Json:
        """The next claim needs the offset only for the backoff; its list has only the ids that are left."""
        if not self.backoff.level:
            return dict(self.base) or None
        return {**self.base, "offset": self.offset, "level": self.backoff.level, "until": self.backoff.until}


class ListLikePosition(Position, Protocol):
    """A position that moves by the number of settled items."""

    def after(self, settled: int) -> Self: ...


Each = TypeVar("Each", bound=ListLikePosition)


@dataclass
class ForEach(Generic[Each]):
    """One kind of change, applied to each id of a list."""

    ids: Sequence[str]  #: those that are left when the claim begins
    begins_at: Each  #: the position of the first
    plan_chunk: Callable[[Sequence[str], Limits], Chunk]  #: plans the first of the given ids, as many as fit
    estimate: int | None = None  #: how many items there are in all
    #: The position after a chunk; given if it depends on more than the number of settled items.
    next_position: Callable[[Each, Chunk], Each] = lambda at, chunk: at.after(chunk.consumed)
    #: Returns what is written with the contacts of the given ids, of which the chunk changes some; see `most_beside`.
    writes_beside: Callable[[Sequence[str], Chunk], Sequence[Write]] = lambda _ids, _chunk: ()
    most_beside: int = 0  #: how many writes that are for each id

    def plan(self, at: Each, limits: Limits) -> PlannedChunk[Each] | None:
        rest = self._rest(at)
        if not rest:
            return None
        if self.most_beside:
            lines = min(limits.lines, limits.contacts // (1 + self.most_beside))
            limits = replace(limits, contacts=min(limits.contacts, lines), lines=lines)
        chunk = self.plan_chunk(rest, limits)
        beside = self.writes_beside(rest[: chunk.consumed], chunk)
        return PlannedChunk(
            chunk,
            self.next_position(at, chunk),
            ledger_lines(chunk),
            extra_writes=beside,
            without_extra_writes=at,  # what they depend on has changed, so it is planned again
            estimate=self.estimate,
            needs_commit=bool(chunk.results or chunk.writes or beside),
        )

    def skip_poisoned(self, at: Each) -> PlannedChunk[Each] | None:
        rest = self._rest(at)
        if not rest:
            return None
        chunk = Chunk([Result(rest[0], Outcome.FAILED, None, POISON)], [], 1)
        return PlannedChunk(chunk, self.next_position(at, chunk), ledger_lines(chunk), estimate=self.estimate)

    def _rest(self, at: Each) -> Sequence[str]:
        return self.ids[at.offset - self.begins_at.offset :]


def ledger_lines(chunk: Chunk) -> list[LedgerLine]:
    """The ledger lines of a chunk's results."""
    return [LedgerLine._make(result) for result in chunk.results]  # they have the same fields
