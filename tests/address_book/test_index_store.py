"""Which index stands for a book, and what making and keeping one costs."""

import gzip
from datetime import timedelta

import pytest

from chalicelib.address_book import index_store
from chalicelib.address_book.index_store import PATIENCE, Remembered, index_prefix, of_bytes, to_bytes
from chalicelib.erasing.erase_person import ErasePerson
from tests.address_book.room import ANN, Meanwhile, Room, person
from tests.jobs.engine import StandingClock

SHELVES = 3  # of each book here


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


class Slow:
    """A clock on which each shelf of a book takes its time."""

    def __init__(self, client, clock, seconds):
        self._client, self._clock, self._seconds = client, clock, seconds

    def __getattr__(self, name):
        return getattr(self._client, name)

    def query(self, **request):
        self._clock.pass_(seconds=self._seconds)
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


class Waking(StandingClock):
    """A clock on which something happens while somebody sleeps for the first time."""

    def __init__(self, happens):
        self._happens, self.slept = happens, 0

    def sleep(self, seconds):
        super().sleep(seconds)
        self.slept += 1
        if self.slept == 1:
            self._happens(ANN)


class Died(Exception):
    pass


def begun_and_not_ended(book: Room) -> None:
    """Another process began to prepare the index, and did not come to the end."""

    def die():
        raise Died

    with pytest.raises(Died):
        book.again(client=Interrupted(book.client, die)).indexes.prepare(ANN)


class TestLooking:
    def test_reads_the_book_once_for_everybody_who_looks(self, book):
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
        [key] = book.blobs.kept
        book.blobs.kept[key] = content

        assert len(book.again().names()) == 5

    def test_needs_no_bucket(self, book):
        other = book.again(blobs=Broken())

        assert len(other.names()) == 5
        assert reads_of_the_book(book, other.names) == 0

    def test_never_takes_an_index_for_newer_than_the_book_it_was_made_from(self, book):
        """A change that lands while the book is read may be missing from the index: the next one looks again."""
        bob = book.id_of("Bob Bell")
        reader = book.again(client=Interrupted(book.client, lambda: book.edit(ANN, bob, {"display": "Zz"})))

        assert "Zz" not in reader.names("zz")
        assert reader.names("zz") == ["Zz"]
        assert reader.list(ANN).is_current

    def test_keeps_the_owners_own_name_out_of_the_bucket(self, book):
        book.names()

        assert list(book.blobs.kept) == [f"{index_prefix(ANN)}by-name.json.gz"]
        assert ANN not in index_prefix(ANN)


class TestWhileAnImportRuns:
    def test_an_index_lives_four_times_as_long_as_it_took(self, book):
        slow = book.again(client=Slow(book.client, book.clock, seconds=1))
        at_work = book.importing()
        at_work.read(person("Carl Cox"))
        assert "Carl Cox" in slow.names()
        at_work.read(person("Dora Dee"))

        book.clock.pass_(seconds=11.9)
        assert "Dora Dee" not in slow.names()
        book.clock.pass_(seconds=0.1)
        assert "Dora Dee" in slow.names()

    def test_one_that_still_stands_for_the_book_lives_on(self, book):
        at_work = book.importing()
        at_work.read(person("Carl Cox"))
        book.names()
        book.clock.pass_(hours=1)

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

    def test_unless_something_else_happened_in_between(self, book):
        """Two people's worth of edits at once: neither index knows of both, so neither stands for the book."""
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


class TestPreparing:
    def test_leaves_nothing_to_do_for_whoever_looks_next(self, book):
        book.indexes.prepare(ANN)

        assert reads_of_the_book(book, book.again().names) == 0

    def test_is_not_done_twice(self, book):
        book.indexes.prepare(ANN)

        assert reads_of_the_book(book, lambda: book.indexes.prepare(ANN)) == 0

    def test_whoever_looks_meanwhile_waits_for_it_instead_of_making_another(self, book):
        begun_and_not_ended(book)
        looker = book.again(clock=Waking(book.again().indexes.prepare))

        looked = looker.names

        assert reads_of_the_book(book, looked) == SHELVES  # of the one that prepared it
        assert looker.clock.slept == 1

    def test_nobody_waits_long_for_one_that_died(self, book):
        begun_and_not_ended(book)
        before = book.clock.now()

        assert "Eve Adams" in book.again().names()
        assert book.clock.now() - before == PATIENCE

    def test_nobody_waits_for_an_index_of_another_version(self, book):
        begun_and_not_ended(book)
        book.imported(person("Carl Cox"))
        before = book.clock.now()

        assert "Carl Cox" in book.again().names()
        assert book.clock.now() == before


class TestErasing:
    def test_while_it_lasts_nothing_is_kept_and_nothing_old_is_shown(self, book):
        book.names()
        ErasePerson(book.jobs, book.books)(ANN)
        book.blobs.kept.clear()
        book.contacts.erase(ANN)

        assert book.list(ANN).total == 0
        assert book.blobs.kept == {}

    def test_who_comes_back_has_an_empty_book(self, book):
        """The line begins anew, and so do its numbers; what a process remembers must not fit them again."""
        book.names()
        job = ErasePerson(book.jobs, book.books)(ANN)
        book.contacts.erase(ANN)
        line = book.jobs.line(ANN)
        book.jobs.dynamo.land([book.jobs.writes.forget_line(line)])

        assert book.names() == []
        assert job.owner == ANN


class TestBytes:
    def test_say_the_same_again(self, book):
        book.names()
        [content] = book.blobs.kept.values()
        kept = of_bytes(content)

        assert kept is not None
        assert of_bytes(to_bytes(kept)) == kept
        assert kept.took == timedelta()

    def test_of_another_form_are_none(self, book, monkeypatch):
        book.names()
        [content] = book.blobs.kept.values()
        monkeypatch.setattr(index_store, "FORM", index_store.FORM + 1)

        assert of_bytes(content) is None


class TestRemembered:
    def test_is_bounded_by_rows_and_the_latest_stay(self, book):
        book.names()
        [content] = book.blobs.kept.values()
        kept = of_bytes(content)
        remembered = Remembered(most_rows=12)

        for owner in ("a", "b"):
            remembered.put(owner, kept)
        remembered.find("a")
        remembered.put("c", kept)

        assert [remembered.find(owner) is not None for owner in ("a", "b", "c")] == [True, False, True]

    def test_one_book_is_remembered_however_large(self, book):
        book.names()
        [content] = book.blobs.kept.values()
        remembered = Remembered(most_rows=1)

        remembered.put("a", of_bytes(content))

        assert remembered.find("a") is not None
