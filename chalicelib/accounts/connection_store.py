"""The store of connections. `writes` builds what a caller writes in a transaction of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.accounts.connection import Connection, disconnecting_conflict
from chalicelib.accounts.connection_rows import ConnectionRow, to_connection
from chalicelib.accounts.connection_writes import USABLE_STATES, ConnectionWrites
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.dynamo import ConditionFailed, Dynamo, Item, TransactionCanceled, Write
from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.lost_responses import retry_lost
from chalicelib.tables.keys import CONNECTION

_LISTED = ", ".join(f"#{name}" for name in ConnectionRow.get_attributes() if name not in ("pk", "sk", "sealed", "sync"))
_LISTED_NAMES = {name: name[1:] for name in _LISTED.split(", ")}


@dataclass(frozen=True)
class ConnectionStore:
    """Reads and writes connections in the people table."""

    dynamo: Dynamo
    table: str
    clock: Clock

    @property
    def writes(self) -> ConnectionWrites:
        return ConnectionWrites(self.table, self.clock)

    def find(self, owner: str, connection_id: str) -> Connection | None:
        item = self.dynamo.get(self.table, CONNECTION.key(owner=owner, connection_id=connection_id).item)
        return None if item is None else to_connection(item)

    def get(self, owner: str, connection_id: str) -> Connection:
        """The connection.

        Raises:
            NotFound: this owner has no such connection.
        """
        connection = self.find(owner, connection_id)
        if connection is None:
            raise NotFound("Connection not found.")
        return connection

    def of_owner(self, owner: str) -> list[Connection]:
        """All connections of this owner, oldest first, without tokens and sync states."""
        items = self._query(owner, ProjectionExpression=_LISTED, ExpressionAttributeNames=_LISTED_NAMES)
        return sorted(map(to_connection, items), key=lambda connection: connection.connected_at)

    def erase(self, owner: str) -> int:
        """Delete all connections of this owner, including tokens. Safe to repeat.

        Later writes fail, because they require an existing connection. Unfinished consents are stored under hashes
        only, and expire within ten minutes.

        Returns:
            The number of deleted connections.
        """
        keys = list(self._query(owner, ProjectionExpression="pk, sk"))
        self.dynamo.delete_many(self.table, keys)
        return len(keys)

    def save_tokens(self, seen: Connection, sealed: bytes) -> Connection | None:
        """Save newer tokens. None if another run saved tokens since `seen` was read; then those are the newest.

        Raises:
            Conflict: the account is being disconnected, or was deleted.
            ResponseLost: it is unknown whether the tokens were saved.
        """
        try:
            return to_connection(self._send(self.writes.save_tokens(seen, sealed)))
        except ConditionFailed as refused:
            now = None if refused.old is None else to_connection(refused.old)
        if now is None or now.state.value not in USABLE_STATES:
            raise disconnecting_conflict()
        return now if now.sealed == sealed else None

    def mark_needs_reconnect(self, seen: Connection, extra_writes: Sequence[Write] = ()) -> bool:
        """Mark that consent is lost. Returns False if it is marked, or was given again since `seen` was read.

        Args:
            extra_writes: further writes of the same transaction, without conditions.
        """
        try:
            self.dynamo.commit([self.writes.mark_needs_reconnect(seen), *extra_writes])
        except TransactionCanceled as refused:
            if not refused.reasons[0].is_condition:
                raise
            return False
        return True

    def decide(self, seen: Connection, import_id: str) -> bool:
        """Send `writes.decide_removals` on its own. False if its condition failed."""
        try:
            self._send(self.writes.decide_removals(seen, import_id))
        except ConditionFailed as refused:
            return refused.old is not None and to_connection(refused.old).decided == import_id
        return True

    def _send(self, write: Write) -> Item:
        """Send a write that needs no transaction; returns the item as it became."""
        return retry_lost(lambda: self.dynamo.update(**write["Update"]))

    def _query(self, owner: str, **more: Any) -> Iterator[Item]:
        pk, prefix = CONNECTION.partition(owner=owner), CONNECTION.sk_prefix()
        return self.dynamo.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": {"S": pk}, ":prefix": {"S": prefix}},
            ConsistentRead=True,
            **more,
        )
