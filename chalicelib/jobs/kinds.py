"""What each kind of job declares of itself. The rooms declare their kinds; the wiring hands them to the store."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from chalicelib.jobs.counts import Outcomes
from chalicelib.jobs.job import BOOK_LANE


class KindError(Exception):
    """A job does what its kind does not declare: a mistake in our code, not in a request."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """Args:
    outcomes: what may become of what its jobs read.
    changes_book: whether its jobs change contacts of their owner's book; they all run in the book's lane.
    """

    name: str
    outcomes: Outcomes
    changes_book: bool = True


@dataclass(frozen=True)
class JobKinds:
    """The kinds that are declared. Jobs of others can be read and ended, but not counted: a newer version made them."""

    declared: Iterable[JobKind] = ()
    _by_name: dict[str, JobKind] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {kind.name: kind for kind in self.declared})

    def outcomes(self, name: str) -> Outcomes | None:
        """None for a kind that is not declared."""
        kind = self._by_name.get(name)
        return None if kind is None else kind.outcomes

    def check_lane(self, name: str, lane: str) -> None:
        """Raises KindError if a job of this kind must not run in that lane."""
        kind = self._by_name.get(name)
        if lane != BOOK_LANE and (kind is None or kind.changes_book):
            raise KindError(f"A {name} job may change the book, so it runs in the book's lane, not in {lane!r}.")

    def check_outcomes(self, name: str, outcomes: Iterable[str]) -> None:
        """Raises KindError for outcomes that this kind does not declare."""
        declared = self.outcomes(name)
        unknown = set(outcomes) - set(declared.words if declared else ())
        if unknown:
            raise KindError(f"A {name} job declares no outcome {', '.join(sorted(unknown))}.")
