"""The outcomes of the rows of an import of leads."""

from enum import StrEnum


class Outcome(StrEnum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    FAILED = "failed"
    AMBIGUOUS = "ambiguous"


DEFERRED = "deferred"  # no outcome yet: the row is judged in its order, when all lanes have ended
