"""A connection: its id, its displayed state, and whether contacts can be imported from it."""

from dataclasses import replace

import pytest

from chalicelib.accounts.connection import (
    ConnectionState,
    connection_id_of,
    displayed_state,
    is_for_connection,
    source_of,
)
from chalicelib.foundation.errors import Conflict, ConsentNeeded
from chalicelib.jobs.job import JobState
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.refusals import ExtraWriteRefused
from tests.accounts.house import House, Interrupted


@pytest.fixture
def connection(house):
    return house.connect_and_import()


class TestIdentity:
    def test_the_id_is_the_same_only_for_the_same_account_and_owner(self):
        one = connection_id_of("ann", "google", "sub-1")

        assert one == connection_id_of("ann", "google", "sub-1")
        others = [("bob", "google", "sub-1"), ("ann", "microsoft", "sub-1"), ("ann", "google", "sub-2")]
        assert one not in [connection_id_of(*other) for other in others]

    def test_the_source_key_has_provider_and_connection(self, connection):
        assert (
            connection.source == source_of("google", connection.connection_id) == f"google:{connection.connection_id}"
        )


class TestDisplayedState:
    def test_it_is_importing_while_an_import_of_it_is_queued(self, house, connection):
        assert displayed_state(connection, house.jobs.unfinished("ann")) == "connected"
        house.import_again("ann", connection.connection_id)

        assert displayed_state(connection, house.jobs.unfinished("ann")) == "importing"

    def test_an_import_of_another_account_does_not_count(self, house, connection):
        other = house.connect_and_import(provider="microsoft")
        job = house.import_again("ann", other.connection_id)

        assert not is_for_connection(job, connection.connection_id)
        assert displayed_state(connection, house.jobs.unfinished("ann")) == "connected"

    def test_a_state_that_needs_action_wins_over_importing(self, house, connection):
        house.import_again("ann", connection.connection_id)
        house.connections.mark_needs_reconnect(connection)

        after = house.connections.get("ann", connection.connection_id)
        assert displayed_state(after, house.jobs.unfinished("ann")) == "needs_reconnect"


def test_a_printed_connection_contains_no_secret(connection):
    assert repr(connection.sealed) not in repr(connection)


class TestCheckUsable:
    @pytest.mark.parametrize(
        ("state", "error_type"),
        [
            (ConnectionState.NEEDS_RECONNECT, ConsentNeeded),
            (ConnectionState.DISCONNECTING, Conflict),
            (ConnectionState.DISCONNECTED, Conflict),
        ],
    )
    def test_only_a_connected_account_is_usable(self, connection, state, error_type):
        connection.check_usable()
        with pytest.raises(error_type):
            replace(connection, state=state).check_usable()


class TestRaces:
    def test_two_consents_for_one_new_account_create_one_connection_and_lose_no_token(self, client):
        house = House(client)
        first, second = house.begin_consent(), house.begin_consent()
        racing = house.over(Interrupted(client, lambda: house.come_back(first)))

        started = racing.come_back(second)

        (connection,) = house.connections.of_owner("ann")
        assert connection.last_import == started.job.job_id
        assert len(house.jobs.queue("ann").jobs) == 2
        assert house.tokens_of(connection).refresh_token

    def test_a_concurrent_disconnect_and_reconnect_end_disconnecting(self, client):
        house = House(client)
        connection = house.connect_and_import()
        begun = house.begin_consent()
        racing = house.over(Interrupted(client, lambda: house.disconnect("ann", connection.connection_id)))

        with pytest.raises(Conflict):
            racing.come_back(begun)
        assert house.connections.get("ann", connection.connection_id).state is ConnectionState.DISCONNECTING
        assert house.jobs.find(begun.job_id) is None

    def test_an_old_disconnect_job_cannot_change_an_account_that_was_connected_again(self, house, connection):
        old = house.disconnect("ann", connection.connection_id)
        house.disconnect_step(house.run(old))
        job = house.come_back(house.begin_consent()).job
        run = house.run(job)

        for write in (house.connections.writes.forget_tokens, house.connections.writes.finish_disconnect):
            with pytest.raises(ExtraWriteRefused):
                run.commit(Progress(None, state=JobState.COMPLETED, extra_writes=[write(connection, old.job_id)]))
        assert house.tokens_of(connection).refresh_token

    def test_an_import_cannot_end_on_an_account_that_is_being_disconnected(self, house, connection):
        other = house.connect_and_import(provider="microsoft")
        running = house.run(house.import_again("ann", other.connection_id))
        house.disconnect("ann", connection.connection_id)
        late = house.connections.writes.finish_import(house.jobs.get(connection.last_import), "late-sync")

        with pytest.raises(ExtraWriteRefused):
            running.commit(Progress(None, state=JobState.COMPLETED, extra_writes=[late]))
