"""Kinds of jobs whose outcomes are those of contacts."""

from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.counts import Outcomes
from chalicelib.jobs.events import JobEvents
from chalicelib.jobs.job import Job
from chalicelib.jobs.job_kinds import JobKind

CONTACTS = Outcomes.of(
    Outcome, not_read=[Outcome.REMOVED], changing=[Outcome.CREATED, Outcome.UPDATED, Outcome.REMOVED]
)


def has_changed(job: Job) -> bool:
    """Whether the ledger of a job lists contacts that it changed. A dry run has the same ledger without the changes."""
    return job.has_changed and not job.details.get("dry_run")


def contacts_kind(name: str, *, is_undoable: bool = True, events: JobEvents | None = None) -> JobKind:
    """A kind of job that changes contacts, or counts outcomes as such a kind does."""
    return JobKind(name, CONTACTS, is_undoable=is_undoable, events=events or JobEvents(has_contacts=has_changed))
