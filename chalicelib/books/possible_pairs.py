"""The contacts of a book that were noted as possible duplicates of each other, as the index of the book lists them."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PossiblePairs:
    """The pairs of a book, and how current they are."""

    #: The ids of two contacts, the smaller one first; each pair once.
    pairs: Sequence[tuple[str, str]]
    #: The ids of all contacts of the book.
    contact_ids: Container[str]
    #: Whether they reflect the book as it is now.
    is_current: bool
    #: The time they reflect; None if they are current.
    as_of: datetime | None
