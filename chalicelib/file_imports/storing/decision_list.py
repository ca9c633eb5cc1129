"""The list of decisions that one job carries out, as it is stored in the bucket."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.file_imports.storing.row_decision import RowDecision, Verdict
from chalicelib.foundation.json import Json

NAME = "decisions"  # begins the name of a stored list


@dataclass(frozen=True, slots=True)
class ListedDecision:
    """A decision with what finds its row."""

    position: int  #: of the row in the file, counted from 0
    key: str  #: of the row
    decided: RowDecision
    #: The contact that it was in conflict with; None if it is not known.
    other_id: str | None


def to_json(decisions: Sequence[ListedDecision]) -> Json:
    return [
        [
            each.position,
            each.key,
            each.other_id,
            each.decided.row,
            each.decided.verdict.value,
            each.decided.contact_id,
            dict(each.decided.choices),
        ]
        for each in decisions
    ]


def from_json(stored: Any) -> list[ListedDecision]:
    return [
        ListedDecision(position, key, RowDecision(row, Verdict(verdict), contact_id, choices), other_id)
        for position, key, other_id, row, verdict, contact_id, choices in stored
    ]
