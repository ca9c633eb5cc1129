"""A connection: its identity, what it says of itself, and how it is kept."""

from dataclasses import replace

import pytest

from chalicelib.accounts.connection import (
    ConnectionState,
    connection_id_of,
    displayed_state,
    is_for_connection,
    source_of,
)
from chalicelib.foundation.errors import Conflict, ConsentNeeded, NotFound
from chalicelib.jobs.job import JobState
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.refusals import ExtraWriteRefused
from tests.accounts.house import House, Interrupted


@pytest.fixture
def connection(house):
    return house.connected()


class TestIdentity:
    def test_it_is_the_same_for_the_same_account_of_the_same_owner_only(self):
        one = connection_id_of("ann", "google", "sub-1")

        assert one == connection_id_of("ann", "google", "sub-1")
        others = [("bob", "google", "sub-1"), ("ann", "microsoft", "sub-1"), ("ann", "google", "sub-2")]
        assert one not in [connection_id_of(*other) for other in others]

    def test_records_in_the_book_name_provider_and_connection(self, connection):
        assert (
            connection.source == source_of("google", connection.connection_id) == f"google:{connection.connection_id}"
        )


class TestShownState:
    def test_it_is_importing_while_an_import_of_it_is_in_the_line(self, house, connection):
        assert displayed_state(connection, house.jobs.unfinished("ann")) == "connected"
        house.import_again("ann", connection.connection_id)

        assert displayed_state(connection, house.jobs.unfinished("ann")) == "importing"

    def test_an_import_of_another_account_does_not_count(self, house, connection):
        other = house.connected(provider="microsoft")
        job = house.import_again("ann", other.connection_id)

        assert not is_for_connection(job, connection.connection_id)
        assert displayed_state(connection, house.jobs.unfinished("ann")) == "connected"

    def test_whoever_needs_to_act_is_told_first(self, house, connection):
        house.import_again("ann", connection.connection_id)
        house.connections.mark_needs_reconnect(connection)

        after = house.connections.get("ann", connection.connection_id)
        assert displayed_state(after, house.jobs.unfinished("ann")) == "needs_reconnect"


class TestReading:
    def test_somebody_elses_and_a_missing_one_are_both_not_found(self, house, connection):
        for owner, connection_id in (("bob", connection.connection_id), ("ann", "missing")):
            with pytest.raises(NotFound):
                house.connections.get(owner, connection_id)

    def test_a_list_holds_neither_tokens_nor_sync_states(self, house, connection):
        (listed,) = house.connections.of_owner("ann")

        assert (listed.sealed, listed.sync) == (None, None)
        assert listed.connection_id == connection.connection_id
        assert (listed.address, listed.scopes) == (connection.address, connection.scopes)

    def test_a_list_is_one_persons_alone_and_oldest_first(self, house, connection):
        house.clock.pass_(minutes=1)
        house.connected(provider="microsoft")
        house.connected("bob")

        assert [known.provider for known in house.connections.of_owner("ann")] == ["google", "microsoft"]

    def test_printing_it_shows_no_stored_secret(self, connection):
        assert repr(connection.sealed) not in repr(connection)


class TestUsability:
    @pytest.mark.parametrize(
        ("state", "told"),
        [
            (ConnectionState.NEEDS_RECONNECT, ConsentNeeded),
            (ConnectionState.DISCONNECTING, Conflict),
            (ConnectionState.DISCONNECTED, Conflict),
        ],
    )
    def test_only_a_connected_one_is_usable(self, connection, state, told):
        connection.check_usable()
        with pytest.raises(told):
            replace(connection, state=state).check_usable()


class TestRaces:
    def test_two_consents_of_one_new_account_make_one_connection_and_no_lost_token(self, client):
        house = House(client)
        first, second = house.begun(), house.begun()
        racing = house.over(Interrupted(client, lambda: house.come_back(first)))

        started = racing.come_back(second)

        (connection,) = house.connections.of_owner("ann")
        assert connection.last_import == started.job.job_id
        assert len(house.jobs.queue("ann").jobs) == 2
        assert house.tokens_of(connection).refresh_token

    def test_a_disconnect_and_a_reconnect_at_once_end_disconnecting(self, client):
        house = House(client)
        connection = house.connected()
        begun = house.begun()
        racing = house.over(Interrupted(client, lambda: house.disconnect("ann", connection.connection_id)))

        with pytest.raises(Conflict):
            racing.come_back(begun)
        assert house.connections.get("ann", connection.connection_id).state is ConnectionState.DISCONNECTING
        assert house.jobs.find(begun.job_id) is None

    def test_a_disconnect_job_of_the_past_cannot_touch_an_account_that_was_connected_again(self, house, connection):
        old = house.disconnect("ann", connection.connection_id)
        house.take_apart(house.run(old))
        job = house.come_back(house.begun()).job
        run = house.run(job)

        for write in (house.connections.writes.forget_tokens, house.connections.writes.finish_disconnect):
            with pytest.raises(ExtraWriteRefused):
                run.commit(Progress(None, state=JobState.COMPLETED, extra_writes=[write(connection, old.job_id)]))
        assert house.tokens_of(connection).refresh_token

    def test_an_import_cannot_end_on_an_account_that_is_being_disconnected(self, house, connection):
        other = house.connected(provider="microsoft")
        running = house.run(house.import_again("ann", other.connection_id))
        house.disconnect("ann", connection.connection_id)
        late = house.connections.writes.finish_import(house.jobs.get(connection.last_import), "late-sync")

        with pytest.raises(ExtraWriteRefused):
            running.commit(Progress(None, state=JobState.COMPLETED, extra_writes=[late]))
