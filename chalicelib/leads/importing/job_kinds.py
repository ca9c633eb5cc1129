"""The kinds of jobs of imports of leads."""

from chalicelib.jobs.counts import Outcomes
from chalicelib.jobs.job_kinds import JobKind
from chalicelib.leads.importing.judging import Outcome

_OUTCOMES = Outcomes.of(tuple(outcome.value for outcome in Outcome), changing=("created", "updated"))
LEAD_IMPORT = JobKind("lead-import", _OUTCOMES, changes_book=False)
LEAD_IMPORT_LANE = JobKind("lead-import-lane", _OUTCOMES, changes_book=False)
LANE = "leads"  # of the jobs that lead an import


def lane_name(number: int) -> str:
    """The lane in which the jobs run that read the ranges with this number."""
    return f"{LANE}-{number}"
