"""A cleanup finds what a run made by the marks in the book, whatever else is remembered of the run."""

from chalicelib.bulk.follow_bulk import BulkJobReader, FollowBulkCleanup
from chalicelib.bulk.start_bulk_cleanup import CleanupRequest
from chalicelib.bulk.start_bulk_create import CreateRequest
from chalicelib.contacts.contact import PERSON, SourceRecord, Stamp
from chalicelib.foundation.outcomes import Outcome
from chalicelib.tables.keys import JOB
from tests.bulk.conftest import ANN


def people(*names: str) -> CreateRequest:
    return CreateRequest([{"display": name} for name in names], client_source="ios")


def book(room) -> set[str]:
    return {contact.shown["display"] for contact in room.contacts.all(ANN)}


def cleaned(room, **wanted):
    job = room.run(room.clean_up(ANN, CleanupRequest(**wanted)))
    return FollowBulkCleanup(BulkJobReader(room.jobs, room.clock))(ANN, job.job_id).body


class TestTheMarks:
    def test_find_what_a_run_made_whose_job_nobody_remembers(self, room):
        job = room.run(room.create(ANN, people("Ada", "Bob")))
        room.client.delete_item(TableName="jobs", Key=JOB.key(job_id=job.job_id).item)

        told = cleaned(room, tracking_key=f"bcc:j:{job.job_id}")

        assert (told["deleted_count"], book(room)) == (2, set())

    def test_of_another_run_are_left_alone(self, room):
        room.run(room.create(ANN, people("Carol")))
        job = room.run(room.create(ANN, people("Ada")))

        cleaned(room, bulk_create_job_id=job.job_id)

        assert book(room) == {"Carol"}


class TestWhatIsKept:
    def test_a_contact_that_a_person_edited_since_stays_as_they_want_it(self, room):
        job = room.run(room.create(ANN, people("Ada", "Bob")))
        ada = next(contact for contact in room.contacts.all(ANN) if contact.shown["display"] == "Ada")
        own = SourceRecord(PERSON, "own", {"nickname": "Countess"}, "d", Stamp("", 0, Outcome.CREATED), 1, 1)
        ada.records.append(own)
        room.jobs.dynamo.transact([room.contacts.put_write(ANN, ada)], token="edit")

        told = cleaned(room, bulk_create_job_id=job.job_id)

        assert told["kept"] == [{"contact_id": ada.contact_id, "reason": "edited_by_person"}]
        assert (told["deleted_count"], told["kept_count"], book(room)) == (1, 1, {"Ada"})


class TestGoneMeanwhile:
    def test_a_contact_that_goes_before_its_turn_is_not_found(self, room):
        """Deleted by its person between the look at the book and the write: the chunk is planned anew."""
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

        told = FollowBulkCleanup(BulkJobReader(room.jobs, room.clock))(ANN, started.job_id).body
        assert (told["total_count"], told["deleted_count"], told["not_found_count"]) == (2, 1, 1)
        assert told["errors"][0]["contact_id"] == ada.contact_id


class TestTheEndOfItsTime:
    def test_a_cleanup_that_is_handed_over_goes_on_where_it_stopped(self, room):
        """Also a dry one: no candidate is listed twice, and none is left out."""
        job = room.run(room.create(ANN, people(*(f"P{number}" for number in range(30)))))
        for dry_run in (True, False):
            started = room.clean_up(ANN, CleanupRequest(job.job_id, dry_run=dry_run))
            runs = 0
            while not room.jobs.get(started.job_id).is_finished:
                room.run(started, chunks=1)
                runs += 1

            told = FollowBulkCleanup(BulkJobReader(room.jobs, room.clock))(ANN, started.job_id).body
            assert (told["total_count"], len(set(told["candidate_contact_ids"])), runs > 3) == (30, 30, True)
        assert book(room) == set()
