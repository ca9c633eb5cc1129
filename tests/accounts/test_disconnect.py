"""Disconnecting: nothing new can start from the request on, and no tokens are left in the end."""

import pytest

from chalicelib.accounts.connection import ConnectionState
from chalicelib.accounts.disconnect_step import MOST_REVOCATION_FAILURES
from chalicelib.books.book_store import BookStore
from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.errors import Conflict, InvalidInput, Misconfigured, NotFound, ProviderBroken, ProviderBusy
from chalicelib.jobs.job import JobState
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.refusals import Fenced
from tests.accounts.house import House, Interrupted


@pytest.fixture
def connection(house):
    """An account with five contacts."""
    job = house.come_back(house.begin_consent()).job
    house.import_contacts(job, ["p1", "p2", "p3", "p4", "p5"])
    return house.connection_of(job)


def ask(house, connection, contacts="keep"):
    return house.disconnect("ann", connection.connection_id, contacts=contacts)


def work(house, job):
    """Run the job's step until it is finished."""
    for _ in range(10):
        run = house.run(job)
        house.disconnect_step(run)
        if run.job.is_finished:
            return run.job
    raise AssertionError("it does not end")


def now(house, connection):
    return house.connections.get("ann", connection.connection_id)


class TestRequests:
    def test_the_connection_is_marked_and_the_job_is_created_together(self, house, connection):
        job = ask(house, connection)

        assert (now(house, connection).state, job.kind) == (ConnectionState.DISCONNECTING, "disconnect")
        assert house.work_queue.sent[-1] == job.job_id

    def test_jobs_of_the_account_are_canceled_and_can_no_longer_write(self, house, connection):
        running = house.run(house.import_again("ann", connection.connection_id))
        waiting = house.import_again("ann", connection.connection_id, full=True)

        job = ask(house, connection)

        assert house.jobs.get(running.job.job_id).state is house.jobs.get(waiting.job_id).state is JobState.CANCELED
        assert house.jobs.queue("ann").jobs == (job.job_id,)
        with pytest.raises(Fenced):
            running.commit(Progress({"page": 1}))

    def test_jobs_of_another_account_continue(self, house, connection):
        other = house.connect_and_import(provider="microsoft")
        running = house.import_again("ann", other.connection_id)

        job = ask(house, connection)
        assert house.jobs.queue("ann").jobs == (running.job_id, job.job_id)

    def test_a_repeated_request_returns_the_same_job(self, house, connection):
        first = ask(house, connection)
        assert ask(house, connection).job_id == first.job_id

        work(house, first)
        assert ask(house, connection).job_id == first.job_id
        assert len([job for job in house.all_jobs() if job.kind == "disconnect"]) == 1

    def test_requesting_the_other_option_while_it_runs_is_refused(self, house, connection):
        ask(house, connection)

        with pytest.raises(Conflict, match="the other option"):
            ask(house, connection, "remove")

    def test_contacts_that_were_kept_can_be_removed_later(self, house, connection):
        work(house, ask(house, connection, "keep"))

        later = ask(house, connection, "remove")
        assert work(house, later).counts.removed == 5
        assert house.book() == []

    def test_contacts_that_were_removed_cannot_be_kept_afterwards(self, house, connection):
        removed = ask(house, connection, "remove")
        work(house, removed)

        assert ask(house, connection, "keep").job_id == removed.job_id

    def test_after_a_failed_or_canceled_job_a_new_one_can_start(self, house, connection):
        first = ask(house, connection)
        house.jobs.cancel(first.job_id)

        second = ask(house, connection)
        assert second.job_id != first.job_id
        assert work(house, second).state is JobState.COMPLETED
        assert now(house, connection).state is ConnectionState.DISCONNECTED

    def test_a_concurrently_started_import_is_canceled_too(self, client):
        house = House(client)
        connection = house.connect_and_import()
        racing = house.over(Interrupted(client, lambda: house.import_again("ann", connection.connection_id)))

        job = ask(racing, connection)
        assert house.jobs.queue("ann").jobs == (job.job_id,)

    def test_another_persons_account_is_not_found(self, house, connection):
        with pytest.raises(NotFound):
            house.disconnect("bob", connection.connection_id)

    def test_any_other_value_for_contacts_is_refused(self, house, connection):
        with pytest.raises(InvalidInput):
            ask(house, connection, "burn")


class TestKeeping:
    def test_the_grant_is_revoked_and_the_contacts_stay(self, house, connection):
        refresh_token = house.tokens_of(connection).refresh_token

        job = work(house, ask(house, connection))

        assert house.google.revoked == [refresh_token]
        assert (job.state, job.details["revoked"]) == (JobState.COMPLETED, "yes")
        assert len(house.book()) == 5

    def test_no_token_and_no_sync_state_is_left(self, house, connection, client):
        work(house, ask(house, connection))

        (item,) = [item for item in client.tables["people"].items.values() if "connection_id" in item]
        assert not {"sealed", "sync"} & item.keys()
        assert item["disconnected_at"]["N"] == str(milliseconds(house.clock.now()))

    def test_the_connection_stays_in_the_list_for_its_history(self, house, connection):
        work(house, ask(house, connection))

        (known,) = house.connections.of_owner("ann")
        assert (known.state, known.last_import) == (ConnectionState.DISCONNECTED, connection.last_import)

    def test_it_can_be_connected_again_and_keeps_its_id(self, house, connection):
        work(house, ask(house, connection))

        job = house.come_back(house.begin_consent()).job
        assert house.connection_of(job).connection_id == connection.connection_id
        assert house.connection_of(job).state is ConnectionState.CONNECTED

    def test_disconnecting_again_after_that_is_a_new_job(self, house, connection):
        first = ask(house, connection)
        work(house, first)
        house.finish_import(house.come_back(house.begin_consent()).job)

        assert ask(house, connection).job_id != first.job_id


class TestRemoving:
    def test_the_accounts_contacts_are_removed(self, house, connection):
        job = work(house, ask(house, connection, "remove"))

        assert (job.state, job.counts.removed, house.book()) == (JobState.COMPLETED, 5, [])
        assert now(house, connection).state is ConnectionState.DISCONNECTED

    def test_contacts_of_another_account_stay(self, house, connection):
        job = house.come_back(house.begin_consent(provider="microsoft")).job
        house.import_contacts(job, ["m1", "m2"])

        work(house, ask(house, connection, "remove"))
        assert house.book() == ["Person m1", "Person m2"]

    def test_if_the_time_is_up_the_next_run_does_the_rest_once(self, house, connection):
        job = ask(house, connection, "remove")
        hurried = house.run(job)
        hurried.commit = _then(hurried.commit, times=2, do=lambda: setattr(hurried, "until", house.clock.now()))
        house.disconnect_step(hurried)
        assert (hurried.job.is_finished, len(house.book())) == (False, 2)
        assert now(house, connection).state is ConnectionState.DISCONNECTING

        house.clock.advance(minutes=2)
        done = work(house, job)
        assert (done.counts.removed, house.book(), len(house.google.revoked)) == (5, [], 1)
        assert done.details["revoked"] == "yes"

    @pytest.mark.parametrize("commit", [1, 2])
    def test_a_concurrent_edit_is_not_overwritten(self, house, connection, commit):
        job = ask(house, connection, "remove")
        run = house.run(job)
        run.commit = _before(run.commit, at=commit, do=lambda: _edited(house))
        house.disconnect_step(run)

        assert (run.job.state, run.job.counts.removed, house.book()) == (JobState.COMPLETED, 5, [])


class TestRevoking:
    def test_a_failed_revocation_is_tried_again(self, house, connection):
        house.google.fail["revoke"] = ProviderBroken("no")
        job = ask(house, connection)

        with pytest.raises(ProviderBroken):
            house.disconnect_step(house.run(job))
        assert house.tokens_of(connection).refresh_token

    def test_a_busy_provider_counts_as_a_failure(self, house, connection):
        house.google.fail["revoke"] = ProviderBusy("wait")

        with pytest.raises(ProviderBroken):
            house.disconnect_step(house.run(ask(house, connection)))

    def test_after_three_failures_it_continues_and_records_that(self, house, connection, client):
        house.google.fail["revoke"] = ProviderBroken("no")
        job = ask(house, connection)
        item = client.tables["jobs"].items[(f"job#{job.job_id}", "job")]
        item["failures"] = {"N": str(MOST_REVOCATION_FAILURES)}

        done = work(house, job)
        assert (done.state, done.details["revoked"], house.google.revoked) == (JobState.COMPLETED, "failed", [])

    @pytest.mark.parametrize(("revokes", "outcome"), [(True, "yes"), (False, "not_offered")])
    def test_the_job_records_the_result_of_the_revocation(self, house, connection, revokes, outcome):
        house.google.revokes = revokes

        assert work(house, ask(house, connection)).details["revoked"] == outcome

    def test_a_grant_that_cannot_be_revoked_does_not_block(self, house, connection):
        house.google.fail["revoke"] = Misconfigured("no such client")

        assert work(house, ask(house, connection)).details["revoked"] == "failed"

    def test_a_crash_between_revoking_and_deleting_tokens_is_harmless(self, house, connection):
        job = ask(house, connection)
        run = house.run(job)
        run.commit = _crash
        with pytest.raises(KeyboardInterrupt):
            house.disconnect_step(run)

        house.clock.advance(minutes=2)
        assert work(house, job).details["revoked"] == "yes"


def _edited(house):
    """A person edits one of the contacts."""
    contact = min(house.contacts.all("ann"), key=lambda each: each.contact_id)
    books = BookStore(house.jobs.dynamo, house.jobs.table, house.jobs)
    assert books.commit_edit("ann", [contact.contact_id], [house.contacts.put_write("ann", contact)])


def _then(call, *, times, do):
    left = [times]

    def wrapped(progress):
        call(progress)
        left[0] -= 1
        if not left[0]:
            do()

    return wrapped


def _before(call, *, at, do):
    count = [0]

    def wrapped(progress):
        count[0] += 1
        if count[0] == at:
            do()
        call(progress)

    return wrapped


def _crash(_):
    raise KeyboardInterrupt
