"""A cleanup finds the contacts of a run by the marks in the book, even if the run's job has expired."""

import pytest

from chalicelib.bulk.follow_bulk import BulkJobReader, FollowBulkCleanup
from chalicelib.bulk.start_bulk_cleanup import CleanupRequest
from chalicelib.bulk.start_bulk_create import CreateRequest
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import SourceRecord, Stamp
from chalicelib.foundation.outcomes import Outcome
from chalicelib.tables.keys import JOB
from tests.bulk.conftest import ANN


def people(*names: str) -> CreateRequest:
    return CreateRequest([{"display": name} for name in names], client_source="ios")


def book(room) -> set[str]:
    return {contact.shown["display"] for contact in room.contacts.all(ANN)}


def clean_up(room, **options):
    job = room.run(room.clean_up(ANN, CleanupRequest(**options)))
    return FollowBulkCleanup(BulkJobReader(room.jobs, room.clock))(ANN, job.job_id).body


class TestTheMarks:
    def test_find_the_contacts_of_a_run_whose_job_has_expired(self, room):
        job = room.run(room.create(ANN, people("Ada", "Bob")))
        room.client.delete_item(TableName="jobs", Key=JOB.key(job_id=job.job_id).item)

        status = clean_up(room, tracking_key=f"bcc:j:{job.job_id}")

        assert (status["deleted_count"], book(room)) == (2, set())

    def test_of_other_runs_are_ignored(self, room):
        room.run(room.create(ANN, people("Carol")))
        job = room.run(room.create(ANN, people("Ada")))

        clean_up(room, bulk_create_job_id=job.job_id)

        assert book(room) == {"Carol"}


class TestReadingTheBook:
    """It takes a query for each shelf."""

    @pytest.fixture
    def shelves_read(self, room) -> list[str]:
        """The shelves that were read, one entry for each time."""
        query, read = room.client.query, []

        def noted(**request):
            if request["TableName"] == room.names.contacts:
                read.append(request["ExpressionAttributeValues"][":pk"]["S"])
            return query(**request)

        room.client.query = noted
        return read

    def test_is_left_out_if_every_contact_of_the_run_is_as_it_was_created(self, room, shelves_read):
        room.run(room.create(ANN, people("Carol")))
        job = room.run(room.create(ANN, people("Ada", "Bob")))
        shelves_read.clear()

        status = clean_up(room, bulk_create_job_id=job.job_id)

        assert shelves_read == []
        assert (status["deleted_count"], book(room)) == (2, {"Carol"})

    def test_finds_the_contacts_that_the_run_updated(self, room, shelves_read):
        ada = {"display": "Ada Lovelace", "emails": [{"value": "ada@example.com"}]}
        room.run(room.create(ANN, CreateRequest([ada])))
        more = [{**ada, "notes": "Met in London"}, {"display": "Bob"}]
        job = room.run(room.create(ANN, CreateRequest(more, on_existing=OnExisting.UPDATE)))
        assert job.counts.updated == 1
        shelves_read.clear()

        status = clean_up(room, bulk_create_job_id=job.job_id)

        assert shelves_read
        assert (status["deleted_count"], status["kept_count"], book(room)) == (1, 1, {"Ada Lovelace"})
        assert all("notes" not in contact.shown for contact in room.contacts.all(ANN))


class TestWhatIsKept:
    def test_a_contact_that_a_person_edited_is_kept_with_the_edit(self, room):
        job = room.run(room.create(ANN, people("Ada", "Bob")))
        ada = next(contact for contact in room.contacts.all(ANN) if contact.shown["display"] == "Ada")
        own = SourceRecord(PERSON, "own", {"nickname": "Countess"}, "d", Stamp("", 0, Outcome.CREATED), 1, 1)
        ada.records.append(own)
        room.jobs.dynamo.transact([room.contacts.put_write(ANN, ada)], token="edit")

        status = clean_up(room, bulk_create_job_id=job.job_id)

        assert status["kept"] == [{"contact_id": ada.contact_id, "reason": "edited_by_person"}]
        assert (status["deleted_count"], status["kept_count"], book(room)) == (1, 1, {"Ada"})


class TestConcurrentDeletion:
    def test_a_contact_deleted_before_its_turn_is_not_found(self, room):
        """Deleted by its owner between the read and the write: the chunk is planned again."""
        job = room.run(room.create(ANN, people("Ada", "Bob")))
        ada = next(contact for contact in room.contacts.all(ANN) if contact.shown["display"] == "Ada")
        room.client.delete_item(TableName="jobs", Key=JOB.key(job_id=job.job_id).item)
        deletion = [room.contacts.remove_write(ANN, ada)]
        started = room.clean_up(ANN, CleanupRequest(tracking_key=f"bcc:j:{job.job_id}"))
        land, pending = room.client.transact_write_items, [deletion]

        def meanwhile(**request):
            if pending:
                land(TransactItems=pending.pop())
            return land(**request)

        room.client.transact_write_items = meanwhile
        room.run(started)

        status = FollowBulkCleanup(BulkJobReader(room.jobs, room.clock))(ANN, started.job_id).body
        assert (status["total_count"], status["deleted_count"], status["not_found_count"]) == (2, 1, 1)
        assert status["errors"][0]["contact_id"] == ada.contact_id


class TestSeveralRuns:
    def test_a_cleanup_continues_where_its_last_run_stopped(self, room):
        """Also a dry run: no candidate is listed twice or left out."""
        job = room.run(room.create(ANN, people(*(f"P{number}" for number in range(30)))))
        for dry_run in (True, False):
            started = room.clean_up(ANN, CleanupRequest(job.job_id, dry_run=dry_run))
            runs = 0
            while not room.jobs.get(started.job_id).is_finished:
                room.run(started, chunks=1)
                runs += 1

            status = FollowBulkCleanup(BulkJobReader(room.jobs, room.clock))(ANN, started.job_id).body
            assert (status["total_count"], len(set(status["candidate_contact_ids"])), runs > 3) == (30, 30, True)
        assert book(room) == set()
