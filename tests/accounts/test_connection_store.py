"""The conditional writes of connections: a write based on an outdated read fails."""

from dataclasses import replace

import pytest

from chalicelib.accounts.connection import ConnectionState
from chalicelib.foundation.dynamo import ResponseLost, TransactionCanceled
from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.ids import fresh_id


@pytest.fixture
def seen(house):
    """A connection that was read before a later change."""
    return house.connected()


def lands(house, write) -> bool:
    try:
        house.connections.dynamo.transact([write], token=fresh_id())
    except TransactionCanceled:
        return False
    return True


def now(house, seen):
    return house.connections.get(seen.owner, seen.connection_id)


class TestConnecting:
    def test_creating_fails_if_the_connection_exists_by_then(self, house, seen):
        assert not lands(house, house.connections.writes.connect(seen, None))
        assert lands(house, house.connections.writes.connect(replace(seen, owner="bob"), None))

    def test_concurrently_saved_tokens_are_not_overwritten(self, house, seen):
        house.access.of(seen).refresh()

        assert not lands(house, house.connections.writes.connect(seen, seen))
        assert lands(house, house.connections.writes.connect(seen, now(house, seen)))

    def test_an_account_being_disconnected_cannot_be_connected(self, house, seen):
        house.disconnect("ann", seen.connection_id)

        assert not lands(house, house.connections.writes.connect(seen, seen))

    def test_each_connect_increments_the_token_version(self, house, seen):
        lands(house, house.connections.writes.connect(seen, seen))

        assert now(house, seen).token_version == seen.token_version + 1


class TestStarting:
    def test_only_one_of_two_concurrent_imports_starts(self, house, seen):
        assert lands(house, house.connections.writes.start_import(seen, "first"))
        assert not lands(house, house.connections.writes.start_import(seen, "second"))

    def test_nothing_starts_after_consent_was_lost(self, house, seen):
        house.connections.mark_needs_reconnect(seen)

        assert not lands(house, house.connections.writes.start_import(seen, "job"))


class TestDeciding:
    def test_only_one_of_two_concurrent_decisions_is_stored(self, house, seen):
        assert lands(house, house.connections.writes.decide_removals(seen, seen.last_finished))
        assert not lands(house, house.connections.writes.decide_removals(seen, seen.last_finished))

    def test_a_decision_fails_after_a_newer_import_finished(self, house, seen):
        house.finish_import(house.import_again("ann", seen.connection_id))

        assert not lands(house, house.connections.writes.decide_removals(seen, seen.last_finished))
        assert not house.connections.decide(seen, seen.last_finished)

    def test_a_decision_fails_after_a_disconnect_started(self, house, seen):
        house.disconnect("ann", seen.connection_id)

        assert not lands(house, house.connections.writes.decide_removals(seen, seen.last_finished))

    def test_a_decision_whose_response_was_lost_is_recognized(self, house, seen):
        assert house.connections.decide(seen, seen.last_finished)
        assert house.connections.decide(seen, seen.last_finished)


class TestDisconnecting:
    def test_disconnecting_fails_if_the_connection_changed(self, house, seen):
        house.connections.mark_needs_reconnect(seen)

        assert not lands(house, house.connections.writes.start_disconnect(seen, "job"))
        assert lands(house, house.connections.writes.start_disconnect(now(house, seen), "job"))

    def test_disconnecting_fails_if_an_import_started_since(self, house, seen):
        house.import_again("ann", seen.connection_id)

        assert not lands(house, house.connections.writes.start_disconnect(seen, "job"))

    def test_disconnecting_fails_if_removals_started_since(self, house, seen):
        house.connections.decide(seen, seen.last_finished)

        assert not lands(house, house.connections.writes.start_disconnect(seen, "job"))

    def test_disconnecting_fails_if_another_disconnect_started_since(self, house, seen):
        lands(house, house.connections.writes.start_disconnect(seen, "first"))
        as_seen = replace(now(house, seen), disconnect_job=None)

        assert not lands(house, house.connections.writes.start_disconnect(as_seen, "second"))

    @pytest.mark.parametrize("step", ["forget_tokens", "finish_disconnect"])
    def test_only_its_disconnect_job_can_write(self, house, seen, step):
        lands(house, house.connections.writes.start_disconnect(seen, "job"))
        write = getattr(house.connections.writes, step)

        assert not lands(house, write(seen, "another job"))
        assert lands(house, write(seen, "job"))

    @pytest.mark.parametrize("step", ["forget_tokens", "finish_disconnect"])
    def test_a_finished_disconnect_job_can_no_longer_write(self, house, seen, step):
        lands(house, house.connections.writes.start_disconnect(seen, "job"))
        house.connections.dynamo.transact(
            [house.connections.writes.finish_disconnect(seen, "job")], token="disconnected"
        )

        assert not lands(house, getattr(house.connections.writes, step)(seen, "job"))


class TestTokens:
    def test_a_save_whose_response_was_lost_is_recognized(self, house, seen, client):
        unlucky = replace(house.connections, dynamo=replace(house.connections.dynamo, client=_LosesOneAnswer(client)))

        saved = unlucky.save_tokens(seen, b"newer")
        assert (saved.sealed, saved.token_version) == (b"newer", seen.token_version + 1)

    def test_a_save_fails_if_tokens_were_saved_since(self, house, seen):
        house.connections.save_tokens(seen, b"theirs")

        assert house.connections.save_tokens(seen, b"ours") is None
        assert now(house, seen).sealed == b"theirs"

    def test_a_rejection_does_not_change_an_account_being_disconnected(self, house, seen):
        house.disconnect("ann", seen.connection_id)
        house.connections.mark_needs_reconnect(seen)

        assert now(house, seen).state is ConnectionState.DISCONNECTING


class TestErasing:
    def test_only_the_owners_connections_are_deleted(self, house, seen, client):
        house.connected(provider="microsoft")
        theirs = house.connected("bob")

        assert (house.connections.erase("ann"), house.connections.erase("ann")) == (2, 0)
        assert house.connections.of_owner("ann") == []
        assert now(house, theirs).sealed

    def test_late_writes_fail_after_erasing(self, house, seen):
        tokens = house.access.of(seen)
        tokens.token()
        house.connections.erase("ann")

        with pytest.raises(Conflict):
            tokens.refresh()
        house.connections.mark_needs_reconnect(seen)
        for write in (house.connections.writes.start_import, house.connections.writes.decide_removals):
            assert not lands(house, write(seen, seen.last_finished))
        assert house.connections.of_owner("ann") == []


class _LosesOneAnswer:
    def __init__(self, client):
        self._client, self._lost = client, False

    def __getattr__(self, name):
        return getattr(self._client, name)

    def update_item(self, **request):
        answer = self._client.update_item(**request)
        if not self._lost:
            self._lost = True
            raise ResponseLost
        return answer
