"""Indexes in memory and in the bucket: their bytes, their number, and who may build one."""

from datetime import timedelta

from chalicelib.address_book import index_cache
from chalicelib.address_book.index_cache import IndexCache, OwnerLocks, RateLimit, of_bytes, to_bytes
from tests.address_book.indexes import blob_of


class TestBytes:
    def test_say_the_same_again(self, book):
        book.names()
        content = book.blobs.kept[blob_of(book)]
        kept = of_bytes(content)

        assert kept is not None
        assert of_bytes(to_bytes(kept)) == kept
        assert kept.took == timedelta()

    def test_of_another_form_are_none(self, book, monkeypatch):
        book.names()
        content = book.blobs.kept[blob_of(book)]
        monkeypatch.setattr(index_cache, "FORM", index_cache.FORM + 1)

        assert of_bytes(content) is None


class TestRemembered:
    def test_is_bounded_by_rows_and_the_latest_stay(self, book):
        book.names()
        content = book.blobs.kept[blob_of(book)]
        kept = of_bytes(content)
        remembered = IndexCache(most_rows=12)

        for owner in ("a", "b"):
            remembered.put(owner, kept)
        remembered.find("a")
        remembered.put("c", kept)

        assert [remembered.find(owner) is not None for owner in ("a", "b", "c")] == [True, False, True]

    def test_one_book_is_remembered_however_large(self, book):
        book.names()
        content = book.blobs.kept[blob_of(book)]
        remembered = IndexCache(most_rows=1)

        remembered.put("a", of_bytes(content))

        assert remembered.find("a") is not None


class TestOwnerLocks:
    def test_are_one_threads_at_a_time_for_each_owner(self):
        locks = OwnerLocks()

        assert [locks.try_acquire("a"), locks.try_acquire("a"), locks.try_acquire("b")] == [True, False, True]
        locks.release("a")
        assert locks.try_acquire("a")


class TestRateLimit:
    def test_is_once_in_an_interval_for_each_owner(self, book):
        limit, now = RateLimit(timedelta(seconds=2)), book.clock.now()

        assert [limit.allows("a", now), limit.allows("a", now), limit.allows("b", now)] == [True, False, True]
        assert limit.allows("a", now + timedelta(seconds=2))
