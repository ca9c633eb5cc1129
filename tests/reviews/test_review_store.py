"""What is stored of decisions, and the pairs that a search found."""

import random
from dataclasses import replace

import pytest

from chalicelib.foundation.dynamo import Dynamo, TransactionCanceled
from chalicelib.reviews.found_pairs import FoundPair, FoundPairs, FoundPairStore
from chalicelib.reviews.review import Answer
from chalicelib.reviews.review_store import Decided, ReviewStore
from tests.fakes.blobs import FakeBlobs
from tests.fakes.clock import FixedClock
from tests.fakes.tables import empty_tables

MERGED = Decided("a.b", Answer.SAME, 1_772_539_200_000, "ann", into="a", merged="b")
APART = Decided("a.c", Answer.DIFFERENT, 1_772_539_300_000, "ann", pair_id="p", linked=("a", "c"))


@pytest.fixture
def store() -> ReviewStore:
    clock = FixedClock()
    return ReviewStore(Dynamo(empty_tables(), clock, random.Random(1)), "people", clock)


def put(store: ReviewStore, decided: Decided, seen: Decided | None = None) -> None:
    store.dynamo.commit([store.put_write("ann", decided, seen)])


class TestDecisions:
    @pytest.mark.parametrize("decided", [MERGED, APART, replace(MERGED, by_job="job")])
    def test_are_read_back(self, store, decided):
        put(store, decided)

        assert store.find("ann", decided.review_id) == decided
        assert store.find("bob", decided.review_id) is None

    def test_one_replaces_only_the_one_that_was_seen(self, store):
        put(store, MERGED)
        later = replace(MERGED, answer=Answer.DIFFERENT, at=MERGED.at + 1)

        for seen in (None, later):
            with pytest.raises(TransactionCanceled):
                put(store, later, seen)
        put(store, later, MERGED)

        assert store.find("ann", "a.b") == later

    def test_one_is_forgotten_only_as_it_was_seen(self, store):
        put(store, MERGED)

        with pytest.raises(TransactionCanceled):
            store.dynamo.commit([store.remove_write("ann", replace(MERGED, at=1))])
        store.dynamo.commit([store.remove_write("ann", MERGED)])

        assert store.find("ann", "a.b") is None

    def test_those_that_called_a_pair_different_are_listed_with_their_time(self, store):
        put(store, MERGED)
        put(store, APART)

        assert store.called_different("ann") == {"a.c": APART.at}


class TestPutOff:
    def test_a_review_stays_put_off_until_it_is_taken_up(self, store):
        store.put_off_until_asked("ann", "a.b")
        store.put_off_until_asked("ann", "a.b")

        assert list(store.put_off("ann")) == ["a.b"]
        assert store.is_put_off("ann", "a.b")
        store.take_up("ann", "a.b")
        assert not store.put_off("ann")


def test_erasing_a_person_deletes_all_of_theirs_and_nothing_else(store):
    put(store, MERGED)
    store.put_off_until_asked("ann", "a.c")
    store.put_off_until_asked("bob", "a.b")

    store.erase("ann")

    assert store.find("ann", "a.b") is None
    assert not store.put_off("ann")
    assert store.is_put_off("bob", "a.b")


class TestFoundPairs:
    def test_the_latest_search_replaces_earlier_ones(self):
        store = FoundPairStore(FakeBlobs())
        found = FoundPairs(2, [FoundPair("a", "b", 0.75, ["email", "name"], True, [3, 1])])
        store.put("ann", FoundPairs(1, []))
        store.put("ann", found)

        assert store.find("ann") == found
        assert store.find("bob") is None

    def test_are_forgotten(self):
        store = FoundPairStore(FakeBlobs())
        store.put("ann", FoundPairs(1, []))
        store.forget("ann")

        assert store.find("ann") is None
