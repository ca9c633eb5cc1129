"""What became of one source contact: the one word that the book and the engine share."""

from enum import StrEnum


class Outcome(StrEnum):
    CREATED = "created"  # a new contact in the book
    UPDATED = "updated"  # a known contact says something new, or gained a source
    UNCHANGED = "unchanged"  # the source says what it said before; nothing was written
    SKIPPED = "skipped"  # left out on purpose; the line says why
    FAILED = "failed"  # could not be stored; the line says why
    REMOVED = "removed"  # gone at the source; counted apart from the other five


READ_OUTCOMES = tuple(outcome for outcome in Outcome if outcome is not Outcome.REMOVED)
"""The five whose sum is what was read."""
