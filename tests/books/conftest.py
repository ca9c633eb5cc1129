import pytest

from chalicelib.books.book_store import BookStore
from tests.jobs.engine import client, clock, queued, store

__all__ = ["client", "clock", "queued", "store"]


@pytest.fixture
def books(store) -> BookStore:
    return BookStore(store.dynamo, "jobs", store)
