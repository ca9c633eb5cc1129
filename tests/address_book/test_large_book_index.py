"""The index of a large book: a worker builds it, and requests show what there is until then."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.address_book.index_store import LARGE_BOOK_READ, REQUEST_INTERVAL
from tests.address_book.indexes import Slow, count_shelf_reads, replace_by_older_form
from tests.address_book.room import ANN, person
from tests.fakes.clock import FixedClock


class TestALargeBook:
    """Here a book of more than two contacts is large: no request makes its index if there is an older one."""

    @pytest.fixture
    def large(self, book):
        return book.again(large=2)

    def test_is_shown_as_it_was_after_an_import_until_a_worker_made_the_index(self, book, large):
        book.indexes.build(ANN)
        book.import_contacts(person("Carl Cox"))

        assert count_shelf_reads(book, large.names) == 0
        assert "Carl Cox" not in large.names()
        assert not large.list(ANN).is_current
        assert large.requested_builds == [ANN]

        large.indexes.build(ANN)
        book.clock.advance(seconds=1)

        assert "Carl Cox" in large.names()
        assert large.list(ANN).is_current

    def test_shows_what_the_person_does_at_once_all_the_same(self, book, large):
        book.indexes.build(ANN)
        book.import_contacts(person("Carl Cox"))

        large.delete(ANN, book.id_of("Eve Adams"))

        assert large.names() == ["ada Lovelace", "Bob Bell", "Émile Zola", "Zoë Zweig"]
        assert large.list(ANN).total == 4

    def test_is_current_after_a_worker_indexed_it_even_if_clocks_differ(self, book):
        ahead = FixedClock(book.clock.now() + timedelta(minutes=1))
        reader = book.again(large=2, clock=ahead)
        book.indexes.build(ANN)
        reader.indexes.cache.put(ANN, replace(book.indexes.stored.find(ANN), made_at=ahead.now(), is_large=True))
        book.import_contacts(person("Carl Cox"))
        book.indexes.build(ANN)

        assert reader.list(ANN).is_current

    def test_asks_a_worker_once_in_a_while(self, book, large):
        book.indexes.build(ANN)
        book.import_contacts(person("Carl Cox"))
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

    def test_whose_index_is_of_an_older_form_is_indexed_again_although_it_has_not_changed(self, book):
        book.indexes.build(ANN)
        replace_by_older_form(book)
        slow = book.again(client=Slow(book.client, book.clock, LARGE_BOOK_READ.total_seconds()), large=1)
        assert slow.list(ANN).total < 5

        slow.indexes.build(ANN)
        book.clock.advance(seconds=1)

        assert slow.list(ANN).total == 5
        assert slow.list(ANN).is_current
