"""Stores connections without going through a consent, for tests of stores."""

from chalicelib.accounts.connection import Connection, ConnectionState
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.foundation.ids import fresh_id
from tests.fakes.clock import NOON

CONNECTED = Connection(
    connection_id="conn-1",
    owner="ada",
    provider="google",
    account_id="sub-1",
    address="ada@example.org",
    scopes=("contacts.readonly",),
    state=ConnectionState.CONNECTED,
    token_version=1,
    connected_at=NOON,
    sealed=b"sealed",
    last_import="j1",
)


def connect(store: ConnectionStore, connection: Connection = CONNECTED) -> Connection:
    """Store a new connection; returns it as it was stored."""
    store.dynamo.transact([store.writes.connect(connection, None)], token=fresh_id())
    return store.get(connection.owner, connection.connection_id)
