"""Merging moves records in one transaction; taking it back moves them back, as they are by then."""

import pytest

from chalicelib.books.intake import Limits
from chalicelib.books.redirects import ContactMerged
from chalicelib.contacts.source import PERSON
from chalicelib.foundation.aws_errors import ResponseLost
from chalicelib.foundation.errors import Conflict, InvalidInput, NotFound, TooLarge
from chalicelib.merging.merge_contacts import preview_merge
from tests.address_book.room import ANN, GOOGLE, MICROSOFT, Meanwhile, person
from tests.fakes.lost_responses import LosesRequests
from tests.merging.merging_room import ADA, AL, BOB, MergingRoom, said


class TestMerging:
    def test_moves_all_records_to_one_contact(self, room):
        ada, al = room.get(room.id_of(ADA)), room.get(room.id_of(AL))

        merged = room.merge(ANN, ada.contact_id, [al.contact_id])

        assert merged.contact == room.get(ada.contact_id)
        assert said(merged.contact) == {**said(ada), **said(al)}
        assert merged.contact.shown["display"] == ADA
        assert merged.contact.shown["title"] == "Countess"
        assert merged.contact.merged == (al.contact_id,)
        assert room.contacts.find(ANN, al.contact_id) is None

    def test_leaves_a_redirect_in_place_of_the_other_contact(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)

        merged = room.merge(ANN, ada, [al], by="eve")

        redirect = room.redirects.find(ANN, al)
        assert (redirect.into, redirect.merge_id, redirect.merged_by) == (ada, merged.merge_id, "eve")
        assert redirect.journal.records == ((MICROSOFT, "2"),)

    def test_keeps_the_persons_words_about_both_and_those_of_the_remaining_one_win(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        room.edit(ANN, ada, {"nickname": "Ady", "notes": "one"})
        room.edit(ANN, al, {"nickname": "Al", "department": "Engines", "notes": "two"})

        shown = room.merge(ANN, ada, [al]).contact.shown

        assert (shown["nickname"], shown["department"], shown["notes"]) == ("Ady", "Engines", "one\n\ntwo")

    def test_lets_the_person_choose_values(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        choices = {"emails": [{"value": "al@x.example"}], "title": "Lady"}

        merged = room.merge(ANN, ada, [al], choices).contact

        assert [each["value"] for each in merged.shown["emails"]] == ["al@x.example"]
        assert merged.shown["title"] == "Lady"
        assert [each.source_id for each in merged.records if each.source == PERSON] == [ada]

    def test_is_shown_before_it_is_done(self, room):
        ada, al = room.get(room.id_of(ADA)), room.get(room.id_of(AL))

        preview = preview_merge([ada, al], {"title": "Lady"})

        assert preview == room.merge(ANN, ada.contact_id, [al.contact_id], {"title": "Lady"}).contact.shown

    def test_that_is_only_tried_changes_nothing(self, room):
        before = room.everybody()

        merged = room.merge_named(ADA, AL, dry_run=True)

        assert merged.contact.shown["title"] == "Countess"
        assert room.everybody() == before

    def test_takes_twenty_contacts_at_once_and_no_more(self, room):
        room.import_contacts(*[person(f"Ada {number}") for number in range(21)])
        ids = [room.id_of(f"Ada {number}") for number in range(21)]

        with pytest.raises(InvalidInput, match="these are 21"):
            room.merge(ANN, room.id_of(ADA), ids)
        assert len(room.merge(ANN, room.id_of(ADA), ids[:20]).contact.records) == 21

    def test_is_refused_with_the_size_before_anything_moves(self, room):
        for name, letter in ((ADA, "x"), (AL, "y"), (BOB, "z")):
            room.edit(ANN, room.id_of(name), {"notes": letter * 20_000})
        before = room.everybody()

        with pytest.raises(TooLarge, match="at most 64 KB; this one would have") as refused:
            room.merge_named(ADA, AL, BOB)
        assert refused.value.members["bytes"] > 64 * 1024
        assert room.everybody() == before

    def test_again_changes_nothing(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        first = room.merge(ANN, ada, [al])

        assert room.merge(ANN, ada, [al]) == first

    def test_into_a_contact_that_was_merged_names_the_one_that_it_is_part_of(self, room):
        ada, al, bob = room.id_of(ADA), room.id_of(AL), room.id_of(BOB)
        room.merge(ANN, ada, [al])

        with pytest.raises(ContactMerged) as refused:
            room.merge(ANN, al, [bob])
        assert refused.value.members == {"merged_into": ada}
        with pytest.raises(ContactMerged):
            room.merge(ANN, bob, [al])

    def test_of_contacts_that_the_person_saw_otherwise_is_refused(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)

        with pytest.raises(Conflict):
            room.merge(ANN, ada, [al], versions={al: 7})

    @pytest.mark.parametrize("owner", [ANN, "eve"])
    def test_of_a_contact_that_is_not_in_the_book_is_refused(self, room, owner):
        with pytest.raises(NotFound):
            room.merge(owner, room.id_of(ADA), ["nobody" if owner == ANN else room.id_of(AL)])

    def test_itself_is_refused(self, room):
        with pytest.raises(InvalidInput):
            room.merge_named(ADA, ADA)

    def test_is_repeated_if_a_contact_changes_meanwhile(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        client = Meanwhile(room.client, lambda: room.edit(ANN, al, {"nickname": "Al"}))

        merged = MergingRoom(client, room.blobs, room.clock).merge(ANN, ada, [al])

        assert merged.contact.shown["nickname"] == "Al"

    def test_by_two_at_once_happens_once(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        client = Meanwhile(room.client, lambda: room.merge(ANN, ada, [al]))

        merged = MergingRoom(client, room.blobs, room.clock).merge(ANN, ada, [al])

        assert merged.contact == room.get(ada)
        assert len(room.everybody()) == 2

    def test_by_two_at_once_in_both_directions_happens_once(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        client = Meanwhile(room.client, lambda: room.merge(ANN, al, [ada]))

        with pytest.raises(ContactMerged):
            MergingRoom(client, room.blobs, room.clock).merge(ANN, ada, [al])
        assert len(room.everybody()) == 2


class TestAMergedContact:
    def test_receives_what_either_source_sends_later(self, room):
        ada = room.merge_named(ADA, AL).contact.contact_id

        room.import_contacts(person("A. Lovelace", "2", email="al@x.example", title="Lady"), source=MICROSOFT)

        assert room.get(ada).shown["title"] == "Lady"
        assert len(room.everybody()) == 2

    def test_is_found_by_a_source_that_was_removed_and_returns(self, room):
        ada = room.merge_named(ADA, AL).contact.contact_id
        importing = room.start_import(MICROSOFT)
        importing.commit(importing.intake.plan_removals(["2"], Limits()), ends=True)
        assert len(room.get(ada).records) == 1

        room.import_contacts(person("A. Lovelace", "2", email="al@x.example"), source=MICROSOFT)

        assert len(room.get(ada).records) == 2

    def test_keeps_what_it_is_edited_to(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        room.edit(ANN, al, {"nickname": "Al"})
        room.merge(ANN, ada, [al])

        room.edit(ANN, ada, {"nickname": "Ady"})

        own = {each.source_id: each.fields for each in room.get(ada).records if each.source == PERSON}
        assert own == {ada: {"nickname": "Ady"}, al: {"nickname": "Al"}}

    def test_is_the_possible_duplicate_of_those_who_were_linked_to_either(self, room):
        room.import_contacts(person("Alan Bell", "3", email="al@x.example"), source="file:f")
        ada, alan = room.merge_named(ADA, AL).contact, room.get(room.id_of("Alan Bell"))
        room.indexes.build(ANN)

        assert [each.contact_id for each in room.read(ANN, alan.contact_id).duplicates] == [ada.contact_id]
        assert [each.contact_id for each in room.read(ANN, ada.contact_id).duplicates] == [alan.contact_id]


class TestDeletingAMergedContact:
    """Its redirects stay without anything readable."""

    WORDS = ("lovelace", "al@x.example", "countess", "poet", "bell")

    @pytest.fixture
    def whole(self, room) -> str:
        """Ada with Al in her, to whom Bob had been merged before."""
        ada, al, bob = (room.id_of(each) for each in (ADA, AL, BOB))
        room.merge(ANN, al, [bob])
        room.merge(ANN, ada, [al], {"title": "Poet"})
        return ada

    def words_left(self, room) -> list[str]:
        stored = str(room.client.stored_items()).lower()
        return [each for each in self.WORDS if each in stored]

    def test_leaves_nothing_readable_in_its_redirects(self, room, whole):
        assert self.words_left(room) == list(self.WORDS)

        room.delete(ANN, whole)

        assert self.words_left(room) == []
        assert [each.journal.has_words for each in room.redirects.all(ANN)] == [False, False]

    def test_is_completed_by_a_repeat_after_a_crash(self, room, whole):
        with pytest.raises(ResponseLost):
            room.again(client=LosesRequests(room.client, "put_item")).delete(ANN, whole)
        assert room.contacts.find(ANN, whole) is None
        assert self.words_left(room)

        room.delete(ANN, whole)

        assert self.words_left(room) == []

    def test_leaves_the_words_of_other_merges(self, room, whole):
        room.import_contacts(person("Carl Cox", "11"), person("C. Cox", "12"), source=GOOGLE)
        merged = room.id_of("C. Cox")
        room.merge_named("Carl Cox", "C. Cox")

        room.delete(ANN, whole)
        room.delete(ANN, whole)

        assert room.redirects.find(ANN, merged).journal.has_words
