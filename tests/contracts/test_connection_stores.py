"""The stores of consents and connections, on the fake and on the embedded AWS alike."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.connection import Connection, ConnectionState
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.accounts.consent import LIFE, Consent, ConsentVoid, HeldConsent
from chalicelib.accounts.consent_store import ConsentStore
from chalicelib.foundation.dynamo import TransactionCanceled
from chalicelib.foundation.errors import Conflict, NotFound
from chalicelib.foundation.ids import fresh_id
from chalicelib.providers.provider import Account
from tests.fakes.clock import NOON

CONNECTED = Connection(
    "conn-1",
    "ada",
    "google",
    "sub-1",
    "ada@example.org",
    ("contacts.readonly",),
    ConnectionState.CONNECTED,
    1,
    NOON,
    sealed=b"sealed",
    last_import="j1",
)


@pytest.fixture
def store(ground: Any) -> ConnectionStore:
    return ConnectionStore(ground.dynamo, ground.names.people, ground.clock)


@pytest.fixture
def consents(ground: Any) -> ConsentStore:
    return ConsentStore(ground.dynamo, ground.names.people, ground.clock)


def land(store: ConnectionStore, *writes: Any) -> None:
    store.dynamo.transact(writes, token=fresh_id())


def connected(store: ConnectionStore) -> Connection:
    land(store, store.writes.connect(CONNECTED, None))
    return store.get("ada", "conn-1")


class TestConnecting:
    def test_keeps_what_is_known_of_the_account(self, store):
        assert connected(store) == CONNECTED
        assert [one.address for one in store.of_owner("ada")] == ["ada@example.org"]
        assert store.of_owner("ada")[0].sealed is None

    def test_twice_at_once_makes_one_connection(self, store):
        connected(store)

        with pytest.raises(TransactionCanceled):
            land(store, store.writes.connect(CONNECTED, None))

    def test_of_another_person_is_not_found(self, store):
        connected(store)

        with pytest.raises(NotFound):
            store.get("eve", "conn-1")

    def test_is_refused_while_it_is_being_disconnected(self, store):
        seen = connected(store)
        land(store, store.writes.start_disconnect(seen, "d1"))
        seen = store.get("ada", "conn-1")

        with pytest.raises(TransactionCanceled):
            land(store, store.writes.connect(CONNECTED, seen))


class TestTokens:
    def test_the_newest_are_kept_and_an_outdated_write_is_refused(self, store):
        seen = connected(store)
        saved = store.save_tokens(seen, b"newer")

        assert (saved.sealed, saved.token_version) == (b"newer", 2)
        assert store.save_tokens(seen, b"other") is None
        assert store.save_tokens(seen, b"newer") == saved
        assert store.get("ada", "conn-1").sealed == b"newer"

    def test_are_not_kept_once_the_account_is_being_disconnected(self, store):
        seen = connected(store)
        land(store, store.writes.start_disconnect(seen, "d1"))

        with pytest.raises(Conflict):
            store.save_tokens(seen, b"newer")

    def test_are_forgotten_by_the_job_that_disconnects_and_by_no_other(self, store):
        seen = connected(store)
        land(store, store.writes.start_disconnect(seen, "d1"))

        with pytest.raises(TransactionCanceled):
            land(store, store.writes.forget_tokens(seen, "d2"))
        land(store, store.writes.forget_tokens(seen, "d1"))
        assert store.get("ada", "conn-1").sealed is None

        land(store, store.writes.finish_disconnect(seen, "d1"))
        assert store.get("ada", "conn-1").state is ConnectionState.DISCONNECTED

    def test_that_are_dead_mark_the_connection_unless_it_was_connected_again(self, store):
        seen = connected(store)
        store.mark_needs_reconnect(replace(seen, connected_at=NOON - timedelta(days=1)))
        assert store.get("ada", "conn-1").state is ConnectionState.CONNECTED

        store.mark_needs_reconnect(seen)
        assert store.get("ada", "conn-1").state is ConnectionState.NEEDS_RECONNECT


def consent(**more: Any) -> Consent:
    made = Consent("c1", "ada", "Ada", "google", "home", "cookie-hash", b"verifier", "j1", NOON + LIFE)
    return replace(made, **more)


class TestAConsent:
    def test_is_used_once(self, consents):
        consents.add(consent())

        assert consents.use("c1", "google") == consent()
        with pytest.raises(ConsentVoid):
            consents.use("c1", "google")

    def test_is_void_after_ten_minutes(self, consents, clock):
        consents.add(consent())
        clock.advance(LIFE)

        with pytest.raises(ConsentVoid):
            consents.use("c1", "google")

    def test_is_not_used_up_by_the_other_providers_callback(self, consents):
        consents.add(consent())

        with pytest.raises(ConsentVoid):
            consents.use("c1", "microsoft")
        assert consents.use("c1", "google") == consent()

    def test_an_unknown_one_is_invalid(self, consents):
        with pytest.raises(ConsentVoid):
            consents.use("c9", "google")

    def test_held_back_is_used_once_and_its_tokens_are_forgotten(self, consents):
        account = Account("sub-1", "ada@example.org")
        held = HeldConsent("h1", "ada", "Ada", "google", None, "j1", account, ("s",), b"sealed", NOON + LIFE)
        consents.hold(held)

        assert consents.use_held("h1") == held
        consents.forget_held("h1")
        consents.forget_held("h2")
        with pytest.raises(ConsentVoid):
            consents.use_held("h1")
