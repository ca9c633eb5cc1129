"""The kind of the jobs that undo imports of leads."""

from enum import StrEnum

from chalicelib.jobs.counts import Outcomes
from chalicelib.jobs.job_kinds import JobKind


class Undone(StrEnum):
    """What an undo did to a lead."""

    REVERSED = "reversed"  # it is as before the import
    KEPT = "kept"  # something of the import stays, since it was changed since
    FAILED = "failed"  # it could not be judged any more


LEAD_UNDO = JobKind(
    "lead-undo",
    Outcomes.of(tuple(each.value for each in Undone), changing=(Undone.REVERSED.value,)),
    changes_book=False,
)
UNDO_LANE = "lead-undos"
