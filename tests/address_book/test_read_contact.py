"""One contact, and who else it may be."""

import pytest

from chalicelib.foundation.errors import NotFound
from tests.address_book.room import ANN, names_of, person


@pytest.fixture
def rivals(room):
    """Two who share an address and disagree about the name; the later one names the earlier."""
    room.import_contacts(person("Ada Lovelace", email="office@x.org"))
    room.import_contacts(person("Bob Bell", "m/bob", email="office@x.org"), source="microsoft:m1")
    return room.id_of("Ada Lovelace"), room.id_of("Bob Bell")


class TestDuplicates:
    def test_point_both_ways(self, room, rivals):
        ada, bob = rivals
        room.names()

        assert names_of(room.read(ANN, bob).duplicates) == ["Ada Lovelace"]
        assert names_of(room.read(ANN, ada).duplicates) == ["Bob Bell"]

    def test_point_one_way_where_no_index_is_at_hand(self, room, rivals):
        ada, bob = rivals

        assert names_of(room.read(ANN, bob).duplicates) == ["Ada Lovelace"]
        assert names_of(room.read(ANN, ada).duplicates) == []

    def test_that_were_deleted_are_not_shown_despite_an_old_index(self, room, rivals):
        ada, bob = rivals
        room.names()
        other = room.again()
        other.delete(ANN, bob)

        assert room.read(ANN, ada).duplicates == []

    def test_that_were_deleted_are_not_shown_although_stored(self, room, rivals):
        ada, bob = rivals
        room.delete(ANN, ada)

        read = room.read(ANN, bob)

        assert read.contact.possible_duplicates == (ada,)
        assert read.duplicates == []


def test_a_contact_of_another_person_is_not_found(room, rivals):
    for owner, contact_id in (("bert", rivals[0]), (ANN, "A" * 22)):
        with pytest.raises(NotFound):
            room.read(owner, contact_id)


def test_a_book_is_counted_by_its_sources(room, rivals):
    room.edit(ANN, rivals[0], {"title": "Countess"})

    counts = room.count(ANN)

    assert counts.total == 2
    assert counts.of("google:g1") == (1, 0)
    assert counts.of("microsoft:m1") == (1, 1)
    assert counts.of("person") == (1, 0)
    assert counts.of("google:other") == (0, 0)
