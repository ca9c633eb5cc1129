"""Items of earlier versions can be read, edited, cleaned up and erased."""

import random
from datetime import timedelta

import pytest

from chalicelib.books.version import BookVersion
from chalicelib.bulk.start_bulk_cleanup import CleanupRequest
from chalicelib.erasing.erase_person import LONGEST_RUN
from chalicelib.foundation.clock import instant
from chalicelib.foundation.errors import Conflict, NotFound
from chalicelib.jobs.job import JobState
from chalicelib.jobs.rows import listed_day
from chalicelib.tables.keys import TABLES
from chalicelib.wiring import RESERVE, Wiring
from infra.earlier_items import ADDED, BEFORE, IMPORTING, earlier_items
from tests.fakes.clock import FixedClock
from tests.fakes.executor import InlineExecutor
from tests.fakes.kms import FakeKms
from tests.fakes.s3 import FakeS3
from tests.fakes.tables import empty_tables
from tests.routes.service import SETTINGS, SlowQueue


class House:
    """This version, over tables and a bucket that earlier ones filled."""

    def __init__(self) -> None:
        self.clock, self.dynamodb, self.bucket = FixedClock(), empty_tables(), FakeS3()
        self.earlier = earlier_items(self.clock.now())
        for table in TABLES:
            for item in self.earlier.tables[table]:
                self.dynamodb.put_item(TableName=table, Item=item)
        for key, content in self.earlier.blobs.items():
            self.bucket.put_object(Bucket="blobs", Key=key, Body=content)
        clients = {"dynamodb": self.dynamodb, "kms": FakeKms(), "s3": self.bucket, "sqs": SlowQueue()}
        self.wiring = Wiring(
            SETTINGS, clients=clients.__getitem__, clock=self.clock, chance=random.Random(7), executor=InlineExecutor()
        )

    def run(self, job_id: str) -> None:
        claimed = self.wiring.engine.worker.claim(job_id)
        assert claimed is not None, "it is not due"
        self.wiring.engine.worker.run(claimed, until=self.clock.now() + RESERVE * 20, reserve=RESERVE)

    def version(self, owner: str) -> BookVersion:
        return self.wiring.shared.books.state(owner).version

    def kept_of(self, owner: str) -> list[str]:
        """The keys of all items of an owner."""
        keys = [item["pk"]["S"] for item in self.dynamodb.stored_items()]
        return [key for key in keys if owner in key.split("#")]


@pytest.fixture
def house() -> House:
    return House()


class TestTheItems:
    def test_are_as_if_they_had_just_been_written(self):
        now = FixedClock().now()
        created = [
            instant(int(item["created_at"]["N"])) for item in earlier_items(now).tables["jobs"] if "created_at" in item
        ]

        assert all(timedelta() < now - each < timedelta(hours=1) for each in created)

    def test_are_listed_on_the_day_of_their_creation(self):
        for hours in range(24):
            for item in earlier_items(FixedClock().now() + timedelta(hours=hours)).tables["jobs"]:
                if "listed_day" in item:
                    created_at = instant(int(item["listed_at"]["S"].partition("#")[0]))
                    assert item["listed_day"]["S"] == listed_day(created_at)

    def test_hold_no_token(self):
        assert not any("sealed" in item for item in earlier_items(FixedClock().now()).tables["people"])


@pytest.mark.parametrize("person", IMPORTING)
class TestABookOfAnEarlierVersion:
    def test_is_read_whole_without_what_was_deleted(self, house, person):
        contacts = {contact.contact_id: contact for contact in house.wiring.shared.contacts.all(person)}
        known = house.earlier.people[person]

        assert len(contacts) == BEFORE - 1
        assert known["deleted"] not in contacts
        assert contacts[known["edited"]].shown["title"] == "Edited before"

    def test_has_an_index_that_is_made_or_still_good(self, house, person):
        assert len(house.wiring.address_book.indexes.get(person).index) == BEFORE - 1

    def test_can_be_edited_and_its_version_is_another_one_then(self, house, person):
        edited = house.earlier.people[person]["edited"]
        versions = [house.version(person)]
        for title in ("First", "Second"):
            house.wiring.address_book.edit_contact(person, edited, {"title": title})
            versions.append(house.version(person))

        assert len(set(versions)) == 3
        assert house.wiring.shared.contacts.get(person, edited).shown["title"] == "Second"

    def test_keeps_a_deleted_contact_deleted(self, house, person):
        with pytest.raises(NotFound):
            house.wiring.address_book.read_contact(person, house.earlier.people[person]["deleted"])

    def test_has_a_job_in_mid_import_that_is_claimed_where_it_stopped(self, house, person):
        job = house.wiring.engine.worker.claim(house.earlier.people[person]["job"])

        assert (job.state, job.crashes, job.cursor["offset"]) == (JobState.PROCESSING, 1, job.counts.read)
        assert job.estimate == BEFORE + ADDED


class TestABulkRunOfAnEarlierVersion:
    def test_is_cleaned_up_but_for_what_a_person_edited(self, house):
        known = house.earlier.people["rosa"]
        cleanup = house.wiring.bulk.start_cleanup("rosa", CleanupRequest(known["job"]))

        house.run(cleanup.job_id)

        assert house.wiring.shared.jobs.get(cleanup.job_id).state is JobState.COMPLETED
        assert [contact.contact_id for contact in house.wiring.shared.contacts.all("rosa")] == [known["edited"]]


class TestAnErasureThatAnEarlierVersionBegan:
    def test_lets_nothing_new_begin(self, house):
        with pytest.raises(Conflict):
            house.wiring.bulk.start_cleanup("paul", CleanupRequest(tracking_key="bcc:j:any"))

    def test_runs_to_its_end(self, house):
        job_id = house.earlier.people["paul"]["job"]
        house.run(job_id)
        house.clock.advance(LONGEST_RUN + timedelta(seconds=1))
        house.run(job_id)

        assert house.wiring.shared.jobs.get(job_id).state is JobState.COMPLETED
        assert house.kept_of("paul") == []

    def test_is_ended_where_one_sweep_was_left(self, house):
        house.run(house.earlier.people["quin"]["job"])

        assert house.kept_of("quin") == []
