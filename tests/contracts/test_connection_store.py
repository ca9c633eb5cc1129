"""The specification of the store of connections, for the fake DynamoDB and the embedded AWS alike.

A write that is based on an outdated read fails.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.connection import Connection, ConnectionState
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.accounts.connection_writes import LARGEST_SYNC
from chalicelib.foundation.errors import Conflict, NotFound
from chalicelib.jobs.job import Job, JobState
from tests.accounts.making import CONNECTED, connect
from tests.contracts.stores import losing_one_response, transact
from tests.fakes.clock import NOON

READ_IMPORT = Job(
    "j1", "ada", "provider-import", JobState.PROCESSING, 1, NOON, details={"connection_id": CONNECTED.connection_id}
)
"""The first import of the account, after it has read everything."""


@pytest.fixture
def store(ground: Any) -> ConnectionStore:
    return ConnectionStore(ground.dynamo, ground.names.people, ground.clock)


@pytest.fixture
def seen(store: ConnectionStore) -> Connection:
    """A connection after its first import, as it was read before a later change."""
    connect(store)
    transact(store, store.writes.finish_import(READ_IMPORT, "sync-1"))
    return now(store)


def now(store: ConnectionStore) -> Connection:
    return store.get(CONNECTED.owner, CONNECTED.connection_id)


def start_disconnect(store: ConnectionStore, seen: Connection) -> None:
    assert transact(store, store.writes.start_disconnect(seen, "d1"))


class TestReading:
    def test_a_connection_has_everything_that_was_stored(self, store):
        assert connect(store) == CONNECTED

    def test_another_persons_and_a_missing_one_are_both_not_found(self, store, seen):
        for owner, connection_id in (("eve", seen.connection_id), ("ada", "missing")):
            with pytest.raises(NotFound):
                store.get(owner, connection_id)

    def test_a_list_has_neither_tokens_nor_sync_states(self, store, seen):
        assert (seen.sealed, seen.sync) == (b"sealed", "sync-1")
        assert store.of_owner("ada") == [replace(seen, sealed=None, sync=None)]

    def test_a_list_is_of_one_person_and_oldest_first(self, store):
        for connection in (
            replace(CONNECTED, connection_id="conn-0", connected_at=NOON + timedelta(minutes=1)),
            CONNECTED,
            replace(CONNECTED, owner="bob"),
        ):
            connect(store, connection)

        assert [each.connection_id for each in store.of_owner("ada")] == ["conn-1", "conn-0"]


class TestConnecting:
    def test_creating_fails_if_the_connection_exists_by_then(self, store, seen):
        assert not transact(store, store.writes.connect(seen, None))
        assert transact(store, store.writes.connect(replace(seen, owner="bob"), None))

    def test_concurrently_saved_tokens_are_not_overwritten(self, store, seen):
        store.save_tokens(seen, b"newer")

        assert not transact(store, store.writes.connect(seen, seen))
        assert transact(store, store.writes.connect(seen, now(store)))

    def test_an_account_being_disconnected_cannot_be_connected(self, store, seen):
        start_disconnect(store, seen)

        assert not transact(store, store.writes.connect(seen, now(store)))

    def test_each_connect_increments_the_token_version(self, store, seen):
        transact(store, store.writes.connect(seen, seen))

        assert now(store).token_version == seen.token_version + 1


class TestImports:
    def test_only_one_of_two_concurrent_imports_starts(self, store, seen):
        assert transact(store, store.writes.start_import(seen, "first"))
        assert not transact(store, store.writes.start_import(seen, "second"))

    def test_nothing_starts_after_consent_was_lost(self, store, seen):
        store.mark_needs_reconnect(seen)

        assert not transact(store, store.writes.start_import(seen, "job"))

    @pytest.mark.parametrize(("sync", "stored"), [("sync-2", "sync-2"), (None, "sync-1"), ("x" * LARGEST_SYNC, None)])
    def test_the_end_stores_a_sync_state_that_is_not_too_large(self, store, seen, sync, stored):
        assert transact(store, store.writes.finish_import(replace(READ_IMPORT, job_id="j2"), sync))

        assert (now(store).last_finished, now(store).sync) == ("j2", stored)

    def test_an_import_cannot_end_while_the_account_is_being_disconnected(self, store, seen):
        start_disconnect(store, seen)

        assert not transact(store, store.writes.finish_import(READ_IMPORT, "late"))


class TestChoosing:
    def test_a_choice_is_stored_with_its_import_and_forgets_the_sync_state(self, store, seen):
        assert transact(store, store.writes.choose(seen, ("a", "b"), ["A", "B"], "j2"))

        chosen = now(store)
        assert (chosen.chosen, chosen.chosen_names) == (("a", "b"), ("A", "B"))
        assert (chosen.last_import, chosen.sync) == ("j2", None)
        assert store.of_owner("ada") == [replace(chosen, sealed=None)]

    def test_an_import_notes_new_names_of_what_is_chosen_and_the_next_choice_has_its_own(self, store, seen):
        transact(store, store.writes.choose(seen, ("a", "b"), ["A", "B"], "j2"))
        transact(store, store.writes.finish_import(replace(READ_IMPORT, job_id="j2"), None, {"a": "A2", "c": "C"}))

        assert now(store).chosen_names == store.of_owner("ada")[0].chosen_names == ("A2", "B")
        transact(store, store.writes.choose(now(store), ("a",), ["A3"], "j3"))
        assert now(store).names_by_choice == {"a": "A3"}

    def test_everything_is_stored_as_no_choice(self, store, seen):
        transact(store, store.writes.choose(seen, ("a",), ["A"], "j2"))
        transact(store, store.writes.choose(now(store), None, [], "j3"))

        assert (now(store).chosen, now(store).chosen_names) == (None, ())

    def test_only_one_of_two_concurrent_choices_is_stored(self, store, seen):
        assert transact(store, store.writes.choose(seen, ("a",), ["A"], "j2"))
        assert not transact(store, store.writes.choose(seen, ("b",), ["B"], "j3"))
        assert not transact(store, store.writes.start_import(seen, "j4"))

    def test_nothing_is_chosen_after_consent_was_lost(self, store, seen):
        store.mark_needs_reconnect(seen)

        assert not transact(store, store.writes.choose(seen, ("a",), ["A"], "j2"))

    def test_connecting_again_keeps_the_choice(self, store, seen):
        transact(store, store.writes.choose(seen, ("a",), ["A"], "j2"))
        known = now(store)
        transact(store, store.writes.connect(replace(known, last_import="j3"), known))

        assert now(store).chosen == ("a",)

    @pytest.mark.parametrize("first", ["start_import", "choose"])
    def test_an_account_waits_until_its_first_import_is_started(self, store, first):
        waiting = connect(store, replace(CONNECTED, last_import=None, waits_for_choice=True))
        assert (waiting.waits_for_choice, waiting.last_import) == (True, None)

        write = (
            store.writes.start_import(waiting, "j1")
            if first == "start_import"
            else store.writes.choose(waiting, None, [], "j1")
        )
        assert transact(store, write)
        assert (now(store).waits_for_choice, now(store).last_import) == (False, "j1")

    def test_a_disconnected_account_has_none(self, store, seen):
        transact(store, store.writes.choose(seen, ("a",), ["A"], "j2"))
        start_disconnect(store, now(store))
        transact(store, store.writes.forget_tokens(now(store), "d1"))

        assert (now(store).chosen, now(store).chosen_names, now(store).waits_for_choice) == (None, (), False)


class TestDecidingOnRemovals:
    def test_only_one_of_two_concurrent_decisions_is_stored(self, store, seen):
        assert transact(store, store.writes.decide_removals(seen, "j1"))
        assert not transact(store, store.writes.decide_removals(seen, "j1"))

    def test_a_decision_fails_after_a_newer_import_finished(self, store, seen):
        transact(store, store.writes.finish_import(replace(READ_IMPORT, job_id="j2"), None))

        assert not transact(store, store.writes.decide_removals(seen, "j1"))
        assert not store.decide(seen, "j1")

    def test_a_decision_fails_after_a_disconnect_started(self, store, seen):
        start_disconnect(store, seen)

        assert not transact(store, store.writes.decide_removals(seen, "j1"))

    def test_a_decision_whose_response_was_lost_is_recognized(self, store, seen):
        assert losing_one_response(store).decide(seen, "j1")
        assert now(store).decided == "j1"


class TestDisconnecting:
    def test_disconnecting_fails_if_the_connection_changed(self, store, seen):
        store.mark_needs_reconnect(seen)

        assert not transact(store, store.writes.start_disconnect(seen, "d1"))
        assert transact(store, store.writes.start_disconnect(now(store), "d1"))

    def test_disconnecting_fails_if_an_import_started_since(self, store, seen):
        transact(store, store.writes.start_import(seen, "j2"))

        assert not transact(store, store.writes.start_disconnect(seen, "d1"))

    def test_disconnecting_fails_if_removals_started_since(self, store, seen):
        store.decide(seen, "j1")

        assert not transact(store, store.writes.start_disconnect(seen, "d1"))

    def test_disconnecting_fails_if_another_disconnect_started_since(self, store, seen):
        start_disconnect(store, seen)
        outdated = replace(now(store), disconnect_job=None)

        assert not transact(store, store.writes.start_disconnect(outdated, "d2"))

    @pytest.mark.parametrize("step", ["forget_tokens", "finish_disconnect"])
    def test_only_its_disconnect_job_can_write(self, store, seen, step):
        start_disconnect(store, seen)
        write = getattr(store.writes, step)

        assert not transact(store, write(seen, "d2"))
        assert transact(store, write(seen, "d1"))

    @pytest.mark.parametrize("step", ["forget_tokens", "finish_disconnect"])
    def test_a_finished_disconnect_job_can_no_longer_write(self, store, seen, step):
        start_disconnect(store, seen)
        transact(store, store.writes.finish_disconnect(seen, "d1"))

        assert not transact(store, getattr(store.writes, step)(seen, "d1"))

    def test_neither_tokens_nor_sync_state_are_left(self, store, seen, clock):
        start_disconnect(store, seen)
        transact(store, store.writes.forget_tokens(seen, "d1"))
        transact(store, store.writes.finish_disconnect(seen, "d1"))

        left = now(store)
        assert (left.sealed, left.sync) == (None, None)
        assert (left.state, left.disconnected_at) == (ConnectionState.DISCONNECTED, clock.now())


class TestTokens:
    def test_newer_tokens_are_saved_and_increment_the_token_version(self, store, seen):
        saved = store.save_tokens(seen, b"newer")

        assert (saved.sealed, saved.token_version) == (b"newer", seen.token_version + 1)
        assert now(store) == saved

    def test_a_save_fails_if_other_tokens_were_saved_since(self, store, seen):
        store.save_tokens(seen, b"theirs")

        assert store.save_tokens(seen, b"ours") is None
        assert now(store).sealed == b"theirs"

    def test_a_save_whose_response_was_lost_is_recognized(self, store, seen):
        saved = losing_one_response(store).save_tokens(seen, b"newer")

        assert (saved.sealed, saved.token_version) == (b"newer", seen.token_version + 1)

    def test_nothing_is_saved_while_the_account_is_being_disconnected(self, store, seen):
        start_disconnect(store, seen)

        with pytest.raises(Conflict):
            store.save_tokens(seen, b"newer")
        assert now(store).sealed == seen.sealed

    def test_rejected_tokens_mark_the_connection(self, store, seen):
        store.mark_needs_reconnect(seen)

        assert now(store).state is ConnectionState.NEEDS_RECONNECT

    def test_what_goes_along_is_written_with_the_mark_and_once(self, store, seen):
        key = {"pk": {"S": "told"}, "sk": {"S": "told"}}
        tell = {
            "Update": {
                "TableName": store.table,
                "Key": key,
                "UpdateExpression": "ADD times :one",
                "ExpressionAttributeValues": {":one": {"N": "1"}},
            }
        }
        for _ in range(2):
            store.mark_needs_reconnect(seen, [tell])

        assert store.dynamo.get(store.table, key)["times"] == {"N": "1"}

    def test_rejected_tokens_do_not_mark_an_account_that_was_connected_again(self, store, seen):
        store.mark_needs_reconnect(replace(seen, connected_at=NOON - timedelta(days=1)))

        assert now(store).state is ConnectionState.CONNECTED

    def test_rejected_tokens_do_not_mark_an_account_being_disconnected(self, store, seen):
        start_disconnect(store, seen)
        store.mark_needs_reconnect(seen)

        assert now(store).state is ConnectionState.DISCONNECTING


class TestErasing:
    def test_only_the_owners_connections_are_deleted(self, store, seen):
        connect(store, replace(CONNECTED, connection_id="conn-2"))
        bobs = connect(store, replace(CONNECTED, owner="bob"))

        assert (store.erase("ada"), store.erase("ada")) == (2, 0)
        assert store.of_owner("ada") == []
        assert store.get("bob", bobs.connection_id) == bobs

    def test_late_writes_fail_after_erasing(self, store, seen):
        store.erase("ada")

        with pytest.raises(Conflict):
            store.save_tokens(seen, b"newer")
        store.mark_needs_reconnect(seen)
        for write in (store.writes.start_import, store.writes.decide_removals, store.writes.start_disconnect):
            assert not transact(store, write(seen, "j1"))
        assert store.of_owner("ada") == []
