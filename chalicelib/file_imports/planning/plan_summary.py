"""The summary of a plan: the outcome of each row in a form that is found quickly, and what the problems are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.file_imports.planning.plan_rows import PlannedRow, RowOutcome
from chalicelib.foundation.json import Json, JsonObject

_LETTERS = {
    RowOutcome.NEW: "n",
    RowOutcome.UPDATE: "u",
    RowOutcome.UNCHANGED: "=",
    RowOutcome.CONFLICT: "c",
    RowOutcome.SKIPPED: "s",
    RowOutcome.INVALID: "i",
}


@dataclass
class PlanSummary:
    """Of all rows of a plan."""

    #: One letter for each row, in the order of the file.
    letters: list[str] = field(default_factory=list)
    #: The number of rows with each problem, by its code and its column.
    problems: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: The number of rows with each reason, by outcome and reason.
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)

    #: The positions of the rows with each problem, counted from 0; kept apart, since only a filter needs them.
    problem_rows: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "PlanSummary":
        problems = Counter({(code, column): count for code, column, count in stored["problems"]})
        reasons = Counter({(outcome, reason): count for outcome, reason, count in stored["reasons"]})
        return cls(list(stored["outcomes"]), problems, reasons)

    def json(self) -> JsonObject:
        return {
            "outcomes": "".join(self.letters),
            "problems": [[*key, count] for key, count in self.problems.most_common()],
            "reasons": [[*key, count] for key, count in self.reasons.most_common()],
        }

    def problem_rows_json(self) -> Json:
        """The positions of rows by problem, which `positions_with` reads."""
        return [[*problem, positions] for problem, positions in self.problem_rows.items()]

    def add(self, row: PlannedRow) -> None:
        """Count the next row."""
        for problem in {(each.code, each.column) for each in row.problems}:
            self.problems[problem] += 1
            self.problem_rows.setdefault(problem, []).append(len(self.letters))
        self.letters.append(_LETTERS[row.outcome])
        if row.reason:
            self.reasons[row.outcome.value, row.reason] += 1

    @property
    def counts(self) -> Mapping[str, int]:
        """The number of rows by outcome, of all outcomes."""
        counted = Counter(self.letters)
        return {outcome.value: counted[letter] for outcome, letter in _LETTERS.items()}

    def positions(self, outcomes: Sequence[RowOutcome]) -> list[int]:
        """The positions of the rows with one of these outcomes, counted from 0."""
        wanted = {_LETTERS[each] for each in outcomes}
        return [position for position, letter in enumerate(self.letters) if letter in wanted]


def positions_with(stored: Sequence[Any], problem: tuple[str, str]) -> list[int]:
    """The positions of the rows with this problem."""
    return next((positions for code, column, positions in stored if (code, column) == problem), [])
