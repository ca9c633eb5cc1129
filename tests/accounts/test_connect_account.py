"""Connecting an account that is known, in use or being disconnected, or whose owner has a full queue."""

import pytest

from chalicelib.accounts.connection import ConnectionState
from chalicelib.foundation.errors import Conflict, TooMany
from chalicelib.jobs.job import JobState
from chalicelib.jobs.new_job import NewJob
from chalicelib.providers.provider import Account


class TestConnectingAgain:
    @pytest.mark.parametrize("is_lost", [False, True])
    def test_the_same_account_keeps_its_id_history_and_sync_state_and_reads_what_changed(self, house, is_lost):
        before = house.connect_and_import()
        if is_lost:
            house.connections.mark_needs_reconnect(before)

        started = house.come_back(house.begin_consent())

        after = house.connection_of(started.job)
        assert after.connection_id == before.connection_id
        assert (after.sync, after.last_finished) == ("sync-1", before.last_finished)
        assert started.job.details["mode"] == "incremental"
        assert len(house.connections.of_owner("ann")) == 1

    def test_with_other_scopes_everything_is_read_again(self, house):
        house.connect_and_import()
        house.google.scopes = (*house.google.scopes, "contacts.other.readonly")

        started = house.come_back(house.begin_consent())

        assert house.connection_of(started.job).sync is None
        assert started.job.details["mode"] == "full"

    def test_the_order_of_scopes_does_not_matter(self, house):
        house.connect_and_import()
        house.google.scopes = tuple(reversed(house.google.scopes))

        assert house.come_back(house.begin_consent()).job.details["mode"] == "incremental"

    def test_without_a_finished_import_everything_is_read(self, house):
        house.come_back(house.begin_consent())

        assert house.come_back(house.begin_consent()).job.details["mode"] == "full"

    def test_everything_is_read_while_removals_wait_for_a_decision(self, house):
        connection = house.connect_and_import()
        held = house.import_again("ann", connection.connection_id)
        house.import_contacts(held, [], held_back=3)
        waiting = house.come_back(house.begin_consent()).job
        house.decide("ann", held.job_id, "keep")
        decided = house.come_back(house.begin_consent()).job

        assert (waiting.details["mode"], decided.details["mode"]) == ("full", "incremental")

    def test_after_it_was_disconnected_everything_is_read(self, house):
        connection = house.connect_and_import()
        house.disconnect_step(house.run(house.disconnect("ann", connection.connection_id)))

        assert house.come_back(house.begin_consent()).job.details["mode"] == "full"

    def test_another_account_is_another_connection(self, house):
        house.connect_and_import()
        house.google.account = Account("sub-2", "eve@example.com")
        house.connect_and_import()

        assert [known.address for known in house.connections.of_owner("ann")] == ["ada@example.com", "eve@example.com"]

    def test_the_same_account_of_another_person_is_another_connection(self, house):
        assert house.connect_and_import("ann").connection_id != house.connect_and_import("bob").connection_id

    def test_a_grant_without_a_refresh_token_keeps_the_stored_one(self, house):
        before = house.tokens_of(house.connect_and_import())
        house.google.lasting = False

        started = house.come_back(house.begin_consent())

        after = house.tokens_of(house.connection_of(started.job))
        assert after.refresh_token == before.refresh_token
        assert after.access_token != before.access_token

    def test_a_new_refresh_token_replaces_the_old_one(self, house):
        before = house.tokens_of(house.connect_and_import())

        started = house.come_back(house.begin_consent())

        assert house.tokens_of(house.connection_of(started.job)).refresh_token != before.refresh_token

    def test_another_accounts_refresh_token_is_never_used(self, house):
        house.connect_and_import()
        house.google.account, house.google.lasting = Account("sub-2", "eve@example.com"), False

        started = house.come_back(house.begin_consent())

        assert house.tokens_of(house.connection_of(started.job)).refresh_token is None

    def test_it_repairs_an_account_that_needs_reconnecting(self, house):
        connection = house.connect_and_import()
        house.connections.mark_needs_reconnect(connection)

        started = house.come_back(house.begin_consent())

        assert house.connection_of(started.job).state is ConnectionState.CONNECTED

    def test_while_the_account_is_being_disconnected_it_is_refused(self, house):
        connection = house.connect_and_import()
        begun = house.begin_consent()
        house.disconnect("ann", connection.connection_id)

        with pytest.raises(Conflict, match="being disconnected"):
            house.come_back(begun)
        assert house.jobs.find(begun.job_id) is None
        assert house.connections.get("ann", connection.connection_id).state is ConnectionState.DISCONNECTING

    def test_a_full_queue_creates_nothing_and_the_grant_is_revoked(self, house):
        for number in range(house.jobs.max_queue_length):
            house.jobs.create(NewJob(f"job-{number}", "ann", "copy", {}))

        with pytest.raises(TooMany):
            house.come_back(house.begin_consent())
        assert house.connections.of_owner("ann") == []
        assert len(house.google.revoked) == 1

    def test_nothing_is_created_for_a_person_being_erased(self, house, client):
        house.connect_and_import()
        begun = house.begin_consent()
        line = client.tables["jobs"].items[next(key for key in client.tables["jobs"].items if "line" in key)]
        line["erasing"] = {"BOOL": True}

        with pytest.raises(Conflict, match="erased"):
            house.come_back(begun)
        assert house.jobs.find(begun.job_id) is None

    def test_the_first_import_is_queued_behind_running_jobs(self, house):
        first = house.come_back(house.begin_consent()).job
        second = house.come_back(house.begin_consent()).job

        assert house.jobs.queue("ann").jobs == (first.job_id, second.job_id)
        assert second.state is JobState.QUEUED
