"""What a person decides about a row that a commit has left for them, since it is in conflict with a contact."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from chalicelib.file_imports.job_kinds import FileOutcome
from chalicelib.foundation.json import Json


class Verdict(StrEnum):
    """The decision about a row."""

    SAME = "same"  # it is a certain contact
    NEW = "new"  # it is a contact of its own
    LEAVE_OUT = "leave_out"  # nothing is imported


class RowDecision(NamedTuple):
    """The decision about one row of an import."""

    row: int  #: its number, as the person's program shows it
    verdict: Verdict
    contact_id: str | None = None  #: the contact that it is; only of `SAME`
    #: What the contact shows then, by field, as an edit of the person says it; only of `SAME`.
    choices: Mapping[str, Json] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """A decision as it is stored: claimed when its job is created, settled in the transaction that carries it out."""

    position: int  #: of the row in the file, counted from 0
    decided: RowDecision
    job_id: str  #: the job that carries it out
    at: datetime
    #: What was done with the row; None until it is done. A job that could not do it leaves the row open.
    outcome: FileOutcome | None = None
    contact_id: str | None = None  #: the contact that the row has become, or belongs to
    pair_id: str = ""  #: the pair by which it is remembered; "" for none

    @property
    def reason(self) -> str:
        """The code by which the list of rows and the reports say that a person has decided."""
        return REASONS[self.decided.verdict]


#: The reasons of settled rows.
REASONS: Mapping[Verdict, str] = {
    Verdict.SAME: "decided_same",
    Verdict.NEW: "decided_new",
    Verdict.LEAVE_OUT: "decided_left_out",
}


def row_id(import_id: str, row: int) -> str:
    """What the ledger of a job that decides calls a row, by its number."""
    return f"{import_id}#{row}"
