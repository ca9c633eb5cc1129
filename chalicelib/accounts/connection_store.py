"""The store of connections. Methods named `…_write` build a write for the caller's transaction."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.accounts.connection import Connection, ConnectionState, disconnecting_conflict
from chalicelib.accounts.connection_rows import ConnectionRow, to_connection
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.dynamo import ConditionFailed, Dynamo, Item, Write
from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.json import Json
from chalicelib.foundation.lost_responses import retry_lost
from chalicelib.jobs.job import Job
from chalicelib.tables.keys import CONNECTION

LARGEST_SYNC = 350_000  # bytes; an item holds 400 KB
_USABLE_STATES = (ConnectionState.CONNECTED.value, ConnectionState.NEEDS_RECONNECT.value)
_LISTED = ", ".join(f"#{name}" for name in ConnectionRow.get_attributes() if name not in ("pk", "sk", "sealed", "sync"))
_LISTED_NAMES = {name: name[1:] for name in _LISTED.split(", ")}


@dataclass(frozen=True)
class ConnectionStore:
    """Reads and writes connections in the people table."""

    dynamo: Dynamo
    table: str
    clock: Clock

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

    # ── single writes

    def save_tokens(self, seen: Connection, sealed: bytes) -> Connection | None:
        """Save newer tokens. None if another run saved tokens since `seen` was read; then those are the newest.

        Raises:
            Conflict: the account is being disconnected, or was deleted.
            ResponseLost: it is unknown whether the tokens were saved.
        """
        actions = [ConnectionRow.sealed.set(sealed), ConnectionRow.token_version.add(1)]
        unchanged = ConnectionRow.token_version == seen.token_version
        request = self._update(seen.owner, seen.connection_id, actions, _is_usable() & unchanged)
        try:
            return to_connection(retry_lost(lambda: self.dynamo.update(**request)))
        except ConditionFailed as refused:
            now = None if refused.old is None else to_connection(refused.old)
        if now is None or now.state.value not in _USABLE_STATES:
            raise disconnecting_conflict()
        return now if now.sealed == sealed else None

    def mark_needs_reconnect(self, seen: Connection) -> None:
        """Mark that consent is lost. Does nothing if the person connected again since `seen` was read."""
        same = ConnectionRow.connected_at == milliseconds(seen.connected_at)
        connected = ConnectionRow.state == ConnectionState.CONNECTED.value
        actions = [ConnectionRow.state.set(ConnectionState.NEEDS_RECONNECT.value)]
        request = self._update(seen.owner, seen.connection_id, actions, connected & same)
        try:
            retry_lost(lambda: self.dynamo.update(**request))
        except ConditionFailed:
            return

    def decide(self, seen: Connection, import_id: str) -> bool:
        """Send `removals_decided_write` on its own. False if its condition failed."""
        request = self.removals_decided_write(seen, import_id)["Update"]
        try:
            retry_lost(lambda: self.dynamo.update(**request))
        except ConditionFailed as refused:
            return refused.old is not None and to_connection(refused.old).decided == import_id
        return True

    # ── writes for the transaction of a job

    def connect_write(self, new: Connection, known: Connection | None) -> Write:
        """Create the connection, or connect it again: id and history stay, the sync state is removed.

        Its condition fails if the account is being disconnected, or if it changed since `known` was read (None: it did
        not exist).
        """
        actions: list[Action] = [
            getattr(ConnectionRow, name).set(getattr(new, name))
            for name in ("connection_id", "owner", "provider", "account_id", "address", "sealed", "last_import")
        ]
        actions += [
            ConnectionRow.scopes.set(list(new.scopes)),
            ConnectionRow.state.set(ConnectionState.CONNECTED.value),
            ConnectionRow.connected_at.set(milliseconds(new.connected_at)),
            ConnectionRow.token_version.add(1),
            *_remove_actions("sync", "disconnected_at", "disconnect_job"),
        ]
        if known is None:
            condition: Condition = ConnectionRow.pk.does_not_exist()
        else:
            condition = (ConnectionRow.token_version == known.token_version) & (
                ConnectionRow.state != ConnectionState.DISCONNECTING.value
            )
        return {"Update": self._update(new.owner, new.connection_id, actions, condition)}

    def import_started_write(self, seen: Connection, job_id: str) -> Write:
        """Note the start of a further import.

        Its condition fails if another import started since `seen` was read, or if the account is not connected.
        """
        connected = ConnectionRow.state == ConnectionState.CONNECTED.value
        actions = [ConnectionRow.last_import.set(job_id)]
        condition = connected & _equals(ConnectionRow.last_import, seen.last_import)
        return {"Update": self._update(seen.owner, seen.connection_id, actions, condition)}

    def import_finished_write(self, job: Job, sync: Json) -> Write:
        """Note that an import has read everything.

        Args:
            sync: the new sync state. None keeps the stored one; one that exceeds `LARGEST_SYNC` removes it.
        """
        actions: list[Action] = [ConnectionRow.last_finished.set(job.job_id)]
        if sync is not None and len(json.dumps(sync).encode()) <= LARGEST_SYNC:
            actions.append(ConnectionRow.sync.set(sync))
        elif sync is not None:
            actions += _remove_actions("sync")
        return {"Update": self._update(job.owner, job.details["connection_id"], actions, _is_usable())}

    def removals_decided_write(self, seen: Connection, import_id: str) -> Write:
        """Note that the person decided on the removals that an import held.

        Its condition fails if there was a decision since `seen` was read, or if a newer import has finished.
        """
        condition = (ConnectionRow.last_finished == import_id) & _equals(ConnectionRow.decided, seen.decided)
        actions = [ConnectionRow.decided.set(import_id)]
        return {"Update": self._update(seen.owner, seen.connection_id, actions, _is_usable() & condition)}

    def disconnect_started_write(self, seen: Connection, job_id: str) -> Write:
        """Start disconnecting, so that nothing new can start.

        Its condition fails if something started since `seen` was read.
        """
        actions = [
            ConnectionRow.state.set(ConnectionState.DISCONNECTING.value),
            ConnectionRow.disconnect_job.set(job_id),
        ]
        condition = (
            (ConnectionRow.state == seen.state.value)
            & _equals(ConnectionRow.last_import, seen.last_import)
            & _equals(ConnectionRow.decided, seen.decided)
            & _equals(ConnectionRow.disconnect_job, seen.disconnect_job)
        )
        return {"Update": self._update(seen.owner, seen.connection_id, actions, condition)}

    def forget_tokens_write(self, seen: Connection, job_id: str) -> Write:
        """Remove tokens and sync state."""
        actions = [*_remove_actions("sealed", "sync", "last_finished", "decided")]
        actions.append(ConnectionRow.token_version.add(1))
        return {"Update": self._update(seen.owner, seen.connection_id, actions, _is_disconnected_by(job_id))}

    def disconnect_finished_write(self, seen: Connection, job_id: str) -> Write:
        """Finish disconnecting."""
        now = milliseconds(self.clock.now())
        actions = [
            ConnectionRow.state.set(ConnectionState.DISCONNECTED.value),
            ConnectionRow.disconnected_at.set(now),
        ]
        return {"Update": self._update(seen.owner, seen.connection_id, actions, _is_disconnected_by(job_id))}

    # ── requests

    def _query(self, owner: str, **more: Any) -> Iterator[Item]:
        pk, prefix = CONNECTION.partition(owner=owner), CONNECTION.sk_prefix()
        return self.dynamo.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": {"S": pk}, ":prefix": {"S": prefix}},
            ConsistentRead=True,
            **more,
        )

    def _update(self, owner: str, connection_id: str, actions: Sequence[Action], condition: Condition) -> Any:
        row = ConnectionRow(*CONNECTION.key(owner=owner, connection_id=connection_id))
        request = row.get_update_kwargs_from_instance(list(actions), condition, "ALL_OLD")
        return {**request, "TableName": self.table}


def _is_usable() -> Condition:
    return ConnectionRow.state.is_in(*_USABLE_STATES)


def _is_disconnected_by(job_id: str) -> Condition:
    return cast(
        Condition,
        (ConnectionRow.state == ConnectionState.DISCONNECTING.value) & (ConnectionRow.disconnect_job == job_id),
    )


def _equals(attribute: Any, seen: str | None) -> Condition:
    condition = attribute.does_not_exist() if seen is None else attribute == seen
    return cast(Condition, condition)


def _remove_actions(*names: str) -> list[Action]:
    return [getattr(ConnectionRow, name).remove() for name in names]
