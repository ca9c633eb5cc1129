"""Merges can be taken back, in any order: each contact gets back what is its own."""

import pytest

from chalicelib.books.intake import Limits
from chalicelib.contacts.source import PERSON
from chalicelib.foundation.errors import NotFound
from tests.address_book.room import ANN, GOOGLE, MICROSOFT, Meanwhile, person
from tests.merging.merging_room import ADA, AL, BOB, MergingRoom, said, without_moments


class TestUnmerging:
    def test_gives_both_contacts_back(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        room.edit(ANN, ada, {"nickname": "Ady", "notes": "one"})
        room.edit(ANN, al, {"nickname": "Al", "notes": "two"})
        before = [without_moments(each) for each in room.everybody()]
        room.merge(ANN, ada, [al], {"title": "Lady"})

        unmerged = room.unmerge(ANN, al)

        assert [without_moments(each) for each in room.everybody()] == before
        assert [each.contact_id for each in unmerged.contacts] == [al, ada]
        assert unmerged.kept_edits == []
        assert room.redirects.find(ANN, al) is None

    def test_gives_a_contact_a_version_that_it_never_had(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        before = room.get(al).version
        room.merge(ANN, ada, [al])

        room.unmerge(ANN, al)

        assert room.get(al).version == before + 1

    def test_moves_records_back_as_they_are_by_then(self, room):
        al = room.id_of(AL)
        room.merge_named(ADA, AL)
        room.import_contacts(person("A. Lovelace", "2", email="al@x.example", title="Lady"), source=MICROSOFT)

        room.unmerge(ANN, al)

        assert room.get(al).shown["title"] == "Lady"
        assert "title" not in room.get(room.id_of(ADA)).shown

    def test_keeps_an_edit_with_the_contact_that_was_edited_and_names_it(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        room.merge(ANN, ada, [al], {"title": "Lady"})
        room.edit(ANN, ada, {"nickname": "Ady", "title": "Duchess"})

        unmerged = room.unmerge(ANN, al)

        assert {(each.contact_id, each.field) for each in unmerged.kept_edits} == {(ada, "nickname"), (ada, "title")}
        assert room.get(ada).shown["title"] == "Duchess"
        assert room.get(al).shown["title"] == "Countess"

    def test_divides_records_that_arrived_meanwhile(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        room.merge(ANN, ada, [al])
        room.clock.advance(seconds=1)
        room.import_contacts(
            person(AL, "7", email="al@x.example"), person(ADA, "8", email="ada@x.example"), source="file:f"
        )

        unmerged = room.unmerge(ANN, al)

        assert ("file:f", "7") in said(room.get(al))
        assert ("file:f", "8") in said(room.get(ada))
        assert {(each.contact_id, each.record) for each in unmerged.kept_edits} == {
            (al, ("file:f", "7")),
            (ada, ("file:f", "8")),
        }

    def test_works_in_any_order_of_several_merges(self, room):
        before = [without_moments(each) for each in room.everybody()]
        ada, al, bob = room.id_of(ADA), room.id_of(AL), room.id_of(BOB)
        room.merge(ANN, al, [bob])
        room.merge(ANN, ada, [al])
        assert room.redirects.resolve(ANN, [bob]) == {bob: ada}

        room.unmerge(ANN, bob)
        room.unmerge(ANN, al)

        assert [without_moments(each) for each in room.everybody()] == before

    @pytest.mark.parametrize("own", [{}, {"title": "Dame"}])
    def test_takes_choices_back_from_a_contact_that_was_merged_since(self, room, own):
        ada, al, bob = room.id_of(ADA), room.id_of(AL), room.id_of(BOB)
        room.edit(ANN, ada, {"nickname": "Ady", **own})
        room.edit(ANN, al, {"nickname": "Al", **own})
        before = [without_moments(each) for each in room.everybody()]
        room.merge(ANN, al, [bob], {"title": "Lady"})
        room.merge(ANN, ada, [al])

        assert room.unmerge(ANN, bob).kept_edits == []
        room.unmerge(ANN, al)

        assert [without_moments(each) for each in room.everybody()] == before

    def test_gives_words_that_a_choice_had_replaced_back_to_a_contact_that_was_merged_since(self, room):
        ada, al, bob = room.id_of(ADA), room.id_of(AL), room.id_of(BOB)
        room.edit(ANN, al, {"title": "Dame"})
        before = [without_moments(each) for each in room.everybody()]
        room.merge(ANN, al, [bob], {"title": None})
        room.merge(ANN, ada, [al])

        room.unmerge(ANN, bob)
        room.unmerge(ANN, al)

        assert [without_moments(each) for each in room.everybody()] == before

    def test_names_the_edits_of_every_contact_that_it_became_part_of(self, room):
        ada, al, bob = room.id_of(ADA), room.id_of(AL), room.id_of(BOB)
        room.merge(ANN, al, [bob])
        room.edit(ANN, al, {"title": "Dame"})
        room.merge(ANN, ada, [al])
        room.edit(ANN, ada, {"nickname": "Ady"})

        kept = room.unmerge(ANN, bob).kept_edits

        assert {(each.contact_id, each.field) for each in kept} == {(ada, "title"), (ada, "nickname")}

    def test_gives_back_what_had_been_merged_into_it(self, room):
        ada, al, bob = room.id_of(ADA), room.id_of(AL), room.id_of(BOB)
        room.merge(ANN, al, [bob])
        room.merge(ANN, ada, [al])

        room.unmerge(ANN, al)

        assert room.get(al).merged == (bob,)
        assert room.get(ada).merged == ()
        assert room.redirects.resolve(ANN, [bob]) == {bob: al}

    def test_remembers_that_the_two_are_different(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        room.merge(ANN, ada, [al])
        room.unmerge(ANN, al)

        assert room.contacts.read_book(ANN).is_different(ada, al)

    def test_is_known_to_the_worker_that_links_what_edits_could_not(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        room.edit(ANN, al, {"emails": [{"value": "ada@x.example"}]})
        room.merge(ANN, ada, [al])
        room.unmerge(ANN, al)

        linked = room.link_duplicates.link_concurrent(ANN, room.get(al), [ada])

        assert linked.possible_duplicates == ()

    @pytest.mark.parametrize("are_different", [True, False])
    def test_is_noted_with_the_merge_for_the_history_of_both(self, room, are_different):
        ada, al = room.id_of(ADA), room.id_of(AL)
        room.merge(ANN, ada, [al], by="eve")
        room.clock.advance(seconds=1)
        room.unmerge(ANN, al, are_different=are_different)

        noted = {
            each: [(move.kind, move.other_id, move.by) for move in room.past_moves.of_contact(ANN, each)]
            for each in (ada, al)
        }

        assert noted == {
            ada: [("merged", al, "eve"), ("unmerged", al, ANN)],
            al: [("merged_into", ada, "eve"), ("unmerged", ada, ANN)],
        }

    def test_is_noted_at_every_contact_that_it_was_part_of(self, room):
        ada, al, bob = room.id_of(ADA), room.id_of(AL), room.id_of(BOB)
        room.merge(ANN, al, [bob])
        room.merge(ANN, ada, [al])
        room.clock.advance(seconds=1)
        room.unmerge(ANN, bob)

        for each in (ada, al):
            kinds = [move.kind for move in room.past_moves.of_contact(ANN, each)]
            assert kinds == ["merged", "unmerged"]

    def test_as_undoing_remembers_nothing(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        room.merge(ANN, ada, [al])
        room.unmerge(ANN, al, are_different=False)

        assert not room.pairs.all(ANN)

    def test_gives_possible_duplicates_back(self, room):
        room.import_contacts(person("Alan Bell", "3", email="al@x.example"), source="file:f")
        alan, al = room.id_of("Alan Bell"), room.id_of(AL)
        assert room.get(alan).possible_duplicates == (al,)
        room.merge(ANN, alan, [al])
        assert room.get(alan).possible_duplicates == ()

        room.unmerge(ANN, al, are_different=False)
        assert room.get(alan).possible_duplicates == (al,)
        room.merge(ANN, alan, [al])
        room.unmerge(ANN, al)
        assert room.get(alan).possible_duplicates == ()

    def test_gives_those_who_came_meanwhile_to_whom_they_share_something_with(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        room.merge(ANN, ada, [al])
        room.import_contacts(person("Alan Bell", "3", email="al@x.example"), source="file:f")
        alan = room.id_of("Alan Bell")
        assert room.get(alan).possible_duplicates == (ada,)

        room.unmerge(ANN, al)

        assert room.get(alan).possible_duplicates == (al,)

    def test_a_contact_whose_source_removed_it_gives_nothing_back(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        room.merge(ANN, ada, [al])
        importing = room.start_import(MICROSOFT)
        importing.commit(importing.intake.plan_removals(["2"], Limits()), ends=True)

        unmerged = room.unmerge(ANN, al)

        assert [each.contact_id for each in unmerged.contacts] == [ada]
        assert room.contacts.find(ANN, al) is None
        assert room.redirects.find(ANN, al) is None

    def test_leaves_the_name_with_the_words_if_the_source_removed_the_rest(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        room.edit(ANN, al, {"notes": "met in London"})
        room.merge(ANN, ada, [al])
        importing = room.start_import(MICROSOFT)
        importing.commit(importing.intake.plan_removals(["2"], Limits()), ends=True)

        room.unmerge(ANN, al)

        assert room.get(al).shown == {"notes": "met in London", "display": AL, "given": "A.", "family": "Lovelace"}
        room.import_contacts(person(AL, "2", email="al@x.example"), source=MICROSOFT)
        assert (MICROSOFT, "2") in said(room.get(al))

    def test_what_is_not_merged_is_refused(self, room):
        with pytest.raises(NotFound):
            room.unmerge(ANN, room.id_of(AL))
        with pytest.raises(NotFound):
            room.unmerge("eve", room.id_of(AL))

    def test_from_a_contact_that_the_person_deleted_is_refused(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        room.merge(ANN, ada, [al])
        room.delete(ANN, ada)

        with pytest.raises(NotFound):
            room.unmerge(ANN, al)

    def test_without_the_words_of_the_journal_leaves_choices_and_the_name_of_the_removed_record(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        room.edit(ANN, al, {"notes": "met in London"})
        room.merge(ANN, ada, [al], {"title": "Poet"})
        importing = room.start_import(MICROSOFT)
        importing.commit(importing.intake.plan_removals(["2"], Limits()), ends=True)
        room.redirects.forget_words(ANN, [al])

        unmerged = room.unmerge(ANN, al)

        assert unmerged.kept_edits == []
        assert (room.get(ada).shown["display"], room.get(ada).shown["title"]) == (ADA, "Poet")
        assert room.get(al).shown == {"notes": "met in London", "display": AL, "given": "A.", "family": "Lovelace"}

    def test_is_repeated_if_the_contact_changes_meanwhile(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        room.merge(ANN, ada, [al])
        client = Meanwhile(room.client, lambda: room.edit(ANN, ada, {"nickname": "Ady"}))

        MergingRoom(client, room.blobs, room.clock).unmerge(ANN, al)

        assert room.get(ada).shown["nickname"] == "Ady"
        assert room.get(al).shown["display"] == AL

    def test_by_two_at_once_happens_once(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        room.merge(ANN, ada, [al])
        client = Meanwhile(room.client, lambda: room.unmerge(ANN, al))

        with pytest.raises(NotFound):
            MergingRoom(client, room.blobs, room.clock).unmerge(ANN, al)
        assert len(room.everybody()) == 3


class TestWhatIsLeftWhenSourcesRemovedRecords:
    """Each contact has its own name, its own removed ids and its own returning records."""

    @staticmethod
    def remove(room, source: str, source_id: str) -> None:
        importing = room.start_import(source)
        importing.commit(importing.intake.plan_removals([source_id], Limits()), ends=True)

    def test_a_contact_keeps_its_own_name_although_the_merged_one_was_called_otherwise_in_the_end(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        room.edit(ANN, al, {"notes": "met in London"})
        room.merge(ANN, ada, [al])
        self.remove(room, MICROSOFT, "2")
        self.remove(room, GOOGLE, "1")
        assert room.get(ada).shown["display"] == ADA

        room.unmerge(ANN, al)

        assert room.get(al).shown == {"notes": "met in London", "display": AL, "given": "A.", "family": "Lovelace"}
        assert room.contacts.find(ANN, ada) is None

    def test_a_contact_keeps_its_own_name_although_one_that_was_merged_into_it_had_given_it_another(self, room):
        ada, al, bob = room.id_of(ADA), room.id_of(AL), room.id_of(BOB)
        room.edit(ANN, ada, {"notes": "met in London"})
        room.merge(ANN, al, [ada])
        assert room.get(al).shown["display"] == ADA
        room.edit(ANN, al, {"notes": "owes me a book"})
        room.merge(ANN, bob, [al])
        room.unmerge(ANN, ada)
        self.remove(room, MICROSOFT, "2")

        room.unmerge(ANN, al)

        assert room.get(al).shown["display"] == AL

    def test_a_contact_that_had_been_without_sources_keeps_its_whole_name(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        room.edit(ANN, al, {"notes": "met in London"})
        self.remove(room, MICROSOFT, "2")
        before = without_moments(room.get(al))
        room.merge(ANN, ada, [al])
        self.remove(room, GOOGLE, "1")

        room.unmerge(ANN, al)

        assert without_moments(room.get(al)) == before

    def test_a_contact_of_which_only_a_choice_was_left_goes(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        room.merge(ANN, ada, [al], {"title": "Lady"})
        self.remove(room, GOOGLE, "1")
        self.remove(room, MICROSOFT, "2")
        assert room.get(ada).shown["title"] == "Lady"

        assert room.unmerge(ANN, al).contacts == []
        assert [each.shown["display"] for each in room.everybody()] == [BOB]

    def test_a_record_that_was_removed_before_the_merge_and_returned_since_goes_back(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        room.edit(ANN, al, {"notes": "met in London"})
        self.remove(room, MICROSOFT, "2")
        room.merge(ANN, ada, [al])
        room.import_contacts(person(AL, "2", email="al@x.example"), source=MICROSOFT)

        room.unmerge(ANN, al)

        assert list(said(room.get(ada))) == [(GOOGLE, "1")]
        assert set(said(room.get(al))) == {(PERSON, al), (MICROSOFT, "2")}

    def test_a_record_that_the_pair_of_an_earlier_merge_brought_back_goes_back_with_it(self, room):
        ada, al, bob = room.id_of(ADA), room.id_of(AL), room.id_of(BOB)
        room.merge(ANN, al, [bob])
        self.remove(room, MICROSOFT, "2")
        room.merge(ANN, ada, [al])
        room.import_contacts(person(AL, "2", email="al@x.example"), source=MICROSOFT)

        room.unmerge(ANN, al)

        assert list(said(room.get(ada))) == [(GOOGLE, "1")]
        assert sorted(said(room.get(al))) == [(GOOGLE, "9"), (MICROSOFT, "2")]

    def test_removed_ids_go_back_from_whatever_words_of_the_person_have_them(self, room):
        ada, al, bob = room.id_of(ADA), room.id_of(AL), room.id_of(BOB)
        room.edit(ANN, bob, {"notes": "met in London"})
        room.merge(ANN, al, [bob])
        room.merge(ANN, ada, [al])
        self.remove(room, GOOGLE, "9")

        room.unmerge(ANN, al)

        [words] = [each for each in room.get(al).records if each.source == PERSON]
        assert words.aliases == (f"{GOOGLE} 9",)

    def test_removed_ids_outlive_words_that_equal_those_of_another_contact(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        room.import_contacts(person(ADA, "7", email="ada@x.example"), source="file:f")
        room.edit(ANN, ada, {"notes": "met in London"})
        self.remove(room, GOOGLE, "1")
        room.edit(ANN, al, {"notes": "met in London"})
        room.merge(ANN, ada, [al])

        room.unmerge(ANN, al)

        [words] = [each for each in room.get(ada).records if each.source == PERSON]
        assert (words.fields, words.aliases) == ({"notes": "met in London"}, (f"{GOOGLE} 1",))

    def test_the_id_of_a_record_that_came_and_went_since_leads_to_neither(self, room):
        ada, al = room.id_of(ADA), room.id_of(AL)
        room.edit(ANN, ada, {"notes": "one"})
        room.merge(ANN, ada, [al])
        room.import_contacts(person(AL, "7", email="al@x.example"), source="file:f")
        self.remove(room, "file:f", "7")
        room.unmerge(ANN, al)

        room.import_contacts(person(AL, "7", email="al@x.example"), source="file:f")

        assert ("file:f", "7") in said(room.get(al))


class TestUnmergingOneOfSeveralMerges:
    """Later merges into the same contact forget what they noted of the one that is taken back."""

    @pytest.fixture
    def noted(self, room) -> tuple[str, str, str]:
        """Ada, Al and Bob, with notes of the person; all three are one, merged in two steps."""
        ada, al, bob = (room.id_of(each) for each in (ADA, AL, BOB))
        for each, text in zip((ada, al, bob), ("one", "two", "three"), strict=True):
            room.edit(ANN, each, {"notes": text})
        room.merge(ANN, ada, [al])
        room.clock.advance(seconds=1)
        room.merge(ANN, ada, [bob])
        assert room.get(ada).shown["notes"] == "one\n\ntwo\n\nthree"
        return ada, al, bob

    @pytest.mark.parametrize("first", [1, 2])
    def test_leaves_the_notes_of_the_others_in_either_order(self, room, noted, first):
        texts = ("one", "two", "three")
        second = 3 - first

        room.unmerge(ANN, noted[first])
        assert room.get(noted[0]).shown["notes"] == f"one\n\n{texts[second]}"

        room.unmerge(ANN, noted[second])
        assert [room.get(each).shown["notes"] for each in noted] == list(texts)

    def test_leaves_the_notes_of_the_others_if_all_were_merged_at_once(self, room):
        ada, al, bob = (room.id_of(each) for each in (ADA, AL, BOB))
        for each, text in zip((ada, al, bob), ("one", "two", "three"), strict=True):
            room.edit(ANN, each, {"notes": text})
        room.merge(ANN, ada, [al, bob])

        room.unmerge(ANN, al)

        assert room.get(ada).shown["notes"] == "one\n\nthree"

    def test_names_no_edits_because_of_later_merges(self, room, noted):
        assert room.unmerge(ANN, noted[1]).kept_edits == []

    def test_keeps_and_names_notes_that_were_edited_between_the_merges(self, room):
        ada, al, bob = (room.id_of(each) for each in (ADA, AL, BOB))
        room.merge(ANN, ada, [al], {"title": "Lady"})
        room.clock.advance(seconds=1)
        room.edit(ANN, ada, {"title": "Dame"})
        room.merge(ANN, ada, [bob], {"nickname": "Ady"})

        unmerged = room.unmerge(ANN, al)

        assert [each.field for each in unmerged.kept_edits] == ["title"]
        assert (room.get(ada).shown["title"], room.get(ada).shown["nickname"]) == ("Dame", "Ady")

    def test_takes_choices_back_in_the_order_of_the_merges(self, room):
        before = [without_moments(each) for each in room.everybody()]
        ada, al, bob = (room.id_of(each) for each in (ADA, AL, BOB))
        room.merge(ANN, ada, [al], {"title": "Lady", "nickname": "Ady"})
        room.clock.advance(seconds=1)
        room.merge(ANN, ada, [bob], {"title": "Dame"})

        room.unmerge(ANN, al)
        assert room.get(ada).shown["title"] == "Dame"
        assert "nickname" not in room.get(ada).shown

        room.unmerge(ANN, bob)
        assert [without_moments(each) for each in room.everybody()] == before

    def test_leaves_no_name_of_another_contact(self, room):
        ada, al, bob = (room.id_of(each) for each in (ADA, AL, BOB))
        room.edit(ANN, al, {"notes": "met in London"})
        TestWhatIsLeftWhenSourcesRemovedRecords.remove(room, MICROSOFT, "2")
        room.merge(ANN, al, [bob])
        room.clock.advance(seconds=1)
        room.merge(ANN, al, [ada])

        room.unmerge(ANN, bob)
        room.unmerge(ANN, ada)

        assert room.get(al).shown["display"] == AL

    def test_leaves_words_forgotten_that_were_forgotten(self, room, noted):
        _, al, bob = noted
        room.redirects.forget_words(ANN, [al, bob])

        room.unmerge(ANN, al)

        assert not room.redirects.find(ANN, bob).journal.has_words
