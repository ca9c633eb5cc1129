"""The lines of an import's results as they are in the end, when it is known which rows lost their place."""

from typing import NamedTuple

from chalicelib.leads.importing.judging import DUPLICATE, Verdict
from chalicelib.leads.importing.outcome import Outcome
from chalicelib.leads.importing.superseding import Superseded


class Line(NamedTuple):
    """What became of one row."""

    row: int
    outcome: str
    lead_ids: tuple[str, ...] = ()
    reason: str = ""
    detail: str = ""
    winner: int = 0  #: the row that it duplicates

    @classmethod
    def of(cls, verdict: Verdict) -> "Line":
        return cls(*verdict[:6])


def final_line(line: Line, superseded: Superseded) -> Line:
    """The line when all lanes have ended."""
    if line.outcome in (Outcome.CREATED, Outcome.UPDATED):
        winner = superseded.winner(line.row)
        if winner != line.row:
            return line._replace(outcome=Outcome.SKIPPED, reason=DUPLICATE, winner=winner)
    elif line.reason == DUPLICATE:
        return line._replace(winner=superseded.winner(line.winner))
    return line
