"""The store of sessions, on the fake and on the embedded AWS alike."""

from typing import Any

import pytest

from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.foundation.http import Person
from chalicelib.signing_in.session_store import SessionStore
from tests.contracts.test_connection_stores import connected

ANN, BOB = Person("ann", "Ann\ud7ff 😀", frozenset({"operator"})), Person("bob", "bob@x.org")


@pytest.fixture
def sessions(ground: Any) -> SessionStore:
    return SessionStore(ground.dynamo, ground.names.people, ground.clock)


class TestSessions:
    def test_is_found_until_it_expires(self, sessions):
        ann, bob = sessions.begin(ANN), sessions.begin(BOB)
        assert [sessions.find(each).person for each in (ann, bob)] == [ANN, BOB]
        sessions.end(ann)
        sessions.end(ann)

        assert sessions.find(ann) is None
        assert sessions.find(bob)

    def test_all_of_a_person_go_together_and_nothing_else_of_the_table(self, sessions, ground):
        connections = ConnectionStore(ground.dynamo, ground.names.people, ground.clock)
        connected(connections)
        anns, bob = [sessions.begin(ANN) for _ in range(27)], sessions.begin(BOB)

        assert [sessions.erase(owner) for owner in ("ann", "ann", "ada", "")] == [27, 0, 0, 0]
        assert not any(map(sessions.find, anns))
        assert sessions.find(bob)
        assert connections.get("ada", "conn-1")
