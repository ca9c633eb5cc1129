"""A contact made by hand: a person's own record, once, and wanted again if such a contact was deleted before."""

from contextlib import suppress
from dataclasses import replace

import pytest

from chalicelib.contacts.source import PERSON
from chalicelib.erasing.erase_person import ErasePerson
from chalicelib.foundation.dynamo import ResponseLost
from chalicelib.foundation.errors import Conflict, InvalidInput, TooLarge
from chalicelib.jobs.book_registry import BookRegistry
from tests.address_book.room import ANN, Meanwhile, Room, person
from tests.fakes.lost_responses import LosesResponses

CARL = {"given": "Carl", "family": "Cox", "emails": [{"value": "carl@x.org"}], "phones": [{"raw": "0170 1234567"}]}


class TestANewContact:
    def test_is_a_record_of_the_person_and_listed_at_once(self, book):
        made = book.create(ANN, CARL)

        assert [(record.source, record.source_id) for record in made.records] == [(PERSON, made.contact_id)]
        assert made.shown["display"] == "Carl Cox"
        assert made.shown["phones"] == [{"raw": "0170 1234567", "e164": "+491701234567"}]
        assert book.contacts.get(ANN, made.contact_id) == made
        assert "Carl Cox" in book.names()

    def test_lists_the_book_among_all_books(self, room):
        room.create("bert", CARL)

        assert list(BookRegistry(room.books.dynamo, room.books.table).owners()) == ["bert"]

    def test_names_its_possible_duplicates_and_is_merged_into_none(self, book):
        book.import_contacts(person("Carl Cox", email="carl@x.org"))

        made = book.create(ANN, CARL)

        other = next(
            each for each in book.contacts.all(ANN) if each.contact_id != made.contact_id and "emails" in each.shown
        )
        assert made.possible_duplicates == (other.contact_id,)

    def test_gets_what_imports_bring_later_and_keeps_what_was_written(self, book):
        made = book.create(ANN, CARL)
        book.import_contacts(person("Carl Cox", email="carl@x.org", title="Clerk"))

        found = book.contacts.get(ANN, made.contact_id)
        assert len(found.records) == 2
        assert (found.shown["title"], found.shown["given"]) == ("Clerk", "Carl")

    def test_can_be_edited_and_deleted_as_any_other(self, book):
        made = book.create(ANN, CARL)

        assert book.edit(ANN, made.contact_id, {"title": "Clerk"}).shown["title"] == "Clerk"
        with pytest.raises(InvalidInput, match="would be empty"):
            book.edit(ANN, made.contact_id, dict.fromkeys((*CARL, "title")))
        book.delete(ANN, made.contact_id)
        assert "Carl Cox" not in book.names()

    def test_made_while_an_import_runs_is_known_to_it(self):
        room = Room()
        at_work = room.start_import()
        made = room.create(ANN, CARL)
        at_work.intake.refresh(room.books.edits(ANN).recent_ids)

        at_work.commit(at_work.plan([person("Carl Cox", email="carl@x.org")]), ends=True)

        assert [each.contact_id for each in room.contacts.all(ANN)] == [made.contact_id]

    def test_made_twice_at_once_is_two_that_point_to_each_other(self, book):
        """Two requests without a key are two contacts; the later one sees the other."""
        other = book.again()
        book.again(client=Meanwhile(book.client, lambda: other.create(ANN, CARL))).create(ANN, CARL)

        assert sum(bool(each.possible_duplicates) for each in book.contacts.all(ANN)) == 1


class TestARefusedContact:
    @pytest.mark.parametrize(
        "fields", [{}, {"title": ""}, {"given": None}, {"emails": []}, {"emails": [{"value": " "}]}]
    )
    def test_has_nothing_in_it(self, room, fields):
        with pytest.raises(InvalidInput, match="needs a value"):
            room.create(ANN, fields)

    @pytest.mark.parametrize(
        ("fields", "field"),
        [({"title": "x" * 10_000}, "title"), ({"color": "red"}, "color"), ({"birthday": {"month": 13}}, "birthday")],
    )
    def test_has_a_value_that_an_edit_would_refuse(self, room, fields, field):
        with pytest.raises(InvalidInput) as refused:
            room.create(ANN, {**CARL, **fields})

        assert refused.value.members["field"] == field

    def test_is_too_large(self, room):
        with pytest.raises(TooLarge):
            room.create(
                ANN, {"emails": [{"value": f"{at}{'x' * 240}@x.org"} for at in range(50)], "notes": "ä" * 30_000}
            )

    def test_is_one_too_many_for_the_book(self, book):
        with pytest.raises(Conflict, match="full"):
            replace(book.create, largest_book=5)(ANN, CARL)

    def test_is_of_a_person_who_is_being_erased(self, room):
        ErasePerson(room.jobs, room.books)(ANN)

        with pytest.raises(Conflict, match="being erased"):
            room.create(ANN, CARL)


class TestAnIdempotencyKey:
    def test_makes_one_contact_of_any_number_of_equal_requests(self, room):
        first, again = (room.create(ANN, CARL, idempotency_key="once") for _ in range(2))

        assert again == first
        assert room.names() == ["Carl Cox"]

    def test_is_for_one_request_of_one_person(self, room):
        room.create(ANN, CARL, idempotency_key="once")

        with pytest.raises(Conflict, match="different request"):
            room.create(ANN, {"given": "Dora"}, idempotency_key="once")
        assert room.create("bert", {"given": "Dora"}, idempotency_key="once").shown["given"] == "Dora"

    def test_makes_one_contact_of_two_requests_at_once(self, room):
        other = room.again()
        again = Meanwhile(room.client, lambda: other.create(ANN, CARL, idempotency_key="once"))

        room.again(client=again).create(ANN, CARL, idempotency_key="once")

        assert room.names() == ["Carl Cox"]

    def test_makes_one_contact_although_responses_are_lost(self, room):
        lossy = room.again(client=LosesResponses(room.client, "transact_write_items", 3))

        lossy.create(ANN, CARL, idempotency_key="once")
        room.create(ANN, CARL, idempotency_key="once")

        assert room.names() == ["Carl Cox"]

    @pytest.mark.parametrize("operation", ["transact_write_items", "get_item", "batch_get_item", "query"])
    @pytest.mark.parametrize("lost", [1, 2, 100])
    def test_makes_one_contact_of_a_request_that_is_sent_again_after_a_failure(self, room, operation, lost):
        room.import_contacts(person("Carl Cox", email="carl@x.org"))
        room.delete(ANN, room.id_of("Carl Cox"))
        with suppress(ResponseLost):
            room.again(client=LosesResponses(room.client, operation, lost)).create(ANN, CARL, idempotency_key="once")

        room.create(ANN, CARL, idempotency_key="once")

        assert room.names() == ["Carl Cox"]
        assert not room.contacts.deletions(ANN)

    def test_does_not_make_a_contact_again_that_was_deleted(self, room):
        room.delete(ANN, room.create(ANN, CARL, idempotency_key="once").contact_id)

        with pytest.raises(Conflict, match="deleted or merged since"):
            room.create(ANN, CARL, idempotency_key="once")

    def test_may_be_used_again_after_a_day(self, room):
        room.create(ANN, CARL, idempotency_key="once")
        room.clock.advance(hours=25)

        room.create(ANN, CARL, idempotency_key="once")

        assert room.names() == ["Carl Cox"] * 2


class TestSomebodyWhoWasDeleted:
    def test_is_no_longer_skipped(self, room):
        room.import_contacts(person("Carl Cox", email="carl@x.org"))
        room.delete(ANN, room.id_of("Carl Cox"))
        made = room.create(ANN, CARL)
        assert not room.contacts.deletions(ANN)

        again = room.import_contacts(person("Carl Cox", "m/carl", email="carl@x.org"), source="microsoft:m1")

        assert again.outcomes() == [("updated", None)]
        assert [each.contact_id for each in room.contacts.all(ANN)] == [made.contact_id]

    def test_stays_deleted_in_the_sources_that_had_it(self, room):
        """What they say of it is what the person deleted."""
        room.import_contacts(person("Carl Cox", email="carl@x.org"))
        room.delete(ANN, room.id_of("Carl Cox"))
        room.create(ANN, CARL)

        assert room.import_contacts(person("Carl Cox", email="carl@x.org")).outcomes() == [
            ("skipped", "deleted_by_person")
        ]

    def test_is_made_although_two_people_lift_it_at_once(self, room):
        room.import_contacts(person("Carl Cox", email="carl@x.org"))
        room.delete(ANN, room.id_of("Carl Cox"))
        other = room.again()

        room.again(client=Meanwhile(room.client, lambda: other.create(ANN, CARL))).create(ANN, CARL)

        assert room.names() == ["Carl Cox"] * 2
