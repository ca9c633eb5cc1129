"""The kind of job that decides many reviews at once, or undoes such a job."""

from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.counts import Outcomes
from chalicelib.jobs.job_kinds import JobKind

DECIDE_LIKE = JobKind(
    "review-decisions",
    Outcomes.of([Outcome.UPDATED, Outcome.SKIPPED, Outcome.FAILED], changing=[Outcome.UPDATED]),
    is_undoable=False,  # each decision has an undo of its own
)
