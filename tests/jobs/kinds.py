"""The kinds of jobs in tests: those of the service, and some for tests only."""

from chalicelib.books.job_kinds import CONTACTS, contacts_kind
from chalicelib.jobs.counts import Counts
from chalicelib.jobs.job_kinds import JobKinds
from chalicelib.wiring.rooms import KINDS as SHIPPED

KINDS = JobKinds([*SHIPPED.declared, *map(contacts_kind, ("copy", "erase", "import"))])


def counted(**outcomes: int) -> Counts:
    """Counts of contacts."""
    return Counts.of(CONTACTS, outcomes)
