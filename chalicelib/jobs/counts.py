"""Counts of outcomes: what happened to the items that a job read, as its kind declares. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

FAILED = "failed"  # what people look for, and rare
STORED = ("created", "updated", "unchanged", "skipped", "failed", "removed")  # each has a column of its own


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The outcomes that jobs of a kind can have for one item."""

    names: tuple[str, ...] = ()  #: all of them, in display order
    read: frozenset[str] = frozenset()  #: those that add up to the number of items read
    changing: frozenset[str] = frozenset()  #: those that changed something

    @classmethod
    def of(cls, names: Iterable[str], *, not_read: Iterable[str] = (), changing: Iterable[str] = ()) -> "Outcomes":
        """All of `names`; items with an outcome in `not_read` were not read, for example removals."""
        names = tuple(names)
        return cls(names, frozenset(names) - frozenset(not_read), frozenset(changing))


@dataclass(frozen=True, slots=True)
class Counts(Mapping[str, int]):
    """The number of items per outcome: `counts["failed"]` or `counts.failed`. Zero throughout if none are declared."""

    outcomes: Outcomes = field(default_factory=Outcomes)
    _counted: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, outcomes: Outcomes, counted: Mapping[str, int]) -> "Counts":
        return cls(outcomes, {str(name): counted.get(name, 0) for name in outcomes.names})

    def __getitem__(self, outcome: str) -> int:
        return self._counted[outcome] if self.outcomes.names else 0

    def __iter__(self) -> Iterator[str]:
        return iter(self._counted)

    def __len__(self) -> int:
        return len(self._counted)

    def __getattr__(self, name: str) -> int:
        if name.startswith("_") or (self.outcomes.names and name not in self._counted):
            raise AttributeError(name)
        return self[name]

    @property
    def read(self) -> int:
        """The number of items read."""
        return sum(count for outcome, count in self.items() if outcome in self.outcomes.read)

    @property
    def changes(self) -> int:
        """The number of items whose outcome changed something."""
        return sum(count for outcome, count in self.items() if outcome in self.outcomes.changing)

    def plus(self, more: Mapping[str, int]) -> "Counts":
        return Counts.of(self.outcomes, {outcome: count + more.get(outcome, 0) for outcome, count in self.items()})
