"""Looks at followed books in their store, on the fake and on the embedded AWS alike."""

from typing import Any

import pytest

from chalicelib.address_book.followed_book import ContactState, FollowedBook
from chalicelib.address_book.followed_store import FollowedStore, LastLook
from chalicelib.books.book_store import BookStore
from chalicelib.books.version import UNWRITTEN
from chalicelib.jobs.store import JobStore
from tests.fakes.blobs import FakeBlobs
from tests.fakes.executor import InlineExecutor

OWNER = "ada"


@pytest.fixture
def store(ground: Any) -> FollowedStore:
    jobs = JobStore(ground.dynamo, ground.names.jobs, ground.clock, InlineExecutor(), shards=2)
    books = BookStore(ground.dynamo, ground.names.jobs, jobs)
    return FollowedStore(ground.dynamo, ground.names.jobs, books, FakeBlobs())


def look_again(store: FollowedStore, before: LastLook | None, number: int) -> LastLook | None:
    book = FollowedBook(number, {"c1": ContactState(1, number)}, {"c1": ["c2"]})
    return store.put(OWNER, before, book, epoch="e", version=UNWRITTEN, day=20_000)


def test_looks_follow_each_other_and_are_read_as_they_were_stored(store):
    looks = [look_again(store, None, 1)]
    for number in (2, 3):
        looks.append(look_again(store, looks[-1], number))

    assert store.last_look(OWNER) == looks[-1]
    assert store.read(OWNER, looks[-1]) == FollowedBook(3, {"c1": ContactState(1, 3)}, {"c1": ["c2"]})
    assert store.read(OWNER, looks[0]) is None  # the last two are kept


def test_a_look_that_was_compared_with_an_older_one_does_not_count(store):
    first = look_again(store, None, 1)
    second = look_again(store, first, 2)

    assert look_again(store, first, 2) is look_again(store, None, 1) is None
    assert store.last_look(OWNER) == second


def test_nothing_is_stored_during_an_erasure_and_nothing_is_left_of_what_was(store):
    look_again(store, None, 1)
    store.erase(OWNER)
    store.dynamo.commit([store.books.erasing_write(OWNER)])

    assert look_again(store, None, 1) is None
    assert store.last_look(OWNER) is None
    assert store.blobs.kept == {}
