"""Kinds of jobs whose outcomes are those of contacts."""

from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.counts import Outcomes
from chalicelib.jobs.job_kinds import JobKind

CONTACTS = Outcomes.of(
    Outcome, not_read=[Outcome.REMOVED], changing=[Outcome.CREATED, Outcome.UPDATED, Outcome.REMOVED]
)


def contacts_kind(name: str, *, is_undoable: bool = True) -> JobKind:
    """A kind of job that changes contacts, or counts outcomes as such a kind does."""
    return JobKind(name, CONTACTS, is_undoable=is_undoable)
