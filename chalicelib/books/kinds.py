"""Kinds of jobs whose outcomes are those of contacts."""

from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.counts import Outcomes
from chalicelib.jobs.kinds import JobKind

CONTACTS = Outcomes.of(
    Outcome, executor=[Outcome.REMOVED], changing=[Outcome.CREATED, Outcome.UPDATED, Outcome.REMOVED]
)


def contacts_kind(name: str) -> JobKind:
    """A kind that changes contacts, or says of itself what such kinds say."""
    return JobKind(name, CONTACTS)
