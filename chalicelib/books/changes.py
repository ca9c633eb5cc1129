"""What a feature says of its changes to a book; `change_book.py` carries them out.

A position says where the changes stand, and `plan` gives the chunk behind it. Positions are values: a chunk that the
store refused is planned again from the position where it began, and nothing else has to be taken back.
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

POISON = "poison"  # why a record failed that crashed its worker again and again


class Position(Protocol):
    """Where changes stand.

    `offset` counts what is settled, in a measure that outlives a claim; `backoff` says how small chunks must be.
    """

    @property
    def offset(self) -> int: ...
    @property
    def backoff(self) -> ChunkBackoff: ...
    def with_backoff(self, backoff: ChunkBackoff) -> Self: ...
    def cursor(self) -> Json: ...


At = TypeVar("At", bound=Position)


@dataclass(frozen=True, slots=True)
class PlannedChunk(Generic[At]):
    """One chunk as it will be committed.

    Args:
        after: where the changes stand once it has landed.
        lines: of the ledger. deleted_ids: ids that the provider said were deleted.
        extra_writes: what must land with the chunk; the runner does not look into them.
        without_extra: where to plan from if one of these is refused; None: the job cannot go on then.
        estimate: how many there are in all, as far as is known.
        on_commit: called once the chunk is committed.
        needs_commit: False where nothing came of what the chunk settles, and the next chunk can tell so.
    """

    chunk: Chunk
    after: At
    lines: Sequence[LedgerLine] = ()
    deleted_ids: Sequence[str] = ()
    extra_writes: Sequence[Write] = ()
    without_extra_writes: At | None = None
    estimate: int | None = None
    on_commit: Callable[[], None] = lambda: None
    needs_commit: bool = True


class Changes(Protocol[At]):
    """The changes of one feature, in chunks."""

    def plan(self, at: At, limits: Limits) -> PlannedChunk[At] | None:
        """The chunk behind `at`; None when nothing is left."""

    def skip_poisoned(self, at: At) -> PlannedChunk[At] | None:
        """A chunk that gives up the one record behind `at`: each worker that planned or committed it crashed."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How the job ends once everything is committed.

    Args:
        cursor: of the finished job. details: members of the job's details that change.
    """

    state: JobState
    cursor: Json = None
    extra_writes: Sequence[Write] = ()
    details: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListPosition:
    """How far a list of ids is settled. The list is made again by each claim, of what is left.

    Args:
        base: members of the cursor that the feature keeps there. offset: how many were settled, over all claims.
    """

    base: Mapping[str, Json] = field(default_factory=dict)
    offset: int = 0
    backoff: ChunkBackoff = ChunkBackoff()  # noqa: RUF009 # frozen

    @classmethod
    def of(cls, cursor: Json) -> "ListPosition":
        members = dict(cursor or {})
        backoff = ChunkBackoff(members.pop("level", 0), members.pop("until", 0))
        return cls(base=members, offset=members.pop("offset", 0), backoff=backoff)

    def with_backoff(self, backoff: ChunkBackoff) -> "ListPosition":
        return replace(self, backoff=backoff)

    def after(self, settled: int) -> "ListPosition":
        offset = self.offset + settled
        return replace(self, offset=offset, backoff=self.backoff.at(offset))

    def cursor(self) -> Json:
        """Only where care is needed does the next claim have to know how far this one came."""
        if not self.backoff.level:
            return dict(self.base) or None
        return {**self.base, "offset": self.offset, "level": self.backoff.level, "until": self.backoff.until}


class Countable(Position, Protocol):
    """A position in a list."""

    def after(self, settled: int) -> Self: ...


Each = TypeVar("Each", bound=Countable)


@dataclass
class ForEach(Generic[Each]):
    """The same change for each id of a list.

    Args:
        ids: what is left to do when the claim begins. begins_at: the position that stands for its first.
        plan_chunk: plans a chunk of the first of the ids it is given.
        next_position: the position behind a chunk, where it says more than how many were settled.
    """

    ids: Sequence[str]
    begins_at: Each
    plan_chunk: Callable[[Sequence[str], Limits], Chunk]
    estimate: int | None = None
    next_position: Callable[[Each, Chunk], Each] = lambda at, chunk: at.after(chunk.consumed)

    def plan(self, at: Each, limits: Limits) -> PlannedChunk[Each] | None:
        rest = self._rest(at)
        if not rest:
            return None
        chunk = self.plan_chunk(rest, limits)
        return PlannedChunk(
            chunk,
            self.next_position(at, chunk),
            ledger_lines(chunk),
            estimate=self.estimate,
            needs_commit=bool(chunk.results or chunk.writes),
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
    """A chunk's results as the ledger keeps them."""
    return [
        LedgerLine(result.source_id, result.outcome, result.contact_id, result.reason, result.name)
        for result in chunk.results
    ]
