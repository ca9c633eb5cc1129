"""What became of one source contact: the outcomes of every job that changes contacts."""

from enum import StrEnum


class Outcome(StrEnum):
    CREATED = "created"  # a new contact in the book
    UPDATED = "updated"  # a known contact says something new, or gained a source
    UNCHANGED = "unchanged"  # the source says what it said before; nothing was written
    SKIPPED = "skipped"  # left out on purpose; the line says why
    FAILED = "failed"  # could not be stored; the line says why
    REMOVED = "removed"  # gone at the source; counted apart from the other five
