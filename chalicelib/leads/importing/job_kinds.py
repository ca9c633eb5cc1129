"""The kinds of jobs of imports of leads."""

from collections.abc import Mapping

from chalicelib.foundation.ids import id_of
from chalicelib.foundation.json import Json
from chalicelib.jobs.counts import Outcomes
from chalicelib.jobs.events import EventType, JobEvents, ends_as
from chalicelib.jobs.job import Job
from chalicelib.jobs.job_kinds import JobKind
from chalicelib.leads.importing.outcome import DEFERRED, Outcome


def _trial(job: Job) -> Mapping[str, Json]:
    """Whoever waits for the leads of a file has to tell an import from a trial, which stores none."""
    return {"dry_run": job.details.get("dry_run", False)}


_NAMES, _CHANGING = tuple(outcome.value for outcome in Outcome), ("created", "updated")
_OUTCOMES = Outcomes.of(_NAMES, changing=_CHANGING)
_OF_LANES = Outcomes.of((*_NAMES, DEFERRED), not_read=[DEFERRED], changing=_CHANGING)
LEAD_IMPORT = JobKind(
    "lead-import",
    _OUTCOMES,
    changes_book=False,
    events=JobEvents(ended=ends_as(EventType.LEADS_COMPLETED, EventType.LEADS_FAILED), data=_trial),
)
LEAD_IMPORT_LANE = JobKind("lead-import-lane", _OF_LANES, changes_book=False)
LANE = "leads"  # of the jobs that lead an import


def lane_id(import_id: str, number: int) -> str:
    """The id of the job of a lane that imports rows."""
    return id_of("lead import lane", import_id, str(number))


def keys_lane_id(import_id: str, number: int) -> str:
    """The id of the job of a lane that writes hashes of keys."""
    return id_of("keys of a lead import lane", import_id, str(number))


def lane_name(number: int) -> str:
    """The lane in which the jobs run that read the ranges with this number."""
    return f"{LANE}-{number}"
