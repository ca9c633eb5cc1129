"""What to do with a contact that the book has already.

A module of its own, so that routes and jobs do not import matching with its tables of names.
"""

from enum import StrEnum


class OnExisting(StrEnum):
    """What to do with an incoming contact that matches one of the book."""

    CREATE = "create"  # create another contact, with the known one as possible duplicate
    SKIP = "skip"  # skip the incoming contact
    UPDATE = "update"  # merge it into the known contact; skip it if several match
