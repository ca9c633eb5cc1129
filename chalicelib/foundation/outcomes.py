"""The outcomes that a job can have for a source contact."""

from enum import StrEnum


class Outcome(StrEnum):
    """What a job did with one source contact."""

    CREATED = "created"  # a new contact in the address book
    UPDATED = "updated"  # an existing contact changed or gained a source
    UNCHANGED = "unchanged"  # the source has not changed; nothing was written
    SKIPPED = "skipped"  # left out on purpose; the ledger line has the reason
    FAILED = "failed"  # could not be stored; the ledger line has the reason
    REMOVED = "removed"  # deleted at the source; counted apart from the other five
