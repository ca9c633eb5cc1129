"""The certain pairs of the latest search: which of them still wait, unchanged."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from chalicelib.reviews.found_pairs import FoundPair, FoundPairs
from chalicelib.reviews.list_certain import ListCertain
from chalicelib.reviews.list_reviews import Queue
from chalicelib.reviews.review import Reason, pair_review


@dataclass
class Room:
    """Certain pairs of the contacts a, b, c and d, all in version 1, that were found and all wait."""

    pairs: list[FoundPair] = field(
        default_factory=lambda: [
            FoundPair("b", "a", 0.9, ("email",), True, (1, 1)),
            FoundPair("c", "d", 0.9, ("email",), True, (1, 1)),
        ]
    )
    stored: dict[str, int] = field(default_factory=lambda: dict.fromkeys("abcd", 1))
    waiting: list[tuple[str, str]] = field(default_factory=lambda: [("a", "b"), ("c", "d")])

    def versions(self, _: str, contact_ids: Sequence[str]) -> dict[str, int]:
        return {each: self.stored[each] for each in contact_ids if each in self.stored}

    def queue(self, _: str) -> Queue:
        waiting = [pair_review(Reason.FOUND_DUPLICATE, pair) for pair in self.waiting]
        return Queue(waiting, [], is_current=True, as_of=None, found=FoundPairs(1, self.pairs))

    def listed(self) -> list[str]:
        return [each.review.review_id for each in ListCertain(self.queue, self)("ann")]


@pytest.fixture
def room() -> Room:
    return Room()


def test_are_listed_in_the_order_of_the_queue_with_the_versions_that_the_search_read(room):
    pairs = ListCertain(room.queue, room)("ann")

    assert [(each.review.review_id, each.versions) for each in pairs] == [
        ("a.b", {"a": 1, "b": 1}),
        ("c.d", {"c": 1, "d": 1}),
    ]


def test_a_pair_that_does_not_wait_is_left_out(room):
    room.waiting.pop()

    assert room.listed() == ["a.b"]


def test_a_pair_of_which_a_contact_has_changed_since_the_search_is_left_out(room):
    room.stored["d"] = 2

    assert room.listed() == ["a.b"]


def test_a_pair_of_which_a_contact_is_gone_is_left_out(room):
    del room.stored["a"]

    assert room.listed() == ["c.d"]


def test_a_pair_that_is_only_likely_is_left_out(room):
    room.pairs[0] = room.pairs[0]._replace(is_certain=False)

    assert room.listed() == ["c.d"]


def test_a_pair_whose_versions_were_not_noted_is_left_out(room):
    room.pairs[0] = room.pairs[0]._replace(versions=())

    assert room.listed() == ["c.d"]
