"""The policy for a contact that is already in the book.

A module of its own, so that routes and jobs do not import matching with its tables of names.
"""

from enum import StrEnum


class OnExisting(StrEnum):
    """The policy for an incoming contact that matches one in the book."""

    CREATE = "create"  # create another contact, with the known one as possible duplicate
    SKIP = "skip"  # skip the incoming contact
    UPDATE = "update"  # merge it into the known contact; skip it if several match
