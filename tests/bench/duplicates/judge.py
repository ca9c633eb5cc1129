"""Judges scored pairs by the known truth: precision, recall and F1 at a threshold, and the best over all thresholds."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations, groupby
from typing import NamedTuple

Pair = tuple[int, int]  # two places in the list of records, the smaller first
Scored = Mapping[Pair, float]


class Verdict(NamedTuple):
    """How right the pairs at or above a threshold are."""

    threshold: float
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def true_pairs(truth: Sequence[str]) -> set[Pair]:
    """The pairs of records that are of one entity.

    Args:
        truth: of each record, its entity.
    """
    of_entity: dict[str, list[int]] = {}
    for at, entity in enumerate(truth):
        of_entity.setdefault(entity, []).append(at)
    return {pair for places in of_entity.values() for pair in combinations(places, 2)}


def verdicts(scored: Scored, true: Collection[Pair]) -> list[Verdict]:
    """One verdict for each score that occurs, the highest first."""
    found, right, every = 0, 0, []
    for score, group in groupby(sorted(scored.items(), key=lambda item: -item[1]), key=lambda item: item[1]):
        for pair, _ in group:
            found += 1
            right += pair in true
        every.append(Verdict(score, right / found, right / len(true)))
    return every


def best(scored: Scored, true: Collection[Pair]) -> Verdict:
    return max(verdicts(scored, true), key=lambda verdict: verdict.f1, default=Verdict(0, 0, 0))


def at_threshold(scored: Scored, true: Collection[Pair], threshold: float) -> Verdict:
    kept = {pair for pair, score in scored.items() if score >= threshold}
    return Verdict(threshold, precision(kept, true), len(kept & set(true)) / len(true))


def recall_at_precision(scored: Scored, true: Collection[Pair], least: float) -> float:
    """The highest recall at any threshold whose precision is at least `least`."""
    return max((verdict.recall for verdict in verdicts(scored, true) if verdict.precision >= least), default=0.0)


def precision(pairs: Iterable[Pair], true: Collection[Pair]) -> float:
    found = list(pairs)
    return sum(pair in true for pair in found) / len(found) if found else 1.0
