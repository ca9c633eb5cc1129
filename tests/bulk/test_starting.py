"""Starting a bulk create: what is stored where, idempotency keys, and concurrent requests."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.bulk.start_bulk_create import CreateRequest
from chalicelib.collections.collection import Role
from chalicelib.foundation.clock import SystemClock
from chalicelib.foundation.errors import Conflict, NotAllowed
from chalicelib.jobs.job import JobState
from tests.bulk.conftest import ANN, Room
from tests.collections.making import join

REQUEST = CreateRequest([{"given": "Ada", "emails": [{"value": "ada@x.org"}]}], client_source="ios")


class TestTheList:
    def test_is_in_no_job_and_no_message(self, room):
        room.create(ANN, REQUEST)

        stored = str([item for table in room.client.tables.values() for item in table.items.values()])
        assert "ada@x.org" not in stored + str(room.queue.sent)
        assert len(room.blobs.kept) == 1

    def test_that_has_expired_fails_the_job_with_a_message(self, room):
        job = room.create(ANN, REQUEST)
        room.blobs.kept.clear()

        failed = room.run(job)

        assert (failed.state, failed.error_code) == (JobState.FAILED, "list_gone")

    def test_is_stored_once_for_equal_requests_and_separately_for_each_person(self, room):
        for owner in (ANN, ANN, "bob"):
            room.create(owner, REQUEST)

        assert len(room.blobs.kept) == 2


class TestIdempotencyKey:
    def test_is_valid_for_a_day(self, room):
        first = room.create(ANN, REQUEST, idempotency_key="k")
        room.clock.sleep(timedelta(hours=23).total_seconds())
        second = room.create(ANN, REQUEST, idempotency_key="k")
        room.clock.sleep(timedelta(hours=2).total_seconds())

        assert second.job_id == first.job_id
        assert room.create(ANN, REQUEST, idempotency_key="k").job_id != first.job_id

    def test_starts_the_job_once(self, room):
        room.create(ANN, REQUEST, idempotency_key="k")
        room.create(ANN, REQUEST, idempotency_key="k")

        assert len(room.queue.sent) == 1

    @pytest.mark.parametrize(
        "other",
        [
            replace(REQUEST, contacts=[{"given": "Bob"}]),
            replace(REQUEST, client_source="web"),
            replace(REQUEST, client_reference_id="7"),
        ],
    )
    def test_covers_the_whole_request(self, room, other):
        room.create(ANN, REQUEST, idempotency_key="k")

        with pytest.raises(Conflict):
            room.create(ANN, other, idempotency_key="k")

    @pytest.mark.ministack
    def test_of_a_hundred_concurrent_equal_requests_creates_one_job(self, dynamodb, fresh_tables):
        room = Room(dynamodb, fresh_tables, SystemClock())
        with ThreadPoolExecutor(32) as pool:
            jobs = list(pool.map(lambda _: room.create(ANN, REQUEST, idempotency_key="k"), range(100)))

        assert len({job.job_id for job in jobs}) == 1
        assert [job.job_id for job in room.jobs.of_owner(ANN)[0]] == [jobs[0].job_id]
        assert len(room.blobs.kept) == len(room.queue.sent) == 1


class TestThePermission:
    def test_that_is_withdrawn_at_the_same_time_is_refused_like_any_other(self, room):
        """The transaction that creates the job checks the permission again."""
        friends = room.collections.add("ben", "Friends").collection_id
        create = replace(room.create, collections=WithdrawnMeanwhile(room.collections, friends))

        with pytest.raises(NotAllowed, match="FORBIDDEN: Not authorized to update the collection"):
            create(ANN, replace(REQUEST, collection_id=friends))
        assert room.jobs.of_owner(ANN)[0] == []


class WithdrawnMeanwhile:
    """Collections that grant the permission on the first check only."""

    def __init__(self, collections, collection_id):
        self._collections = collections
        join(collections, "ben", collection_id, ANN, Role.VIEWER)
        self._checks = 0

    def __getattr__(self, name):
        return getattr(self._collections, name)

    def for_editor(self, person, collection_id):
        self._checks += 1
        if self._checks > 1:
            self._collections.for_editor(person, collection_id)
