"""Which index stands for a book, and what making and keeping one costs."""

import gzip

import pytest

from chalicelib.address_book.index_cache import index_prefix, of_bytes
from chalicelib.address_book.index_store import EDITS_PER_BUILD, LONGEST_BUILD
from chalicelib.erasing.erase_person import ErasePerson
from tests.address_book.indexes import Broken, Interrupted, Slow, abandon_build, blob_of, count_shelf_reads
from tests.address_book.room import ANN, SHELVES, Meanwhile, Room, person


class TestLooking:
    def test_reads_the_book_once_for_concurrent_readers(self, book):
        assert count_shelf_reads(book, book.names) == 3
        assert count_shelf_reads(book, book.names) == 0
        assert count_shelf_reads(book, book.again().names) == 0

    def test_reads_it_again_when_an_import_changed_it(self, book):
        book.names()
        other = book.again()
        other.names()
        book.import_contacts(person("Carl Cox"))

        assert "Carl Cox" in other.names()

    def test_does_not_when_an_import_found_everything_unchanged(self, book):
        book.names()
        book.import_contacts(person("Bob Bell"))

        assert count_shelf_reads(book, book.names) == 0

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
        assert count_shelf_reads(book, other.names) == 0

    def test_no_note_says_that_an_index_was_stored_if_it_was_not(self, book):
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
        at_work = book.start_import()
        at_work.read(person("Carl Cox"))
        assert "Carl Cox" in slow.names()
        at_work.read(person("Dora Dee"))

        book.clock.advance(seconds=29.9)
        assert "Dora Dee" not in slow.names()
        book.clock.advance(seconds=0.1)
        assert "Dora Dee" in slow.names()

    def test_one_that_still_stands_for_the_book_lives_on(self, book):
        at_work = book.start_import()
        at_work.read(person("Carl Cox"))
        book.names()
        book.clock.advance(hours=1)

        assert count_shelf_reads(book, book.names) == 0

    def test_what_the_person_does_meanwhile_shows_at_once(self, book):
        at_work = book.start_import()
        at_work.read(person("Carl Cox"))
        book.names()
        at_work.read(person("Dora Dee"))

        book.edit(ANN, book.id_of("Bob Bell"), {"given": "Xaver", "family": "Bell"})
        book.delete(ANN, book.id_of("Eve Adams"))

        assert book.names("xaver") == ["Xaver Bell"]
        assert book.names() == ["ada Lovelace", "Carl Cox", "Émile Zola", "Xaver Bell", "Zoë Zweig"]
        assert not book.list(ANN).is_current

    def test_the_list_has_the_time_it_reflects(self, book):
        at_work = book.start_import()
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

        assert count_shelf_reads(book, edit_delete_and_look) == 0
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
        assert count_shelf_reads(book, lambda: book.indexes.build(ANN)) == 0
        assert of_bytes(book.blobs.kept[blob_of(book)]).edits == EDITS_PER_BUILD


class TestReadersAtOnce:
    def test_get_the_older_index_while_another_thread_makes_a_newer_one(self, book):
        """The second reader looks while the first one reads the book."""
        second = []
        reader = book.again()
        reader.names()
        book.import_contacts(person("Carl Cox"))
        slow = book.again(client=Interrupted(book.client, lambda: second.append(slow.list(ANN))))
        slow.indexes.cache.put(ANN, reader.indexes.cache.find(ANN))

        first = slow.list(ANN)

        assert (first.total, first.is_current) == (6, True)
        assert [(each.total, each.is_current) for each in second] == [(5, False)]


class TestPreparing:
    def test_leaves_no_work_for_later_readers(self, book):
        book.indexes.build(ANN)

        assert count_shelf_reads(book, book.again().names) == 0

    def test_is_not_done_twice(self, book):
        book.indexes.build(ANN)

        assert count_shelf_reads(book, lambda: book.indexes.build(ANN)) == 0

    def test_is_not_done_by_two_workers_at_once(self, book):
        abandon_build(book)

        assert count_shelf_reads(book, lambda: book.indexes.build(ANN)) == 0

    def test_is_done_again_when_the_worker_that_began_must_be_dead(self, book):
        abandon_build(book)
        book.clock.advance(seconds=LONGEST_BUILD.total_seconds())

        assert count_shelf_reads(book, lambda: book.indexes.build(ANN)) == SHELVES

    def test_is_done_again_for_a_change_meanwhile(self, book):
        """So the index is exact when it is made, once the import has ended."""
        ends = Interrupted(book.client, lambda: book.import_contacts(person("Carl Cox")))

        book.again(client=ends).indexes.build(ANN)

        assert of_bytes(book.blobs.kept[blob_of(book)]).version == book.books.state(ANN).version

    def test_takes_a_twentieth_of_the_time_while_an_import_runs(self, book):
        at_work = book.start_import()
        at_work.read(person("Carl Cox"))
        slow = book.again(client=Slow(book.client, book.clock, seconds=1))
        slow.indexes.build(ANN)
        at_work.read(person("Dora Dee"))

        book.clock.advance(seconds=59)
        assert count_shelf_reads(book, lambda: slow.indexes.build(ANN)) == 0
        book.clock.advance(seconds=1)
        assert count_shelf_reads(book, lambda: slow.indexes.build(ANN)) == SHELVES


def erase(book: Room) -> None:
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
        erase(book)
        book.import_contacts(person("Carl Cox"))
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
