"""Access tokens for a step: refreshed in time, stored before use, and never lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.accounts.access_tokens import MarkLostConsent, OpenAccount
from chalicelib.accounts.connection import ConnectionState
from chalicelib.accounts.lost_consent import NoteLostConsent
from chalicelib.foundation.dynamo import ResponseLost
from chalicelib.foundation.errors import Conflict, ConsentNeeded, ProviderBroken
from chalicelib.jobs.activity import ActivityKind, ActivityStore
from tests.fakes.lost_responses import LosesRequests, LosesResponses

DEAD = ConsentNeeded("Google no longer lets us read. Connect the account again.")


@pytest.fixture
def connection(house):
    return house.connect_and_import()


def state_of(house, connection):
    return house.connections.get(connection.owner, connection.connection_id).state


def with_client(house, client):
    """The same access tokens, over another way to DynamoDB."""
    dynamo = replace(house.connections.dynamo, client=client)
    return replace(house.access, connections=replace(house.connections, dynamo=dynamo))


class TestToken:
    def test_a_valid_token_is_used_without_a_refresh(self, house, connection):
        assert house.access.of(connection).token() == house.tokens_of(connection).access_token
        assert house.google.refreshed == []

    @pytest.mark.parametrize(("left", "refreshes"), [(timedelta(minutes=5), 0), (timedelta(minutes=4, seconds=59), 1)])
    def test_one_with_less_than_five_minutes_left_is_refreshed_first(self, house, connection, left, refreshes):
        house.clock.at = house.tokens_of(connection).expires_at - left

        house.access.of(connection).token()
        assert len(house.google.refreshed) == refreshes

    def test_a_refreshed_token_is_not_refreshed_again_while_it_lasts(self, house, connection):
        house.clock.advance(hours=2)
        tokens = house.access.of(connection)

        assert tokens.token() == tokens.token()
        assert len(house.google.refreshed) == 1

    def test_a_refreshed_token_is_stored_before_it_is_used(self, house, connection):
        house.clock.advance(hours=2)

        assert house.access.of(connection).token() == house.tokens_of(connection).access_token

    def test_the_newest_refresh_token_is_the_one_kept(self, house, connection):
        house.google.rotates = True
        house.clock.advance(hours=2)
        tokens = house.access.of(connection)
        tokens.token()
        house.clock.advance(hours=2)
        tokens.token()

        first, second = house.google.refreshed
        assert second != first
        assert house.tokens_of(connection).refresh_token not in (first, second)

    def test_a_refresh_that_gives_no_new_refresh_token_keeps_the_old_one(self, house, connection):
        before = house.tokens_of(connection).refresh_token
        house.clock.advance(hours=2)
        house.access.of(connection).token()

        assert house.tokens_of(connection).refresh_token == before

    def test_an_account_without_a_refresh_token_is_read_until_its_token_expires(self, house):
        house.google.lasting = False
        connection = house.connect_and_import()
        house.clock.advance(minutes=58)
        assert house.access.of(connection).token()

        house.clock.advance(minutes=3)
        with pytest.raises(ConsentNeeded):
            house.access.of(connection).token()
        assert state_of(house, connection) is ConnectionState.NEEDS_RECONNECT

    def test_printed_objects_do_not_contain_tokens(self, house, connection):
        tokens = house.access.of(connection)
        tokens.token()

        assert "canary" not in repr(tokens) + repr(house.tokens_of(connection)) + repr(connection)


class TestRefusal:
    def test_a_rejected_token_is_replaced_even_if_it_has_not_expired(self, house, connection):
        tokens = house.access.of(connection)
        refused = tokens.token()

        assert tokens.refresh() != refused
        assert tokens.token() == house.tokens_of(connection).access_token

    def test_an_invalid_refresh_token_means_that_the_person_must_connect_again(self, house, connection):
        house.google.fail["refresh"] = DEAD

        with pytest.raises(ConsentNeeded):
            house.access.of(connection).refresh()
        assert state_of(house, connection) is ConnectionState.NEEDS_RECONNECT

    def test_an_error_of_the_token_endpoint_is_not_a_lost_consent(self, house, connection):
        house.google.fail["refresh"] = ProviderBroken("no")
        before = house.tokens_of(connection)

        with pytest.raises(ProviderBroken):
            house.access.of(connection).refresh()
        assert state_of(house, connection) is ConnectionState.CONNECTED
        assert house.tokens_of(connection) == before


class TestRaces:
    def test_a_second_save_uses_the_tokens_of_the_first(self, house, connection):
        house.google.rotates = True
        slow, fast = house.access.of(connection), house.access.of(connection)
        fast_token = fast.refresh()

        assert slow.refresh() == fast_token == house.tokens_of(connection).access_token

    def test_an_invalid_token_does_not_matter_if_a_newer_one_was_saved(self, house, connection):
        slow = house.access.of(connection)
        newer = house.access.of(connection).refresh()
        house.google.fail["refresh"] = DEAD

        assert slow.refresh() == newer
        assert state_of(house, connection) is ConnectionState.CONNECTED

    def test_a_lost_response_is_recognized(self, house, connection, client):
        unlucky = with_client(house, LosesResponses(client, "update_item"))

        token = unlucky.of(connection).refresh()
        assert house.tokens_of(connection).access_token == token

    def test_a_save_that_never_arrives_leaves_the_good_refresh_token_in_place(self, house, connection, client):
        before = house.tokens_of(connection)
        unlucky = with_client(house, LosesRequests(client, "update_item"))

        with pytest.raises(ResponseLost):
            unlucky.of(connection).refresh()
        assert house.tokens_of(connection) == before

    def test_nothing_is_saved_once_the_account_is_being_disconnected(self, house, connection, client):
        tokens = house.access.of(connection)
        house.disconnect("ann", connection.connection_id)
        before = house.tokens_of(connection)

        with pytest.raises(Conflict):
            tokens.refresh()
        assert house.tokens_of(connection) == before

    def test_a_late_rejection_does_not_undo_a_reconnect(self, house, connection):
        house.clock.advance(minutes=1)
        house.come_back(house.begin_consent())

        house.connections.mark_needs_reconnect(connection)
        assert state_of(house, connection) is ConnectionState.CONNECTED


class TestOpening:
    @pytest.fixture
    def opened(self, house):
        return OpenAccount(house.connections, house.access, lambda name: f"the provider {name}")

    def test_an_import_gets_its_connection_its_provider_and_its_tokens(self, house, opened):
        job = house.come_back(house.begin_consent()).job

        connection, provider, tokens = opened(job)
        assert (connection.connection_id, provider) == (job.details["connection_id"], "the provider google")
        assert tokens.token()

    def test_an_account_that_must_be_connected_again_is_not_opened(self, house, opened):
        job = house.come_back(house.begin_consent()).job
        house.connections.mark_needs_reconnect(house.connection_of(job))

        with pytest.raises(ConsentNeeded):
            opened(job)

    def test_an_account_being_disconnected_is_not_opened(self, house, opened):
        job = house.come_back(house.begin_consent()).job
        house.disconnect("ann", job.details["connection_id"])

        with pytest.raises(Conflict):
            opened(job)


class TestMarkingLostConsent:
    """Whatever a step finds refused, the list of connections says so."""

    def test_a_step_that_loses_consent_marks_the_connection(self, house):
        job = house.come_back(house.begin_consent()).job
        house.clock.advance(seconds=1)

        with pytest.raises(ConsentNeeded):
            MarkLostConsent(_refused, house.connections, house.note_lost_consent, house.clock)(house.run(job))
        assert state_of(house, house.connection_of(job)) is ConnectionState.NEEDS_RECONNECT

    def test_it_is_told_once_with_the_mark(self, house):
        job = house.come_back(house.begin_consent()).job
        seen = house.connection_of(job)
        note = ActivityStore(house.jobs.dynamo, house.jobs.table)
        told = NoteLostConsent(
            house.connections, lambda each: note.noted(ActivityKind.CONSENT_LOST, house.clock.now(), each.owner)
        )
        for _ in range(2):
            told(seen)

        assert [event.kind for event in note.of_person("ann", before="~")] == ["consent-lost"]

    def test_it_is_not_marked_if_the_person_connected_again_meanwhile(self, house):
        job = house.come_back(house.begin_consent()).job
        run = house.run(job)

        def slow(_):
            house.clock.advance(seconds=5)
            house.come_back(house.begin_consent())
            raise DEAD

        with pytest.raises(ConsentNeeded):
            MarkLostConsent(slow, house.connections, house.note_lost_consent, house.clock)(run)
        assert state_of(house, house.connection_of(job)) is ConnectionState.CONNECTED

    def test_any_other_error_does_not_mark_it(self, house):
        job = house.come_back(house.begin_consent()).job

        def broken(_):
            raise ProviderBroken("no")

        with pytest.raises(ProviderBroken):
            MarkLostConsent(broken, house.connections, house.note_lost_consent, house.clock)(house.run(job))
        assert state_of(house, house.connection_of(job)) is ConnectionState.CONNECTED


def _refused(_):
    raise DEAD
