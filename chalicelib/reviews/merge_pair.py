"""Merges the two contacts of a pair, and undoes that."""

from dataclasses import dataclass

from chalicelib.contacts.contact import Contact
from chalicelib.contacts.fold_records import fold
from chalicelib.contacts.source_record import ContactFields
from chalicelib.foundation.errors import Conflict
from chalicelib.reviews.deciding import Choice, DecidedPair
from chalicelib.reviews.review_store import Decided


@dataclass(frozen=True)
class MergePair:
    """Merges two contacts that are one person."""

    def __call__(self, _owner: str, _pair: DecidedPair, _choice: Choice) -> Decided | None:
        raise _not_yet()

    def undo(self, _owner: str, _decided: Decided) -> bool:
        raise _not_yet()


def _not_yet() -> Conflict:
    return Conflict("Two contacts cannot be merged yet.")


def preview(left: Contact, right: Contact) -> ContactFields:
    """What the merged contact would show."""
    return fold([*left.records, *right.records])
