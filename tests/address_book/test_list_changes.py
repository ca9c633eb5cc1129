"""Following a book: what is told, for how long, and when one has to start over."""

import base64
from collections.abc import Sequence

import pytest

from chalicelib.address_book import followed_book
from chalicelib.address_book.contact_filter import ALL, ContactFilter
from chalicelib.address_book.followed_book import FollowedBook, StartOver
from chalicelib.address_book.list_changes import ContactChanges
from chalicelib.foundation.errors import InvalidInput
from tests.address_book.indexes import Slow
from tests.address_book.room import ANN, Meanwhile, Room, person

DAY = 86_400


def follow(room: Room, since: str | None = None, limit: int = 50) -> ContactChanges:
    return room.changes(ANN, since, limit)


def names(told: ContactChanges) -> list[str]:
    return sorted(each.shown["display"] for each in told.contacts)


@pytest.fixture
def room() -> Room:
    room = Room()
    room.import_contacts(*(person(name, email=f"{name}@x.org") for name in ("Ada", "Bob", "Eve")))
    return room


def walk(room: Room, limit: int) -> Sequence[ContactChanges]:
    pages = [follow(room, limit=limit)]
    while pages[-1].has_more:
        pages.append(follow(room, pages[-1].since, limit))
    return pages


class TestWhatIsTold:
    @pytest.mark.parametrize("limit", [1, 2, 3, 50])
    def test_from_the_beginning_is_everybody_once(self, room, limit):
        pages = walk(room, limit)

        assert sorted(name for each in pages for name in names(each)) == ["Ada", "Bob", "Eve"]
        assert all(len(each.contacts) <= limit and each.is_current for each in pages)

    def test_afterwards_is_what_changed_and_what_is_gone(self, room):
        begun, bob = follow(room).since, room.id_of("Bob")
        room.edit(ANN, room.id_of("Ada"), {"title": "Countess"})
        room.delete(ANN, bob)
        room.import_contacts(person("Fay"), source="microsoft:m1")

        told = follow(room, begun)

        assert (names(told), told.deleted, told.merged) == (["Ada", "Fay"], [bob], [])
        assert follow(room, told.since) == ContactChanges(since=told.since, is_current=True)

    def test_names_a_new_possible_duplicate_also_for_the_contact_that_did_not_change(self, room):
        begun = follow(room).since
        room.import_contacts(person("Zoe", "m/1", email="ada@x.org"), source="microsoft:m1")
        ada, zoe = room.id_of("Ada"), room.id_of("Zoe")

        told = follow(room, begun)

        assert {each.contact_id: each.possible_duplicates for each in told.contacts} == {ada: (zoe,), zoe: (ada,)}

    def test_is_told_again_once_contacts_are_shown_in_another_way(self, room, monkeypatch):
        begun = follow(room).since
        monkeypatch.setattr(followed_book, "FORM", followed_book.FORM + 1)
        room.edit(ANN, room.id_of("Ada"), {"title": "Countess"})

        assert names(follow(room, begun)) == ["Ada", "Bob", "Eve"]

    def test_is_the_same_token_on_a_day_without_changes_and_another_one_the_next_day(self, room):
        first = follow(room).since
        assert follow(room, first).since == first
        room.clock.advance(seconds=DAY)

        assert follow(room, first).since != first

    def test_while_an_import_runs_is_what_the_last_look_found(self, room):
        begun = follow(room).since
        at_work = room.start_import("microsoft:m1")
        at_work.read(person("Fay"))
        room.clock.advance(seconds=3)
        assert names(follow(room, begun)) == ["Fay"]
        at_work.read(person("Gus"))

        meanwhile = follow(room, begun)
        at_work.commit(at_work.plan([]), ends=True)

        assert (names(meanwhile), meanwhile.is_current) == (["Fay"], False)
        assert names(follow(room, meanwhile.since)) == ["Gus"]

    def test_is_nothing_yet_while_a_large_book_is_being_prepared(self, room):
        large = room.again(client=Slow(room.client, room.clock, 1), large=1)
        large.blobs.kept.clear()

        assert follow(large) == ContactChanges()
        assert large.changes.walk(ANN).since is None


class TestWalks:
    """A page of the list shows what the last look had: anything else could be gone before the next look."""

    def test_leave_out_who_came_after_the_look(self, room):
        walk = room.changes.walk(ANN)
        room.import_contacts(person("Zoe", "m/1", email="ada@x.org"), source="microsoft:m1")

        assert room.names(wanted=walk.narrow(ALL)) == ["Ada", "Bob", "Eve"]
        assert room.names(wanted=room.changes.walk(ANN).narrow(ALL)) == ["Ada", "Bob", "Eve", "Zoe"]
        assert names(follow(room, walk.since)) == ["Ada", "Zoe"]

    def test_show_the_possible_duplicates_of_the_look(self, room):
        walk = room.changes.walk(ANN)
        room.import_contacts(person("Zoe", "m/1", email="ada@x.org"), source="microsoft:m1")

        shown = walk.shown(room.list(ANN, wanted=walk.narrow(ALL)).contacts)

        assert [each.possible_duplicates for each in shown] == [(), (), ()]

    def test_keep_to_a_filter(self, room):
        walk = room.changes.walk(ANN)

        assert room.names(wanted=walk.narrow(ContactFilter(members=[room.id_of("Bob"), "another"]))) == ["Bob"]


class TestTokens:
    def test_are_valid_for_thirty_days(self, room):
        begun, bob = follow(room).since, room.id_of("Bob")
        room.clock.advance(seconds=DAY)
        room.delete(ANN, bob)
        room.clock.advance(seconds=29 * DAY)
        later = follow(room, begun)
        room.clock.advance(seconds=DAY)

        assert later.deleted == [bob]
        assert follow(room, later.since).is_current
        with pytest.raises(StartOver):
            follow(room, begun)

    def test_stay_valid_however_long_nothing_changes(self, room):
        since = follow(room).since
        for _ in range(5):
            room.clock.advance(seconds=29 * DAY)
            since = follow(room, since).since
        room.delete(ANN, room.id_of("Bob"))

        assert len(follow(room, since).deleted) == 1

    def test_forget_what_is_gone_for_longer(self, room):
        since = follow(room).since
        room.delete(ANN, room.id_of("Bob"))
        for _ in range(3):
            room.clock.advance(seconds=20 * DAY)
            since = follow(room, since).since

        look = room.followed.last_look(ANN)
        assert not room.followed.read(ANN, look).gone

    def test_of_a_book_that_was_erased_are_void(self, room):
        begun = follow(room).since
        room.followed.erase(ANN)

        with pytest.raises(StartOver):
            follow(room, begun)
        assert not [key for key in room.blobs.kept if key.startswith("followed/")] or follow(room).since != begun

    def test_are_void_once_the_blob_is_lost(self, room):
        begun = follow(room, limit=2).since
        room.blobs.kept = {key: blob for key, blob in room.blobs.kept.items() if not key.startswith("followed/")}

        with pytest.raises(StartOver):
            follow(room, begun)
        assert names(follow(room)) == ["Ada", "Bob", "Eve"]

    @pytest.mark.parametrize("text", ["x.1.1", "x.1.1.a.b", ".1.1.", "x.-1.1.a", "x.1.99999999999999999.a", "x.1.1.~~"])
    def test_that_nobody_gave_are_refused(self, room, text):
        with pytest.raises(InvalidInput) as refused:
            follow(room, base64.urlsafe_b64encode(text.encode()).decode())

        assert refused.value.members == {"field": "since"}

    @pytest.mark.parametrize("text", ["x.1.1.~", "another.99999.1.a"])
    def test_of_another_book_are_void(self, room, text):
        follow(room)

        with pytest.raises(StartOver):
            follow(room, base64.urlsafe_b64encode(text.encode()).decode())


class TestStoring:
    def test_costs_nothing_while_nothing_changes(self, room):
        begun = follow(room).since
        blobs, before = dict(room.blobs.kept), dict(room.client.calls)

        follow(room, begun)

        assert room.blobs.kept == blobs
        changed = {name for name, count in room.client.calls.items() if count != before.get(name)}
        assert changed <= {"get_item", "batch_get_item"}

    def test_keeps_the_last_two_looks(self, room):
        since = follow(room).since
        for number in range(4):
            room.edit(ANN, room.id_of("Ada"), {"title": f"T{number}"})
            since = follow(room, since).since

        assert len([key for key in room.blobs.kept if key.startswith("followed/")]) == 2

    def test_of_two_looks_at_once_one_counts(self, room):
        begun = follow(room).since
        room.edit(ANN, room.id_of("Ada"), {"title": "Countess"})
        other = room.again()
        slow = room.again(client=Meanwhile(room.client, lambda: follow(other, begun)))

        told = follow(slow, begun)

        assert (names(told), told.since) == (["Ada"], follow(other, begun).since)

    def test_leaves_nothing_of_an_owner_who_is_being_erased(self, room):
        room.client.update_item(**room.books.erasing_write(ANN)["Update"])

        assert follow(room) == ContactChanges()
        assert not [key for key in room.blobs.kept if key.startswith("followed/")]

    def test_leaves_nothing_of_an_owner_who_was_erased_meanwhile(self, room):
        """The erasure has ended, and deleted the book's item, before a request that saw the book stores its look."""
        version = room.books.state(ANN).version
        erased = Room(blobs=room.blobs)

        assert erased.followed.put(ANN, None, FollowedBook(1), epoch="e", version=version, day=1) is None
        assert erased.followed.last_look(ANN) is None
        assert not [key for key in room.blobs.kept if key.startswith("followed/")]
