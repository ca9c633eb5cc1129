"""Limits, and whether the medians of the measurements keep them."""

import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.table import Table

from tests.bench.against.prober import Measurement

THIS_TREE = "this tree"


@dataclass(frozen=True)
class Limit:
    """What a value of this tree must not exceed."""

    #: The name of the value in a measurement.
    value: str
    title: str
    unit: str
    at_most: float
    #: Whether `at_most` is a share of the other commit's value; otherwise it is in `unit`.
    is_share: bool = False

    def __str__(self) -> str:
        return f"ratio ≤ {self.at_most:g}" if self.is_share else f"≤ {shown(self.at_most, self.unit)}"


@dataclass(frozen=True)
class Measured:
    """One side's measurements of a figure, and why there are not more of them."""

    measurements: Sequence[Measurement]
    failure: str = ""

    def median(self, value: str) -> float | None:
        """None if the probe failed: the median of fewer measurements is not what was asked for."""
        if self.failure:
            return None
        return statistics.median(float(each[value]) for each in self.measurements)

    @property
    def note(self) -> str:
        """Why it failed, or what the last measurement says beside its values."""
        return f"failed: {self.failure}" if self.failure else str(self.measurements[-1].get("note", ""))


@dataclass(frozen=True)
class Verdict:
    """A limit, and the medians of both sides; None for a side that could not be measured."""

    limit: Limit
    that_commit: float | None
    this_tree: float | None

    @property
    def ratio(self) -> float | None:
        if self.this_tree is None or not self.that_commit:
            return None
        return self.this_tree / self.that_commit

    @property
    def holds(self) -> bool:
        judged = self.ratio if self.limit.is_share else self.this_tree
        return judged is not None and judged <= self.limit.at_most


@dataclass(frozen=True)
class Comparison:
    """A figure measured on both sides."""

    name: str
    limits: Sequence[Limit]
    that_commit: Measured
    this_tree: Measured

    @property
    def verdicts(self) -> list[Verdict]:
        return [
            Verdict(limit, self.that_commit.median(limit.value), self.this_tree.median(limit.value))
            for limit in self.limits
        ]


def table(comparisons: Iterable[Comparison], that_commit: str, title: str) -> Table:
    made = Table("figure", that_commit, THIS_TREE, "ratio", "limit", "", title=title)
    for verdict in (verdict for comparison in comparisons for verdict in comparison.verdicts):
        made.add_row(
            verdict.limit.title,
            shown(verdict.that_commit, verdict.limit.unit),
            shown(verdict.this_tree, verdict.limit.unit),
            "-" if verdict.ratio is None else shown(verdict.ratio),
            str(verdict.limit),
            "[green]holds[/]" if verdict.holds else "[red]MISSED[/]",
        )
    return made


def notes(comparisons: Iterable[Comparison], that_commit: str) -> Iterator[str]:
    """A line for each side of a figure that has more to say than its values."""
    for each in comparisons:
        for side, measured in ((that_commit, each.that_commit), (THIS_TREE, each.this_tree)):
            if measured.note:
                yield f"{each.name}, {side}: {measured.note}"


def shown(value: float | None, unit: str = "") -> str:
    """With three digits, and more only before the decimal point."""
    if value is None:
        return "failed"
    number = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return f"{number} {unit}".rstrip()
