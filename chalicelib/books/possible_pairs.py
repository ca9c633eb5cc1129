"""Pairs of contacts that may be one person: how they are named, and those that the index of a book lists."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PossiblePairs:
    """The pairs of a book, and how current they are."""

    #: The ids of two contacts, the smaller one first; each pair once, in order.
    pairs: Sequence[tuple[str, str]]
    #: The ids of all contacts of the book.
    contact_ids: Container[str]
    #: Whether they reflect the book as it is now.
    is_current: bool
    #: The time they reflect; None if they are current.
    as_of: datetime | None


def ordered_pair(contact_id: str, other_id: str) -> tuple[str, str]:
    """The two ids, the smaller one first."""
    return (contact_id, other_id) if contact_id < other_id else (other_id, contact_id)


def review_id_of(contact_id: str, other_id: str) -> str:
    """The id of the review of two contacts, whichever is named first."""
    return ".".join(ordered_pair(contact_id, other_id))
