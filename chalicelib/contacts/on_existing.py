"""What a source wants to happen to a contact that the book has already.

A module of its own: routes and jobs name it, and matching, with its tables of names, is slow to load.
"""

from enum import StrEnum


class OnExisting(StrEnum):
    """What a source wants to become of somebody the book knows already."""

    CREATE = "create"  # a new contact all the same, which points to the one that is there
    SKIP = "skip"  # nothing
    UPDATE = "update"  # the contact gains what the source says; nothing where several may be meant
