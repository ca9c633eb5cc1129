"""Counts of what became of what a job read, by the outcomes that its kind declares. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

STORED = ("created", "updated", "unchanged", "skipped", "failed", "removed")  # each has a column of its own


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What may become of what jobs of a kind read.

    Args:
        words: all of them, in the order in which they are shown.
        read: those whose sum is what was read. changing: those that changed something.
    """

    words: tuple[str, ...] = ()
    read: frozenset[str] = frozenset()
    changing: frozenset[str] = frozenset()

    @classmethod
    def of(cls, words: Iterable[str], *, executor: Iterable[str] = (), changing: Iterable[str] = ()) -> "Outcomes":
        """Args:
        beside: words that are counted apart from what was read.
        """
        words = tuple(words)
        return cls(words, frozenset(words) - frozenset(executor), frozenset(changing))


@dataclass(frozen=True, slots=True)
class Counts(Mapping[str, int]):
    """How often each outcome was: `counts["failed"]`, or `counts.failed`. Without declared outcomes nothing was."""

    outcomes: Outcomes = field(default_factory=Outcomes)
    _counted: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, outcomes: Outcomes, counted: Mapping[str, int]) -> "Counts":
        return cls(outcomes, {str(word): counted.get(word, 0) for word in outcomes.words})

    def __getitem__(self, outcome: str) -> int:
        return self._counted[outcome] if self.outcomes.words else 0

    def __iter__(self) -> Iterator[str]:
        return iter(self._counted)

    def __len__(self) -> int:
        return len(self._counted)

    def __getattr__(self, name: str) -> int:
        if name.startswith("_") or (self.outcomes.words and name not in self._counted):
            raise AttributeError(name)
        return self[name]

    @property
    def read(self) -> int:
        return sum(count for outcome, count in self.items() if outcome in self.outcomes.read)

    @property
    def changes(self) -> int:
        """How many of them changed something."""
        return sum(count for outcome, count in self.items() if outcome in self.outcomes.changing)

    def plus(self, more: Mapping[str, int]) -> "Counts":
        return Counts.of(self.outcomes, {outcome: count + more.get(outcome, 0) for outcome, count in self.items()})
