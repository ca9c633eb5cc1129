"""Which index stands for a book, and what making and keeping one costs."""

import gzip
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.address_book import index_cache
from chalicelib.address_book.index_cache import IndexCache, OwnerLocks, RateLimit, index_prefix, of_bytes, to_bytes
from chalicelib.address_book.index_store import EDITS_PER_BUILD, LARGE_BOOK_READ, LONGEST_BUILD, REQUEST_INTERVAL
from chalicelib.erasing.erase_person import ErasePerson
from tests.address_book.room import ANN, SHELVES, Meanwhile, Room, person
from tests.fakes.clock import FixedClock


def blob_of(book: Room) -> str:
    return f"{index_prefix(ANN)}by-name.json.gz"


def reads_of_the_book(room: Room, look) -> int:
    """How many shelves were read whole."""
    before = room.client.calls["query"]
    look()
    return room.client.calls["query"] - before


class Broken:
    """A bucket that does nothing."""

    def find(self, key):
        raise ConnectionError

    def put(self, key, content):
        raise ConnectionError

    def delete_prefix(self, prefix):
        raise ConnectionError


class Slow:
    """A clock on which each shelf of a book takes its time."""

    def __init__(self, client, clock, seconds):
        self._client, self._clock, self._seconds = client, clock, seconds

    def __getattr__(self, name):
        return getattr(self._client, name)

    def query(self, **request):
        self._clock.advance(seconds=self._seconds)
        return self._client.query(**request)


class Interrupted:
    """A client over which something happens once, when the last shelf of a book has been read."""

    def __init__(self, client, happens):
        self._client, self._happens, self._shelves = client, happens, 3

    def __getattr__(self, name):
        return getattr(self._client, name)

    def query(self, **request):
        answer = self._client.query(**request)
        self._shelves -= 1
        if self._shelves == 0:
            self._happens()
        return answer


class Died(Exception):
    pass


def begun_and_not_ended(book: Room) -> None:
    """Another process began to prepare the index, and died."""

    def die():
        raise Died

    with pytest.raises(Died):
        book.again(client=Interrupted(book.client, die)).indexes.build(ANN)


class TestLooking:
    def test_reads_the_book_once_for_concurrent_readers(self, book):
        assert reads_of_the_book(book, book.names) == 3
        assert reads_of_the_book(book, book.names) == 0
        assert reads_of_the_book(book, book.again().names) == 0

    def test_reads_it_again_when_an_import_changed_it(self, book):
        book.names()
        other = book.again()
        other.names()
        book.imported(person("Carl Cox"))

        assert "Carl Cox" in other.names()

    def test_does_not_when_an_import_found_everything_unchanged(self, book):
        book.names()
        book.imported(person("Bob Bell"))

        assert reads_of_the_book(book, book.names) == 0

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(b"", id="empty"),
            pytest.param(b"nothing", id="not compressed"),
            pytest.param(gzip.compress(b"{}"), id="without a form"),
            pytest.param(gzip.compress(b'{"form": 0}'), id="of an older form"),
        ],
    )
    def test_reads_it_again_where_what_is_kept_cannot_be_used(self, book, content):
        book.names()
        book.blobs.kept[blob_of(book)] = content

        assert len(book.again().names()) == 5

    def test_needs_no_bucket(self, book):
        other = book.again(blobs=Broken())

        assert len(other.names()) == 5
        assert reads_of_the_book(book, other.names) == 0

    def test_a_note_never_speaks_of_an_index_that_could_not_be_kept(self, book):
        class Full(type(book.blobs)):  # type: ignore[misc] # a bucket that takes notes alone
            def put(self, key, content):
                if key == blob_of(book):
                    raise ConnectionError
                super().put(key, content)

        full = Full()
        book.again(blobs=full).names()

        assert not any(b'"is_made":true' in content for content in full.kept.values())

    def test_never_takes_an_index_for_newer_than_the_book_it_was_made_from(self, book):
        """A change that lands while the book is read may be missing from the index: the next one looks again."""
        bob = book.id_of("Bob Bell")
        reader = book.again(client=Interrupted(book.client, lambda: book.edit(ANN, bob, {"display": "Zz"})))

        assert "Zz" not in reader.names("zz")
        assert reader.names("zz") == ["Zz"]
        assert reader.list(ANN).is_current

    def test_keeps_the_owners_own_name_out_of_the_bucket(self, book):
        book.names()

        assert all(key.startswith(index_prefix(ANN)) for key in book.blobs.kept)
        assert ANN not in index_prefix(ANN)


class TestWhileAnImportRuns:
    def test_an_index_lives_twenty_times_as_long_as_it_took(self, book):
        slow = book.again(client=Slow(book.client, book.clock, seconds=0.5))
        at_work = book.importing()
        at_work.read(person("Carl Cox"))
        assert "Carl Cox" in slow.names()
        at_work.read(person("Dora Dee"))

        book.clock.advance(seconds=29.9)
        assert "Dora Dee" not in slow.names()
        book.clock.advance(seconds=0.1)
        assert "Dora Dee" in slow.names()

    def test_one_that_still_stands_for_the_book_lives_on(self, book):
        at_work = book.importing()
        at_work.read(person("Carl Cox"))
        book.names()
        book.clock.advance(hours=1)

        assert reads_of_the_book(book, book.names) == 0

    def test_what_the_person_does_meanwhile_shows_at_once(self, book):
        at_work = book.importing()
        at_work.read(person("Carl Cox"))
        book.names()
        at_work.read(person("Dora Dee"))

        book.edit(ANN, book.id_of("Bob Bell"), {"given": "Xaver", "family": "Bell"})
        book.delete(ANN, book.id_of("Eve Adams"))

        assert book.names("xaver") == ["Xaver Bell"]
        assert book.names() == ["ada Lovelace", "Carl Cox", "Émile Zola", "Xaver Bell", "Zoë Zweig"]
        assert not book.list(ANN).is_current

    def test_the_list_has_the_time_it_reflects(self, book):
        at_work = book.importing()
        at_work.read(person("Carl Cox"))
        made_at = book.clock.now()
        book.names()
        at_work.read(person("Dora Dee"))
        book.clock.advance(seconds=1)

        listed, counts, page = book.list(ANN), book.count(ANN), book.list.after(ANN, None, None, 2)

        assert (listed.is_current, page.is_current) == (False, False)
        assert listed.as_of == counts.as_of == page.as_of == made_at


class TestAfterAPersonsOwnChange:
    def test_the_index_is_brought_along_without_reading_the_book(self, book):
        book.names()
        bob, eve = book.id_of("Bob Bell"), book.id_of("Eve Adams")

        def edit_delete_and_look():
            book.edit(ANN, bob, {"given": "Xaver", "family": "Bell"})
            book.delete(ANN, eve)
            assert book.names() == ["ada Lovelace", "Émile Zola", "Xaver Bell", "Zoë Zweig"]
            assert book.again().names() == book.names()

        assert reads_of_the_book(book, edit_delete_and_look) == 0
        assert book.list(ANN).is_current

    def test_also_where_another_process_edits_at_the_same_time(self, book):
        """Two processes edit at the same time; each reads what the other one edited."""
        book.names()
        bob, eve = book.id_of("Bob Bell"), book.id_of("Eve Adams")
        other = book.again()
        mine = book.again(client=Meanwhile(book.client, lambda: other.delete(ANN, eve)))
        mine.names()

        mine.edit(ANN, bob, {"given": "Xaver", "family": "Bell"})

        for room in (book, mine, other, book.again()):
            assert room.names() == ["ada Lovelace", "Émile Zola", "Xaver Bell", "Zoë Zweig"]
            assert room.list(ANN).total == 4

    def test_is_done_even_where_the_index_cannot_be_kept(self, book):
        other = book.again(blobs=Broken())

        other.delete(ANN, book.id_of("Eve Adams"))

        assert "Eve Adams" not in other.names()

    def test_is_found_by_a_process_that_looked_before(self, book):
        other = book.again()
        other.names()

        book.edit(ANN, book.id_of("Bob Bell"), {"given": "Xaver", "family": "Bell"})

        assert other.names("xaver") == ["Xaver Bell"]
        assert other.list(ANN).is_current

    def test_a_worker_is_requested_to_save_the_index_before_there_are_too_many_edits(self, book):
        book.indexes.build(ANN)
        bob = book.id_of("Bob Bell")
        for number in range(EDITS_PER_BUILD):
            book.edit(ANN, bob, {"title": f"Boss {number}"})

        assert book.requested_builds == [ANN]
        assert reads_of_the_book(book, lambda: book.indexes.build(ANN)) == 0
        assert of_bytes(book.blobs.kept[blob_of(book)]).edits == EDITS_PER_BUILD


class TestALargeBook:
    """Here a book of more than two contacts is large: no request makes its index if there is an older one."""

    @pytest.fixture
    def large(self, book):
        return book.again(large=2)

    def test_is_shown_as_it_was_after_an_import_until_a_worker_made_the_index(self, book, large):
        book.indexes.build(ANN)
        book.imported(person("Carl Cox"))

        assert reads_of_the_book(book, large.names) == 0
        assert "Carl Cox" not in large.names()
        assert not large.list(ANN).is_current
        assert large.requested_builds == [ANN]

        large.indexes.build(ANN)
        book.clock.advance(seconds=1)

        assert "Carl Cox" in large.names()
        assert large.list(ANN).is_current

    def test_shows_what_the_person_does_at_once_all_the_same(self, book, large):
        book.indexes.build(ANN)
        book.imported(person("Carl Cox"))

        large.delete(ANN, book.id_of("Eve Adams"))

        assert large.names() == ["ada Lovelace", "Bob Bell", "Émile Zola", "Zoë Zweig"]
        assert large.list(ANN).total == 4

    def test_is_shown_as_a_worker_indexed_it_whatever_the_clocks_say(self, book):
        ahead = FixedClock(book.clock.now() + timedelta(minutes=1))
        reader = book.again(large=2, clock=ahead)
        book.indexes.build(ANN)
        reader.indexes.cache.put(ANN, replace(book.indexes.stored.find(ANN), made_at=ahead.now(), is_large=True))
        book.imported(person("Carl Cox"))
        book.indexes.build(ANN)

        assert reader.list(ANN).is_current

    def test_asks_a_worker_once_in_a_while(self, book, large):
        book.indexes.build(ANN)
        book.imported(person("Carl Cox"))
        for _ in range(3):
            large.names()
        book.clock.advance(seconds=REQUEST_INTERVAL.total_seconds())
        large.names()

        assert large.requested_builds == [ANN, ANN]

    def test_without_any_index_shows_what_can_be_read_in_a_moment(self, book):
        shelf_seconds = LARGE_BOOK_READ.total_seconds() * 0.6
        slow = book.again(client=Slow(book.client, book.clock, shelf_seconds), large=1)

        listed = slow.list(ANN)

        assert 0 < listed.total < 5
        assert not listed.is_current
        assert slow.requested_builds == [ANN]

    def test_without_any_index_shows_the_person_their_own_edits(self, book):
        slow = book.again(client=Slow(book.client, book.clock, LARGE_BOOK_READ.total_seconds()), large=1)
        shown = slow.names()
        [missing, *_] = {"ada Lovelace", "Bob Bell", "Émile Zola", "Zoë Zweig", "Eve Adams"} - set(shown)
        book.edit(ANN, book.id_of(missing), {"nickname": "Zzqxk"})

        assert slow.names("zzqxk") == [missing]
        assert not slow.list(ANN).is_current

    def test_whose_index_was_made_meanwhile_is_shown_whole(self, book):
        slow = book.again(client=Slow(book.client, book.clock, LARGE_BOOK_READ.total_seconds()), large=1)
        assert slow.list(ANN).total < 5
        book.indexes.build(ANN)
        book.clock.advance(seconds=1)

        assert slow.list(ANN).total == 5
        assert slow.list(ANN).is_current


class TestReadersAtOnce:
    def test_get_the_older_index_while_another_thread_makes_a_newer_one(self, book):
        """The second reader looks while the first one reads the book."""
        second = []
        reader = book.again()
        reader.names()
        book.imported(person("Carl Cox"))
        slow = book.again(client=Interrupted(book.client, lambda: second.append(slow.list(ANN))))
        slow.indexes.cache.put(ANN, reader.indexes.cache.find(ANN))

        first = slow.list(ANN)

        assert (first.total, first.is_current) == (6, True)
        assert [(each.total, each.is_current) for each in second] == [(5, False)]


class TestPreparing:
    def test_leaves_no_work_for_later_readers(self, book):
        book.indexes.build(ANN)

        assert reads_of_the_book(book, book.again().names) == 0

    def test_is_not_done_twice(self, book):
        book.indexes.build(ANN)

        assert reads_of_the_book(book, lambda: book.indexes.build(ANN)) == 0

    def test_is_not_done_by_two_workers_at_once(self, book):
        begun_and_not_ended(book)

        assert reads_of_the_book(book, lambda: book.indexes.build(ANN)) == 0

    def test_is_done_again_when_the_worker_that_began_must_be_dead(self, book):
        begun_and_not_ended(book)
        book.clock.advance(seconds=LONGEST_BUILD.total_seconds())

        assert reads_of_the_book(book, lambda: book.indexes.build(ANN)) == SHELVES

    def test_is_done_again_for_a_change_meanwhile(self, book):
        """So the index is exact when it is made, once the import has ended."""
        ends = Interrupted(book.client, lambda: book.imported(person("Carl Cox")))

        book.again(client=ends).indexes.build(ANN)

        assert of_bytes(book.blobs.kept[blob_of(book)]).version == book.books.state(ANN).version

    def test_takes_a_twentieth_of_the_time_while_an_import_runs(self, book):
        at_work = book.importing()
        at_work.read(person("Carl Cox"))
        slow = book.again(client=Slow(book.client, book.clock, seconds=1))
        slow.indexes.build(ANN)
        at_work.read(person("Dora Dee"))

        book.clock.advance(seconds=59)
        assert reads_of_the_book(book, lambda: slow.indexes.build(ANN)) == 0
        book.clock.advance(seconds=1)
        assert reads_of_the_book(book, lambda: slow.indexes.build(ANN)) == SHELVES


def erased(book: Room) -> None:
    job = ErasePerson(book.jobs, book.books)(ANN)
    book.contacts.erase(ANN)
    book.blobs.delete_prefix(index_prefix(ANN))
    line = book.jobs.queue(ANN)
    book.jobs.dynamo.commit([book.jobs.writes.delete_queue(line), book.books.forget_write(ANN)])
    assert job.owner == ANN


class TestErasing:
    def test_while_it_lasts_nothing_is_kept_and_nothing_old_is_shown(self, book):
        book.names()
        ErasePerson(book.jobs, book.books)(ANN)
        book.blobs.kept.clear()
        book.contacts.erase(ANN)

        assert book.list(ANN).total == 0
        assert book.blobs.kept == {}

    def test_an_index_that_a_worker_still_made_is_not_left_behind(self, book):
        erases = Interrupted(book.client, lambda: ErasePerson(book.jobs, book.books)(ANN))

        book.again(client=erases).indexes.build(ANN)

        assert book.blobs.kept == {}

    def test_a_cached_book_is_not_shown_to_a_person_who_returns(self, book):
        other = book.again(large=2)
        assert len(other.names()) == 5
        erased(book)
        book.imported(person("Carl Cox"))
        book.clock.advance(seconds=1)

        assert other.list(ANN).total == 1

    def test_a_person_who_returns_has_an_empty_book(self, book):
        """The version starts again from the first number; a cached index must not match it."""
        book.names()
        job = ErasePerson(book.jobs, book.books)(ANN)
        book.contacts.erase(ANN)
        line = book.jobs.queue(ANN)
        book.jobs.dynamo.commit([book.jobs.writes.delete_queue(line)])

        assert book.names() == []
        assert job.owner == ANN


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
