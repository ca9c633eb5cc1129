"""The writes on a connection, each with its condition: whoever decided on what is not so any more is refused."""

from dataclasses import replace

import pytest

from chalicelib.accounts.connection import ConnectionState
from chalicelib.foundation.dynamo import ResponseLost, TransactionCanceled
from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.ids import fresh_id


@pytest.fixture
def seen(house):
    """A connection as somebody read it before something else happened."""
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
    def test_where_there_was_none_it_lands_only_while_there_is_none(self, house, seen):
        assert not lands(house, house.connections.writes.connect(seen, None))
        assert lands(house, house.connections.writes.connect(replace(seen, owner="bob"), None))

    def test_tokens_saved_meanwhile_are_not_overwritten(self, house, seen):
        house.access.of(seen).refresh()

        assert not lands(house, house.connections.writes.connect(seen, seen))
        assert lands(house, house.connections.writes.connect(seen, now(house, seen)))

    def test_what_is_being_disconnected_is_not_connected(self, house, seen):
        house.disconnect("ann", seen.connection_id)

        assert not lands(house, house.connections.writes.connect(seen, seen))

    def test_each_connecting_makes_the_tokens_a_newer_version(self, house, seen):
        lands(house, house.connections.writes.connect(seen, seen))

        assert now(house, seen).token_version == seen.token_version + 1


class TestBeginning:
    def test_only_one_of_two_that_saw_the_same_begins(self, house, seen):
        assert lands(house, house.connections.writes.start_import(seen, "first"))
        assert not lands(house, house.connections.writes.start_import(seen, "second"))

    def test_nothing_begins_where_the_consent_was_lost_meanwhile(self, house, seen):
        house.connections.mark_needs_reconnect(seen)

        assert not lands(house, house.connections.writes.start_import(seen, "job"))


class TestDeciding:
    def test_only_one_of_two_that_saw_the_same_decides(self, house, seen):
        assert lands(house, house.connections.writes.decide_removals(seen, seen.last_finished))
        assert not lands(house, house.connections.writes.decide_removals(seen, seen.last_finished))

    def test_a_newer_import_that_ended_meanwhile_has_the_last_word(self, house, seen):
        house.finish_import(house.import_again("ann", seen.connection_id))

        assert not lands(house, house.connections.writes.decide_removals(seen, seen.last_finished))
        assert not house.connections.decide(seen, seen.last_finished)

    def test_a_disconnect_meanwhile_has_the_last_word(self, house, seen):
        house.disconnect("ann", seen.connection_id)

        assert not lands(house, house.connections.writes.decide_removals(seen, seen.last_finished))

    def test_a_decision_whose_answer_got_lost_is_recognised(self, house, seen):
        assert house.connections.decide(seen, seen.last_finished)
        assert house.connections.decide(seen, seen.last_finished)


class TestDisconnecting:
    def test_it_is_marked_only_as_it_was_seen(self, house, seen):
        house.connections.mark_needs_reconnect(seen)

        assert not lands(house, house.connections.writes.start_disconnect(seen, "job"))
        assert lands(house, house.connections.writes.start_disconnect(now(house, seen), "job"))

    def test_an_import_that_began_meanwhile_is_not_overlooked(self, house, seen):
        house.import_again("ann", seen.connection_id)

        assert not lands(house, house.connections.writes.start_disconnect(seen, "job"))

    def test_removals_that_began_meanwhile_are_not_overlooked(self, house, seen):
        house.connections.decide(seen, seen.last_finished)

        assert not lands(house, house.connections.writes.start_disconnect(seen, "job"))

    def test_a_second_job_does_not_take_the_place_of_one_it_did_not_see(self, house, seen):
        lands(house, house.connections.writes.start_disconnect(seen, "first"))
        as_seen = replace(now(house, seen), disconnect_job=None)

        assert not lands(house, house.connections.writes.start_disconnect(as_seen, "second"))

    @pytest.mark.parametrize("step", ["forget_tokens", "finish_disconnect"])
    def test_only_the_job_that_takes_it_apart_does_so(self, house, seen, step):
        lands(house, house.connections.writes.start_disconnect(seen, "job"))
        write = getattr(house.connections.writes, step)

        assert not lands(house, write(seen, "another job"))
        assert lands(house, write(seen, "job"))

    @pytest.mark.parametrize("step", ["forget_tokens", "finish_disconnect"])
    def test_once_it_is_disconnected_that_job_has_nothing_more_to_say(self, house, seen, step):
        lands(house, house.connections.writes.start_disconnect(seen, "job"))
        house.connections.dynamo.transact(
            [house.connections.writes.finish_disconnect(seen, "job")], token="disconnected"
        )

        assert not lands(house, getattr(house.connections.writes, step)(seen, "job"))


class TestTokens:
    def test_a_save_whose_answer_got_lost_is_known_as_ones_own(self, house, seen, client):
        unlucky = replace(house.connections, dynamo=replace(house.connections.dynamo, client=_LosesOneAnswer(client)))

        saved = unlucky.save_tokens(seen, b"newer")
        assert (saved.sealed, saved.token_version) == (b"newer", seen.token_version + 1)

    def test_whoever_did_not_see_the_last_save_does_not_save(self, house, seen):
        house.connections.save_tokens(seen, b"theirs")

        assert house.connections.save_tokens(seen, b"ours") is None
        assert now(house, seen).sealed == b"theirs"

    def test_a_refusal_does_not_bring_back_what_is_being_disconnected(self, house, seen):
        house.disconnect("ann", seen.connection_id)
        house.connections.mark_needs_reconnect(seen)

        assert now(house, seen).state is ConnectionState.DISCONNECTING


class TestErasing:
    def test_nothing_of_the_owner_is_left_and_everything_of_others(self, house, seen, client):
        house.connected(provider="microsoft")
        theirs = house.connected("bob")

        assert (house.connections.erase("ann"), house.connections.erase("ann")) == (2, 0)
        assert house.connections.of_owner("ann") == []
        assert now(house, theirs).sealed

    def test_whatever_comes_late_finds_nothing_to_save_into(self, house, seen):
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
