"""A review: two records that may be of one person, for a person to decide. Its id follows from its two sides.

So a pair is listed once, whatever found it, and keeps its id until it is decided.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source_row import SourceRows


class Reason(StrEnum):
    """Why a person is asked, the most urgent first."""

    FILE_CONFLICT = "file_conflict"  # a row of a file waits to be imported
    POSSIBLE_DUPLICATE = "possible_duplicate"  # an import or an edit found that they share an address or a number
    FOUND_DUPLICATE = "found_duplicate"  # a search through the book found that they are alike
    CHOSEN = "chosen"  # nothing found them: a person compares them


class Answer(StrEnum):
    """What a person decides."""

    SAME = "same"  # one person: merge them
    DIFFERENT = "different"  # two people: keep both, and do not ask again
    LATER = "later"  # ask again when the person wants to be asked


@dataclass(frozen=True, slots=True, order=True)
class ImportRow:
    """A row of a file that is not in the book yet."""

    import_id: str
    row: int


Side = str | ImportRow  # the id of a contact, or a row

_PAIR = re.compile(r"([A-Za-z0-9_-]{1,60})\.([A-Za-z0-9_-]{1,60})", re.ASCII)
_ROW = re.compile(r"([A-Za-z0-9_-]{1,60})~([0-9]{1,9})", re.ASCII)
_RANK = {reason: rank for rank, reason in enumerate(Reason)}


class Review(NamedTuple):
    """Two sides that may be one person. A tuple, because a queue has thousands."""

    review_id: str
    reason: Reason
    left: Side
    #: The id of a contact; "" for a row if it is not known which contact it may be.
    right: str
    #: Codes of what they have in common, if a search through the book found them.
    reasons: Sequence[str] = ()
    #: How sure that search is, from 0 to 1.
    score: float | None = None
    #: When it was found, in milliseconds since 1970; None if that is not known.
    at: int | None = None
    #: The row as a contact of its own, with where it comes from; None for a pair of contacts.
    row: Contact | None = None
    source_rows: SourceRows = MappingProxyType({})

    @property
    def contact_ids(self) -> tuple[str, ...]:
        """The sides that are contacts."""
        if isinstance(self.left, str):
            return self.left, self.right
        return (self.right,) if self.right else ()

    @property
    def order(self) -> tuple[int, float, str]:
        """Sorts by reason, then the surest first."""
        return _RANK[self.reason], -(self.score or 0.0), self.review_id


def pair_review(reason: Reason, pair: tuple[str, str], *more: Any) -> Review:
    """The review of two contacts, the one with the smaller id first.

    Args:
        more: the fields of a review from `reasons` on.
    """
    return Review(".".join(pair), reason, *pair, *more)


def row_review_id(row: ImportRow) -> str:
    """The id of the review of a row, whichever contacts it is in conflict with."""
    return f"{row.import_id}~{row.row}"


def sides_in(review_id: str) -> tuple[str, str] | ImportRow | None:
    """The contacts or the row that an id names; None if it cannot be the id of a review."""
    if (pair := _PAIR.fullmatch(review_id)) is not None:
        left, right = pair.groups()
        return (left, right) if left < right else None
    if (row := _ROW.fullmatch(review_id)) is not None and str(int(row[2])) == row[2]:
        return ImportRow(row[1], int(row[2]))
    return None


def contacts_in(review_id: str) -> tuple[str, ...]:
    """The contacts that an id names; () for a row, and for what cannot be the id of a review."""
    sides = sides_in(review_id)
    return sides if isinstance(sides, tuple) else ()
