"""Importing again and retrying: incremental if possible, and one import at a time in each mode."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.accounts.connection_writes import LARGEST_SYNC
from chalicelib.foundation.clock import SystemClock
from chalicelib.foundation.errors import Conflict, ConsentNeeded, NotFound
from chalicelib.jobs.job import JobState
from tests.accounts.house import House, Interrupted


@pytest.fixture
def connection(house):
    return house.connect_and_import()


def again(house, connection, **more):
    return house.import_again("ann", connection.connection_id, **more)


class TestMode:
    def test_it_is_incremental_if_there_is_a_sync_state(self, house, connection):
        assert again(house, connection).details["mode"] == "incremental"

    def test_it_is_full_on_request(self, house, connection):
        assert again(house, connection, full=True).details["mode"] == "full"

    def test_it_is_full_if_no_import_has_finished(self, house):
        job = house.come_back(house.begin_consent()).job
        house.jobs.cancel(job.job_id)

        assert again(house, house.connection_of(job)).details["mode"] == "full"

    def test_a_sync_state_that_is_too_large_leads_to_a_full_import(self, house):
        job = house.come_back(house.begin_consent()).job
        house.finish_import(job, sync="x" * LARGEST_SYNC)

        assert house.connection_of(job).sync is None

    def test_an_import_with_failed_contacts_keeps_the_older_sync_state(self, house, connection):
        house.finish_import(again(house, connection), sync=None)

        assert house.connections.get("ann", connection.connection_id).sync == "sync-1"


class TestOneAtATime:
    def test_an_unfinished_import_in_the_same_mode_is_returned(self, house, connection):
        assert again(house, connection).job_id == again(house, connection).job_id

    def test_an_import_in_the_other_mode_is_another_job(self, house, connection):
        assert again(house, connection).job_id != again(house, connection, full=True).job_id

    def test_an_import_of_another_account_is_another_job(self, house, connection):
        other = house.connect_and_import(provider="microsoft")

        assert again(house, connection).job_id != again(house, other).job_id

    def test_after_it_has_finished_a_new_one_starts(self, house, connection):
        first = again(house, connection)
        house.finish_import(first)

        assert again(house, connection).job_id != first.job_id

    def test_two_concurrent_requests_are_one_import(self, client):
        house = House(client)
        connection = house.connect_and_import()
        racing = house.over(Interrupted(client, lambda: again(house, connection)))

        second = again(racing, connection)
        assert house.jobs.queue("ann").jobs == (second.job_id,)

    def test_the_connection_has_the_last_import(self, house, connection):
        job = again(house, connection)

        assert house.connection_of(job).last_import == job.job_id

    def test_it_is_started_at_once(self, house, connection):
        job = again(house, connection)

        assert house.work_queue.sent[-1] == job.job_id


class TestIdempotencyKey:
    def test_the_same_key_is_the_same_import_even_if_the_mode_would_differ(self, house):
        job = house.come_back(house.begin_consent()).job
        house.jobs.cancel(job.job_id)
        connection = house.connection_of(job)
        first = again(house, connection, idempotency_key="key")
        house.finish_import(first)

        assert again(house, connection, idempotency_key="key").job_id == first.job_id

    def test_the_same_key_for_a_different_request_is_refused(self, house, connection):
        again(house, connection, idempotency_key="key")

        with pytest.raises(Conflict, match="a new key"):
            again(house, connection, idempotency_key="key", full=True)

    def test_another_persons_equal_key_is_another_key(self, house, connection):
        theirs = house.connect_and_import("bob")

        job = again(house, connection, idempotency_key="key")
        assert house.import_again("bob", theirs.connection_id, idempotency_key="key").job_id != job.job_id


@pytest.mark.ministack
class TestConcurrency:
    @pytest.mark.parametrize("idempotency_key", ["key", None])
    def test_a_hundred_concurrent_equal_requests_create_one_job(self, dynamodb, fresh_tables, idempotency_key):
        house = House(dynamodb, jobs=fresh_tables.jobs, people=fresh_tables.people, resting=SystemClock())
        connection = house.connect_and_import()

        with ThreadPoolExecutor(32) as pool:
            jobs = list(pool.map(lambda _: again(house, connection, idempotency_key=idempotency_key), range(100)))

        assert {job.job_id for job in jobs} == set(house.jobs.queue("ann").jobs)
        assert len(house.jobs.queue("ann").jobs) == 1


class TestRefusing:
    def test_another_persons_account_is_not_found(self, house, connection):
        with pytest.raises(NotFound):
            house.import_again("bob", connection.connection_id)

    def test_an_account_that_needs_reconnecting_is_refused(self, house, connection):
        house.connections.mark_needs_reconnect(connection)

        with pytest.raises(ConsentNeeded):
            again(house, connection)

    def test_a_disconnecting_or_disconnected_account_is_refused(self, house, connection):
        job = house.disconnect("ann", connection.connection_id)
        with pytest.raises(Conflict, match="being disconnected"):
            again(house, connection)

        house.disconnect_step(house.run(job))
        with pytest.raises(Conflict, match="Connect it again"):
            again(house, connection)


class TestRetry:
    @pytest.mark.parametrize("end", ["completed", "canceled", "failed"])
    def test_a_finished_import_runs_again_as_a_new_job_with_retry_of(self, house, end):
        old = house.come_back(house.begin_consent()).job
        _end(house, old, end)

        new = house.retry_import("ann", old.job_id)
        assert (new.retry_of, new.details["mode"], new.state) == (old.job_id, "full", JobState.QUEUED)
        assert new.details["connection_id"] == old.details["connection_id"]

    def test_an_incremental_import_is_incremental_again(self, house, connection):
        old = again(house, connection)
        house.jobs.cancel(old.job_id)

        assert house.retry_import("ann", old.job_id).details["mode"] == "incremental"

    def test_two_requests_create_one_retry(self, house):
        old = house.come_back(house.begin_consent()).job
        house.jobs.cancel(old.job_id)

        assert house.retry_import("ann", old.job_id).job_id == house.retry_import("ann", old.job_id).job_id

    def test_the_same_key_is_the_same_retry_after_it_has_finished(self, house):
        old = house.come_back(house.begin_consent()).job
        house.jobs.cancel(old.job_id)
        new = house.retry_import("ann", old.job_id, idempotency_key="key")
        house.finish_import(new)

        assert house.retry_import("ann", old.job_id, idempotency_key="key").job_id == new.job_id

    def test_an_unfinished_import_is_refused(self, house):
        job = house.come_back(house.begin_consent()).job

        with pytest.raises(Conflict, match="not finished"):
            house.retry_import("ann", job.job_id)

    def test_another_persons_and_a_missing_one_are_both_not_found(self, house):
        job = house.come_back(house.begin_consent()).job

        for owner, job_id in (("bob", job.job_id), ("ann", "missing")):
            with pytest.raises(NotFound):
                house.retry_import(owner, job_id)

    def test_a_job_that_is_not_an_import_is_refused(self, house, connection):
        job = house.disconnect("ann", connection.connection_id)

        with pytest.raises(Conflict, match="Only imports"):
            house.retry_import("ann", job.job_id)


def _end(house, job, end):
    if end == "completed":
        house.finish_import(job)
    elif end == "canceled":
        house.jobs.cancel(job.job_id)
    else:
        house.run(job).fail("It broke.", "broken")
