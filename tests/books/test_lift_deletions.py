"""A person whom the person wants again is no longer skipped by imports."""

import pytest

from chalicelib.books.lift_deletions import lift_writes
from chalicelib.contacts.contact import Contact
from tests.address_book.room import ANN, Room, person

CARL = person("Carl Cox", email="carl@x.org")
AGAIN = person("Carl Cox", "m/carl", email="carl@x.org")


@pytest.fixture
def room() -> Room:
    room = Room()
    room.import_contacts(CARL, person("Dora Dunn", email="dora@x.org"))
    return room


def delete(room: Room, name: str) -> Contact:
    """The contact as it was."""
    contact = room.contacts.get(ANN, room.id_of(name))
    room.delete(ANN, contact.contact_id)
    return contact


def lift(room: Room, contact: Contact) -> int:
    """How many markers were lifted."""
    writes = lift_writes(room.contacts, ANN, contact)
    assert room.books.commit_edit(ANN, [contact.contact_id], writes)
    return len(writes)


class TestBringingBack:
    def test_deletes_the_marker_so_that_its_own_source_and_others_create_it_again(self, room):
        carl = delete(room, "Carl Cox")

        assert lift(room, carl) == 1
        assert room.import_contacts(CARL).outcomes() == [("created", None)]
        assert not room.contacts.was_deleted(ANN, carl.contact_id)

    def test_works_for_markers_of_older_versions(self, room):
        carl = room.contacts.get(ANN, room.id_of("Carl Cox"))
        writes = [room.contacts.remove_write(ANN, carl), room.contacts.deletion_marker_write(ANN, carl)]
        assert room.books.commit_edit(ANN, [carl.contact_id], writes)

        assert lift(room, carl) == 1
        assert room.import_contacts(CARL).outcomes() == [("created", None)]

    def test_is_refused_if_it_was_brought_back_meanwhile(self, room):
        carl = delete(room, "Carl Cox")
        writes = lift_writes(room.contacts, ANN, carl)
        lift(room, carl)

        assert not room.books.commit_edit(ANN, [carl.contact_id], writes)


class TestMakingAnew:
    def test_lifts_the_hashes_and_keeps_the_source_ids(self, room):
        carl = delete(room, "Carl Cox")
        carl.contact_id = "another"

        assert lift(room, carl) == 1
        assert room.import_contacts(AGAIN, source="microsoft:m1").outcomes() == [("created", None)]
        assert room.import_contacts(CARL).outcomes() == [("skipped", "deleted_by_person")]

    def test_leaves_other_people_deleted(self, room):
        carl, _ = delete(room, "Carl Cox"), delete(room, "Dora Dunn")
        carl.contact_id = "another"

        assert lift(room, carl) == 1
        dora = person("Dora Dunn", "m/dora", email="dora@x.org")
        assert room.import_contacts(dora, source="microsoft:m1").outcomes() == [("skipped", "deleted_by_person")]

    def test_of_somebody_whom_nobody_deleted_writes_nothing(self, room):
        dora = room.contacts.get(ANN, room.id_of("Dora Dunn"))

        assert lift(room, dora) == 0
        delete(room, "Carl Cox")
        assert lift(room, dora) == 0

    def test_lifts_every_marker_that_it_meets(self, room):
        """Two contacts of one person, with an address each, were both deleted."""
        room.import_contacts(person("Carl Cox", "p/2", email="cox@x.org"))
        one, other = (each for each in room.contacts.all(ANN) if each.shown["display"] == "Carl Cox")
        for each in (one, other):
            room.delete(ANN, each.contact_id)
        whole = Contact("another", 0, [*one.records, *other.records], 0, 0)

        assert lift(room, whole) == 2
