"""A person's edit: theirs for good, whole or not at all, and overlooked by no import."""

import pytest

from chalicelib.books.contact_rows import to_contact
from chalicelib.books.intake import Limits
from chalicelib.contacts.source import PERSON
from chalicelib.erasing.erase_person import ErasePerson
from chalicelib.foundation.errors import Conflict, InvalidInput, NotFound, TooLarge, TooMany
from chalicelib.jobs.refusals import Replan
from tests.address_book.room import ANN, Meanwhile, Room, person
from tests.fakes.lost_responses import LosesResponses


@pytest.fixture
def bob(book: Room) -> str:
    return book.id_of("Bob Bell")


def stored_contact(room, contact_id):
    return room.contacts.get(ANN, contact_id)


class TestAnEdit:
    def test_is_a_record_of_its_own_beside_the_sources(self, book, bob):
        edited = book.edit(ANN, bob, {"title": "Boss"})

        assert edited == stored_contact(book, bob)
        assert edited.version == 2
        assert [each.source for each in edited.records] == ["google:g1", PERSON]
        assert edited.records[1].fields == {"title": "Boss"}

    def test_survives_the_next_import_which_may_change_the_rest(self, book, bob):
        book.edit(ANN, bob, {"title": "Boss"})
        book.import_contacts(person("Bob Bell", title="Clerk", organization="Bell Labs"))

        shown = stored_contact(book, bob).shown

        assert (shown["title"], shown["organization"]) == ("Boss", "Bell Labs")

    def test_of_nothing_writes_nothing(self, book, bob):
        before = book.books.state(ANN)

        book.edit(ANN, bob, {"given": "Bob", "family": "Bell", "title": "", "emails": []})

        assert stored_contact(book, bob).version == 1
        assert book.books.state(ANN) == before

    def test_that_is_taken_back_leaves_no_trace_of_it(self, book, bob):
        book.edit(ANN, bob, {"title": "Boss"})
        book.edit(ANN, bob, {"title": None})

        assert [each.source for each in stored_contact(book, bob).records] == ["google:g1"]

    def test_keeps_its_place_in_time_when_it_is_edited_again(self, book, bob):
        first = book.edit(ANN, bob, {"title": "Boss"}).records[-1]
        book.clock.advance(hours=1)
        second = book.edit(ANN, bob, {"title": "Chief"}).records[-1]

        assert second.first_seen == first.first_seen
        assert second.last_changed == first.last_changed + 3_600_000

    def test_of_an_address_makes_the_contact_known_by_it(self, book, bob):
        book.edit(ANN, bob, {"emails": [{"value": "bob@x.org"}]})

        book.import_contacts(person("Bob Bell", "m/bob", email="bob@x.org", title="Boss"), source="microsoft:m1")

        assert len(list(book.contacts.all(ANN))) == 5
        assert stored_contact(book, bob).shown["title"] == "Boss"

    def test_that_hides_an_address_leaves_the_contact_known_by_it_to_its_source(self, book):
        book.import_contacts(person("Carl Cox", email="carl@x.org"))
        carl = book.id_of("Carl Cox")
        book.edit(ANN, carl, {"emails": []})

        book.import_contacts(person("Carl Cox", "m/carl", email="carl@x.org", title="Boss"), source="microsoft:m1")

        shown = stored_contact(book, carl).shown
        assert shown["title"] == "Boss"
        assert "emails" not in shown


class TestAnEditThatMeetsAnother:
    @pytest.mark.parametrize(
        ("theirs", "typed"),
        [
            ({"email": "carl@bücher.example"}, {"emails": [{"value": "Carl@xn--bcher-kva.example."}]}),
            ({"phone": "0170 1234567"}, {"phones": [{"raw": "+49 170 1234567"}]}),
            ({"phone": "030 23125123 home"}, {"phones": [{"raw": "0049 30 23125123"}]}),
        ],
    )
    def test_points_both_to_each_other(self, book, bob, theirs, typed):
        book.import_contacts(person("Carl Cox", **theirs))
        carl = book.id_of("Carl Cox")

        book.edit(ANN, bob, typed)

        assert [each.contact_id for each in book.read(ANN, bob).duplicates] == [carl]
        assert [each.contact_id for each in book.read(ANN, carl).duplicates] == [bob]
        assert [each.contact_id for each in book.list(ANN).contacts if each.possible_duplicates] == [bob, carl]

    def test_links_no_contact_with_a_similar_address(self, book, bob):
        book.import_contacts(person("Carl Cox", email="xbob@x.org"))

        assert book.edit(ANN, bob, {"emails": [{"value": "bob@x.org"}]}).possible_duplicates == ()


class TestARefusedEdit:
    def test_of_another_persons_contact_is_not_found(self, book, bob):
        for owner, contact_id in (("bert", bob), (ANN, "A" * 22), (ANN, "~grave#" + bob)):
            with pytest.raises(NotFound):
                book.edit(owner, contact_id, {"title": "Boss"})

    def test_of_another_version_returns_the_current_one(self, book, bob):
        book.edit(ANN, bob, {"title": "Boss"}, 1)

        with pytest.raises(Conflict, match="has changed since") as refused:
            book.edit(ANN, bob, {"title": "Chief"}, 1)

        assert refused.value.members == {"version": 2}
        assert stored_contact(book, bob).shown["title"] == "Boss"

    def test_to_nothing_at_all(self, room):
        room.import_contacts(person("", "p/1", groups=["Friends"]))
        [contact] = room.contacts.all(ANN)

        with pytest.raises(InvalidInput, match="Delete it instead"):
            room.edit(ANN, contact.contact_id, {"groups": []})

    def test_of_more_than_a_contact_holds(self, book, bob):
        groups = [f"{number} " + "x" * 900 for number in range(100)]

        with pytest.raises(TooLarge):
            book.edit(ANN, bob, {"groups": groups})

        assert stored_contact(book, bob).version == 1

    def test_while_the_person_is_being_erased(self, book, bob):
        ErasePerson(book.jobs, book.books)(ANN)

        with pytest.raises(Conflict, match="being erased"):
            book.edit(ANN, bob, {"title": "Boss"})

        assert stored_contact(book, bob).version == 1


class TestRaces:
    def test_two_edits_at_once_are_both_stored(self, book, bob):
        other = book.again()
        mine = book.again(client=Meanwhile(book.client, lambda: other.edit(ANN, bob, {"nickname": "Bobby"})))

        mine.edit(ANN, bob, {"title": "Boss"})

        shown = stored_contact(book, bob).shown
        assert (shown["nickname"], shown["title"]) == ("Bobby", "Boss")

    def test_an_edit_of_an_older_version_is_refused(self, book, bob):
        other = book.again()
        mine = book.again(client=Meanwhile(book.client, lambda: other.edit(ANN, bob, {"nickname": "Bobby"})))

        with pytest.raises(Conflict):
            mine.edit(ANN, bob, {"title": "Boss"}, 1)

        assert "title" not in stored_contact(book, bob).shown

    def test_of_a_contact_deleted_meanwhile_is_not_found(self, book, bob):
        other = book.again()
        mine = book.again(client=Meanwhile(book.client, lambda: other.delete(ANN, bob)))

        with pytest.raises(NotFound):
            mine.edit(ANN, bob, {"title": "Boss"})

        assert book.contacts.find(ANN, bob) is None

    def test_of_a_contact_that_never_holds_still_gives_up(self, book, bob):
        class Restless(Meanwhile):
            def transact_write_items(self, **request):
                book.edit(ANN, bob, {"nickname": f"n{stored_contact(book, bob).version}"})
                return self._client.transact_write_items(**request)

        with pytest.raises(TooMany):
            book.again(client=Restless(book.client, bool)).edit(ANN, bob, {"title": "Boss"})

    def test_an_edit_whose_response_was_lost_is_stored_once(self, book, bob):
        mine = book.again(client=LosesResponses(book.client, "transact_write_items", 3))

        assert mine.edit(ANN, bob, {"title": "Boss"}, 1).version == 2
        assert stored_contact(book, bob).version == 2

    def test_an_import_that_planned_before_the_edit_plans_again(self, book, bob):
        at_work = book.start_import()
        chunk = at_work.plan([person("Bob Bell", title="Clerk", organization="Bell Labs")])
        book.edit(ANN, bob, {"title": "Boss"})

        with pytest.raises(Replan):
            at_work.commit(chunk)
        at_work.look()
        at_work.commit(at_work.plan([person("Bob Bell", title="Clerk", organization="Bell Labs")]), ends=True)

        shown = stored_contact(book, bob).shown
        assert (shown["title"], shown["organization"]) == ("Boss", "Bell Labs")

    def test_the_refused_commit_contains_the_edited_contact(self, book, bob):
        at_work = book.start_import()
        chunk = at_work.plan([person("Carl Cox"), person("Bob Bell", title="Clerk")])
        book.edit(ANN, bob, {"title": "Boss"})

        with pytest.raises(Replan) as refused:
            at_work.commit(chunk)

        [moved] = refused.value.refused
        assert moved.key["sk"] == {"S": bob}
        assert to_contact(moved.old) == stored_contact(book, bob)

    def test_an_import_that_does_not_change_the_edited_contact_commits(self, book, bob):
        at_work = book.start_import("microsoft:m1")
        chunk = at_work.plan([person("Zoe Zweig", "m/zoe")])
        before = book.books.edits(ANN)
        book.edit(ANN, bob, {"title": "Boss"})

        at_work.commit(chunk)

        assert at_work.outcomes() == [("created", None)]
        assert book.books.edits(ANN).since(before.count) == (bob,)

    def test_an_edit_that_adds_no_address_is_one_read_and_one_transaction(self, book, bob):
        book.client.calls.clear()

        book.edit(ANN, bob, {"title": "Boss"})

        assert dict(book.client.calls) == {"batch_get_item": 1, "transact_write_items": 1}


class TestWhenTheSourceGoes:
    def remove(self, room, *source_ids):
        at_work = room.start_import()
        at_work.commit(at_work.intake.plan_removals(source_ids, Limits()), ends=True)

    def test_edits_stay(self, book, bob):
        book.edit(ANN, bob, {"title": "Boss"})

        self.remove(book, "p/Bob Bell")

        assert stored_contact(book, bob).shown == {
            "given": "Bob",
            "family": "Bell",
            "display": "Bob Bell",
            "title": "Boss",
        }

    def test_the_name_that_stays_can_be_changed_and_taken_back(self, book, bob):
        book.edit(ANN, bob, {"title": "Boss"})
        self.remove(book, "p/Bob Bell")

        changed = book.edit(ANN, bob, {"given": "Bobby"}).shown
        taken_back = book.edit(ANN, bob, {"given": None, "family": None, "display": None}).shown

        assert (changed["given"], changed["family"], changed["display"]) == ("Bobby", "Bell", "Bobby Bell")
        assert (taken_back["display"], taken_back["title"]) == ("Bob Bell", "Boss")

    def test_an_edit_after_it_does_not_keep_the_source_from_finding_its_contact_again(self, book, bob):
        book.edit(ANN, bob, {"title": "Boss"})
        self.remove(book, "p/Bob Bell")
        book.edit(ANN, bob, {"title": "Chair"})

        book.import_contacts(person("Bob Bell", organization="Bell Labs"))

        shown = stored_contact(book, bob).shown
        assert (shown["display"], shown["title"], shown["organization"]) == ("Bob Bell", "Chair", "Bell Labs")

    def test_saving_what_is_shown_is_no_edit(self, book, bob):
        book.edit(ANN, bob, {"title": "Boss"})
        self.remove(book, "p/Bob Bell")
        before = stored_contact(book, bob)

        assert book.edit(ANN, bob, {"given": "Bob", "family": "Bell", "display": "Bob Bell", "title": "Boss"}) == before

    def test_a_contact_with_only_hidden_values_is_deleted(self, book):
        book.import_contacts(person("Carl Cox", title="Clerk"))
        carl = book.id_of("Carl Cox")
        book.edit(ANN, carl, {"title": ""})

        self.remove(book, "p/Carl Cox")

        assert book.contacts.find(ANN, carl) is None
