"""A contact that a client sends again under its external id is the same contact, whatever else it says."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.bulk.bulk_job import Update
from chalicelib.bulk.start_bulk_cleanup import CleanupRequest
from chalicelib.bulk.start_bulk_create import CreateRequest
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import SourceRecord, Stamp
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import Job
from tests.bulk.conftest import ANN, Room

CRM = CreateRequest([], client_source="crm")
OLD = {"external_id": "7", "display": "Ada Moe", "emails": [{"value": "old@x.org"}], "title": "Clerk"}
NEW = {"external_id": "7", "display": "Ada Poe", "emails": [{"value": "new@x.org"}]}


def send(room: Room, *contacts: dict[str, Any], request: CreateRequest = CRM, **options: Any) -> Job:
    room.clock.advance(seconds=1)
    return room.run(room.create(ANN, replace(request, contacts=contacts, **options)))


def book(room: Room) -> list[Contact]:
    return sorted(room.contacts.all(ANN), key=lambda each: str(each.shown["display"]))


def emails(contact: Contact) -> list[str]:
    return [each["value"] for each in contact.shown["emails"]]


def edit(room: Room, contact: Contact, **fields: Any) -> None:
    own = SourceRecord(PERSON, contact.contact_id, fields, "", Stamp("", 0, Outcome.CREATED), 1, 1)
    write = room.contacts.put_write(ANN, replace(contact, records=[*contact.records, own]))
    room.client.transact_write_items(TransactItems=[write])


class TestSentAgain:
    @pytest.mark.parametrize("policy", [OnExisting.CREATE, OnExisting.UPDATE])
    def test_says_what_was_sent_last_and_stays_of_the_run_that_created_it(self, room, policy):
        first = send(room, OLD)
        again = send(room, NEW, on_existing=policy)

        [contact] = book(room)
        assert (contact.shown["display"], emails(contact), "title" in contact.shown) == (
            "Ada Poe",
            ["new@x.org"],
            False,
        )
        assert (again.counts.created, again.counts.updated) == (0, 1)
        assert [record.source for record in contact.records] == [f"bcc:j:{first.job_id}:s:crm"]

    def test_unchanged_writes_nothing(self, room):
        send(room, OLD)
        [before] = book(room)

        again = send(room, OLD)

        assert again.counts.unchanged == 1
        assert book(room) == [before]

    def test_is_left_as_it_is_where_that_is_wanted(self, room):
        send(room, OLD)

        again = send(room, NEW, on_existing=OnExisting.SKIP)

        assert again.counts.skipped == 1
        assert emails(book(room)[0]) == ["old@x.org"]

    def test_is_found_before_another_contact_that_has_its_new_email(self, room):
        send(room, OLD, {"display": "Ada Poe", "emails": NEW["emails"]})

        send(room, NEW, on_existing=OnExisting.UPDATE)

        assert [emails(each) for each in book(room)] == [["new@x.org"], ["new@x.org"]]
        assert [len(each.records) for each in book(room)] == [1, 1]

    def test_is_no_contact_of_another_client(self, room):
        send(room, OLD)

        for other in ({"client_source": "ios"}, {"client": "partner"}):
            assert send(room, NEW, **other).counts.created == 1
        assert len(book(room)) == 3

    def test_an_update_by_email_gives_the_contact_the_id(self, room):
        send(room, {name: value for name, value in OLD.items() if name != "external_id"})
        send(room, OLD, on_existing=OnExisting.UPDATE)

        assert send(room, NEW).counts.updated == 1
        assert len(book(room)) == 1

    def test_is_not_created_again_after_the_person_deleted_it(self, room):
        send(room, OLD)
        [contact] = book(room)
        writes = [room.contacts.remove_write(ANN, contact), room.contacts.deletion_marker_write(ANN, contact)]
        room.client.transact_write_items(TransactItems=writes)

        assert send(room, NEW).counts.skipped == 1
        assert book(room) == []

    def test_joins_what_the_person_kept_of_it_after_a_cleanup(self, room):
        job = send(room, OLD)
        edit(room, book(room)[0], nickname="A.")
        room.run(room.clean_up(ANN, CleanupRequest(bulk_create_job_id=job.job_id)))

        assert send(room, NEW).counts.updated == 1
        [contact] = book(room)
        assert (contact.shown["nickname"], emails(contact)) == ("A.", ["new@x.org"])


class TestOneList:
    def test_the_first_of_an_id_is_used(self, room):
        job = send(room, OLD, NEW)

        assert (job.counts.created, job.counts.skipped) == (1, 1)

    def test_two_ids_are_two_contacts_even_with_one_email(self, room):
        assert send(room, OLD, {**OLD, "external_id": "8"}).counts.created == 2

    def test_one_without_an_id_repeats_one_with_it(self, room):
        bare = {name: value for name, value in OLD.items() if name != "external_id"}

        assert send(room, OLD, bare).counts.skipped == 1


class TestUpdating:
    """A contact that another client sent, with values of the same fields."""

    @pytest.fixture
    def known(self, room):
        send(room, {**OLD, "external_id": "their-1"}, client_source="ios")

    @pytest.mark.parametrize(("update", "title"), [(Update.FILL, "Clerk"), (Update.OVERWRITE, "Countess")])
    def test_fills_or_overwrites(self, room, known, update, title):
        sent = {**OLD, "title": "Countess", "nickname": "A."}
        send(room, sent, on_existing=OnExisting.UPDATE, update=update)

        [contact] = book(room)
        assert (contact.shown["title"], contact.shown["nickname"]) == (title, "A.")

    def test_overwrites_also_where_only_the_wish_is_new_and_then_writes_nothing(self, room, known):
        sent = {**OLD, "title": "Countess"}
        send(room, sent, on_existing=OnExisting.UPDATE)
        overwritten = send(room, sent, update=Update.OVERWRITE)
        again = send(room, sent, update=Update.OVERWRITE)

        assert (overwritten.counts.updated, again.counts.unchanged) == (1, 1)
        assert book(room)[0].shown["title"] == "Countess"


class TestDryRun:
    LIST = (
        NEW,
        {"display": "Bob", "emails": [{"value": "bob@x.org"}]},
        {"display": "Bob", "emails": [{"value": "b@x.org"}], "phones": [{"raw": "+1 202 555 0143"}]},
        {"display": "Bob", "phones": [{"raw": "+1 202 555 0143"}]},
        {"external_id": "9", "display": "Cleo"},
    ) * 3

    @pytest.mark.parametrize("policy", OnExisting)
    def test_counts_what_the_run_then_does_and_changes_nothing(self, room, policy):
        send(room, OLD)
        before = book(room)

        dry = send(room, *self.LIST, on_existing=policy, dry_run=True)
        assert book(room) == before
        real = send(room, *self.LIST, on_existing=policy)

        assert dict(dry.counts) == dict(real.counts)

    def test_comes_to_the_same_if_it_is_interrupted(self, room):
        request = replace(CRM, contacts=self.LIST, on_existing=OnExisting.UPDATE, dry_run=True)
        job = room.create(ANN, request)
        while not (job := room.run(job, chunks=1)).is_finished:
            pass

        assert dict(job.counts) == dict(send(room, *self.LIST, on_existing=OnExisting.UPDATE).counts)
