"""Lists the certain pairs that still wait, for a person who wants to accept all of them at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.books.contact_store import ContactStore
from chalicelib.books.possible_pairs import review_id_of
from chalicelib.reviews.found_pairs import FoundPairs
from chalicelib.reviews.list_reviews import ListReviews, Queue
from chalicelib.reviews.review import Review


@dataclass(frozen=True, slots=True)
class CertainPair:
    """A pair of contacts that share a personal address or number and whose names agree."""

    review: Review
    #: The versions of the two contacts that the search read, by id.
    versions: Mapping[str, int]


@dataclass(frozen=True)
class ListCertain:
    """Use case: the certain pairs that the latest search found."""

    list_reviews: ListReviews
    contacts: ContactStore

    def __call__(self, owner: str) -> Sequence[CertainPair]:
        """Those that wait; without pairs that were decided, put off, merged or changed since the search."""
        pairs = certain_when_found(self.list_reviews(owner))
        current = self.contacts.versions(owner, [contact_id for pair in pairs for contact_id in pair.versions])
        return [pair for pair in pairs if pair.versions.items() <= current.items()]


def certain_when_found(queue: Queue) -> Sequence[CertainPair]:
    """The waiting pairs that were certain when the search read their contacts, which may have changed since."""
    versions = _certain(queue.found) if queue.found else {}
    return [CertainPair(each, versions[each.review_id]) for each in queue.waiting if each.review_id in versions]


def _certain(found: FoundPairs) -> Mapping[str, Mapping[str, int]]:
    """The versions of the two contacts of each certain pair, by the id of its review."""
    return {
        review_id_of(pair.left, pair.right): dict(zip((pair.left, pair.right), pair.versions, strict=True))
        for pair in found.pairs
        if pair.is_certain and pair.versions
    }
