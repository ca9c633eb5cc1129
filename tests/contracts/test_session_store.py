"""The specification of the store of sessions, for the fake DynamoDB and the embedded AWS alike.

A session is stored under a hash of its cookie for twelve hours, and deleted on request.
"""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.foundation.dynamo import Item
from chalicelib.foundation.http import Person
from chalicelib.foundation.ids import id_of
from chalicelib.signing_in.session_store import LIFE, SessionStore
from chalicelib.tables.keys import SESSION
from tests.accounts.making import connect

ACME = {"acme": frozenset({"importer", "admin"}), "other-1": frozenset({"member"})}
ANN = Person("ann", "Ann\ud7ff 😀", frozenset({"operator", "editor"}), ACME)
BOB = Person("bob", "bob@x.org")


@pytest.fixture
def sessions(ground: Any) -> SessionStore:
    return SessionStore(ground.dynamo, ground.names.people, ground.clock)


def stored_items(sessions: SessionStore, owner: str = "ann") -> list[Item]:
    pk = SESSION.partition(owner_id=id_of(owner))
    query = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": pk}}}
    return list(sessions.dynamo.query(TableName=sessions.table, ConsistentRead=True, **query))


class TestASession:
    def test_is_found_by_its_cookie(self, sessions):
        ann, bob = sessions.begin(ANN), sessions.begin(BOB)

        assert [sessions.find(each).person for each in (ann, bob)] == [ANN, BOB]

    def test_has_a_cookie_and_a_csrf_token_of_its_own(self, sessions):
        cookie_values = [sessions.begin(ANN) for _ in range(5)]

        assert len(set(cookie_values)) == len({sessions.find(each).csrf for each in cookie_values}) == 5

    def test_cannot_be_opened_with_anything_that_is_stored(self, sessions):
        cookie_value = sessions.begin(ANN)
        csrf = sessions.find(cookie_value).csrf

        stored = str(stored_items(sessions))
        assert cookie_value.partition(".")[2] not in stored
        assert csrf not in stored
        assert csrf not in cookie_value

    def test_is_not_found_by_its_secret_with_another_persons_id(self, sessions):
        ann, bob = sessions.begin(ANN), sessions.begin(BOB)
        mixed = f"{ann.partition('.')[0]}.{bob.partition('.')[2]}"

        assert sessions.find(mixed) is None

    def test_expires_after_twelve_hours_even_if_its_item_still_exists(self, sessions, clock):
        cookie_value = sessions.begin(ANN)
        clock.advance(hours=12, seconds=-1)
        assert sessions.find(cookie_value)
        clock.advance(seconds=1)

        assert timedelta(hours=12) == LIFE
        assert sessions.find(cookie_value) is None
        assert len(stored_items(sessions)) == 1

    def test_is_deleted_by_dynamodb_after_it_expired(self, sessions, clock):
        sessions.begin(ANN)
        (item,) = stored_items(sessions)

        assert int(item["ttl"]["N"]) == round((clock.now() + LIFE).timestamp())

    def test_ends_alone_and_ending_it_twice_changes_nothing(self, sessions):
        first, second, bobs = sessions.begin(ANN), sessions.begin(ANN), sessions.begin(BOB)
        sessions.end(first)
        sessions.end(first)

        assert sessions.find(first) is None
        assert sessions.find(second)
        assert sessions.find(bobs)


class TestErasing:
    def test_only_a_persons_own_sessions_are_deleted(self, sessions):
        anns, bobs = [sessions.begin(ANN) for _ in range(27)], sessions.begin(BOB)

        assert [sessions.erase(owner) for owner in ("ann", "ann", "")] == [27, 0, 0]
        assert not any(map(sessions.find, anns))
        assert sessions.find(bobs)

    def test_nothing_else_in_the_table_is_deleted(self, sessions, ground):
        connections = ConnectionStore(ground.dynamo, ground.names.people, ground.clock)
        connection = connect(connections)

        assert sessions.erase(connection.owner) == 0
        assert connections.get(connection.owner, connection.connection_id) == connection
