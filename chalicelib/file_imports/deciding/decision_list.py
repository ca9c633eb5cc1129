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


def to_json(decisions: Sequence[ListedDecision]) -> Json:
    return [
        [each.position, each.key, each.decided.row, each.decided.verdict.value, each.decided.contact_id]
        for each in decisions
    ]


def from_json(stored: Any) -> list[ListedDecision]:
    return [
        ListedDecision(position, key, RowDecision(row, Verdict(verdict), contact_id))
        for position, key, row, verdict, contact_id in stored
    ]
