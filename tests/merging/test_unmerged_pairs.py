"""What is remembered of contacts whose merge was taken back: no merge calls them the same any more."""

import pytest

from chalicelib.books.intake import Limits
from chalicelib.foundation.errors import NotFound
from tests.address_book.room import ANN, GOOGLE, MICROSOFT, person
from tests.merging.merging_room import ADA, AL, BOB, said


def remove(room, source: str, *source_ids: str) -> None:
    importing = room.start_import(source)
    importing.commit(importing.intake.plan_removals(source_ids, Limits()), ends=True)


def have_again(room) -> dict[str, list[tuple[str, str]]]:
    """The records of each contact once all sources have everybody."""
    room.import_contacts(person(ADA, "1", email="ada@x.example"), source=GOOGLE)
    room.import_contacts(person(AL, "2", email="al@x.example"), source=MICROSOFT)
    return {contact.shown["display"]: sorted(said(contact)) for contact in room.everybody()}


@pytest.mark.parametrize("are_different", [True, False])
class TestContactsThatTheirSourcesRemoved:
    def test_come_back_as_two_once_the_merge_is_taken_back(self, room, are_different):
        ada, al = room.id_of(ADA), room.id_of(AL)
        room.merge(ANN, ada, [al])
        remove(room, GOOGLE, "1")
        remove(room, MICROSOFT, "2")

        assert room.unmerge(ANN, al, are_different=are_different).contacts == []
        assert room.unmerge(ANN, al, are_different=are_different).contacts == []  # as often as one likes

        again = have_again(room)
        assert (again[ADA], again[AL]) == ([(GOOGLE, "1")], [(MICROSOFT, "2")])

    def test_come_back_as_two_if_only_one_was_removed(self, room, are_different):
        ada, al = room.id_of(ADA), room.id_of(AL)
        room.merge(ANN, ada, [al])
        remove(room, MICROSOFT, "2")
        room.unmerge(ANN, al, are_different=are_different)

        again = have_again(room)

        assert (again[ADA], again[AL]) == ([(GOOGLE, "1")], [(MICROSOFT, "2")])

    @pytest.mark.parametrize("is_gone", [False, True])
    def test_are_no_longer_the_same_as_others_that_were_merged_later(self, room, are_different, is_gone):
        ada, al, bob = (room.id_of(each) for each in (ADA, AL, BOB))
        room.merge(ANN, ada, [al])
        room.clock.advance(seconds=1)
        room.merge(ANN, ada, [bob])
        room.clock.advance(seconds=1)
        remove(room, MICROSOFT, "2")
        if is_gone:
            remove(room, GOOGLE, "1", "9")
        room.unmerge(ANN, al, are_different=are_different)

        again = have_again(room)

        assert again[AL] == [(MICROSOFT, "2")]

    def test_are_no_longer_the_same_as_what_the_contact_was_merged_into_later(self, room, are_different):
        ada, al, bob = (room.id_of(each) for each in (ADA, AL, BOB))
        room.merge(ANN, ada, [al])
        room.clock.advance(seconds=1)
        room.merge(ANN, bob, [ada])
        remove(room, MICROSOFT, "2")
        room.unmerge(ANN, al, are_different=are_different)

        assert have_again(room)[AL] == [(MICROSOFT, "2")]


def test_the_merge_of_a_contact_that_was_split_off_and_merged_again_is_taken_back(room):
    ada, al = room.id_of(ADA), room.id_of(AL)
    room.merge(ANN, ada, [al])
    room.clock.advance(seconds=1)
    split_off = room.split(ANN, ada, [(MICROSOFT, "2")]).new.contact_id
    room.clock.advance(seconds=1)
    room.merge(ANN, ada, [split_off])

    room.unmerge(ANN, al)

    assert have_again(room)[AL] == [(MICROSOFT, "2")]


def test_others_stay_the_same_as_before(room):
    ada, al, bob = (room.id_of(each) for each in (ADA, AL, BOB))
    room.merge(ANN, ada, [al])
    room.clock.advance(seconds=1)
    room.merge(ANN, ada, [bob])
    room.unmerge(ANN, al)
    remove(room, GOOGLE, "9")

    room.import_contacts(person(BOB, "9", email="bob@x.example"), source=GOOGLE)

    assert (GOOGLE, "9") in said(room.get(ada))


def test_a_contact_that_the_person_deleted_is_brought_back_first(room):
    ada, al = room.id_of(ADA), room.id_of(AL)
    room.merge(ANN, ada, [al])
    room.delete(ANN, ada)

    with pytest.raises(NotFound, match="Bring it back first"):
        room.unmerge(ANN, al)
