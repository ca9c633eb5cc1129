"""The conditional writes of connections, as actions for a transaction or for a single UpdateItem."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.accounts.connection import Connection, ConnectionState
from chalicelib.accounts.connection_rows import ConnectionRow
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.json import Json
from chalicelib.jobs.job import Job
from chalicelib.providers.choices import Chosen
from chalicelib.tables.keys import CONNECTION

LARGEST_SYNC = 350_000  # bytes; an item holds 400 KB
FORGOTTEN = (  # of an account that is disconnected
    "sealed",
    "sync",
    "last_finished",
    "decided",
    "chosen",
    "chosen_names",
    "renamed",
    "waits_for_choice",
)
USABLE_STATES = (ConnectionState.CONNECTED.value, ConnectionState.NEEDS_RECONNECT.value)


@dataclass(frozen=True)
class ConnectionWrites:
    """Builds the writes of connections."""

    #: The name of the table.
    table: str
    clock: Clock

    def save_tokens(self, seen: Connection, sealed: bytes) -> Write:
        """Save newer tokens.

        Its condition fails if other tokens were saved since `seen` was read, or if the account is not connected.
        """
        actions = [ConnectionRow.sealed.set(sealed), ConnectionRow.token_version.add(1)]
        unchanged = ConnectionRow.token_version == seen.token_version
        return self._update(seen.owner, seen.connection_id, actions, _is_usable() & unchanged)

    def mark_needs_reconnect(self, seen: Connection) -> Write:
        """Mark that consent is lost. Its condition fails if the person connected again since `seen` was read."""
        same = ConnectionRow.connected_at == milliseconds(seen.connected_at)
        connected = ConnectionRow.state == ConnectionState.CONNECTED.value
        actions = [ConnectionRow.state.set(ConnectionState.NEEDS_RECONNECT.value)]
        return self._update(seen.owner, seen.connection_id, actions, connected & same)

    def connect(self, new: Connection, known: Connection | None) -> Write:
        """Create the connection, or connect it again: id and history stay, and the sync state if `keeps_sync` says so.

        Its condition fails if the account is being disconnected, or if it changed since `known` was read (None: it did
        not exist).
        """
        actions: list[Action] = [
            getattr(ConnectionRow, name).set(getattr(new, name))
            for name in ("connection_id", "owner", "provider", "account_id", "address", "sealed", "last_import")
            if getattr(new, name) is not None
        ]
        actions += [
            ConnectionRow.scopes.set(list(new.scopes)),
            ConnectionRow.state.set(ConnectionState.CONNECTED.value),
            ConnectionRow.connected_at.set(milliseconds(new.connected_at)),
            ConnectionRow.token_version.add(1),
            *_remove_actions("disconnected_at", "disconnect_job"),
        ]
        waits = ConnectionRow.waits_for_choice
        actions.append(waits.set(True) if new.waits_for_choice else waits.remove())
        if not new.keeps_sync(known):
            actions += _remove_actions("sync")
        if known is None:
            condition: Condition = ConnectionRow.pk.does_not_exist()
        else:
            condition = (ConnectionRow.token_version == known.token_version) & (
                ConnectionRow.state != ConnectionState.DISCONNECTING.value
            )
        return self._update(new.owner, new.connection_id, actions, condition)

    def start_import(self, seen: Connection, job_id: str) -> Write:
        """Note the start of a further import.

        Its condition fails if another import started since `seen` was read, or if the account is not connected.
        """
        actions = [ConnectionRow.last_import.set(job_id), *_remove_actions("waits_for_choice")]
        return self._update(seen.owner, seen.connection_id, actions, _is_free_to_import(seen))

    def choose(self, seen: Connection, chosen: Chosen, names: Sequence[str], job_id: str) -> Write:
        """Note what the person chose, and the start of the import that brings it. Sync states of before are not kept.

        Its condition is that of `start_import`.
        """
        actions = [ConnectionRow.last_import.set(job_id), *_remove_actions("waits_for_choice", "sync", "renamed")]
        if chosen is None:
            actions += _remove_actions("chosen", "chosen_names")
        else:
            actions += [ConnectionRow.chosen.set(list(chosen)), ConnectionRow.chosen_names.set(list(names))]
        return self._update(seen.owner, seen.connection_id, actions, _is_free_to_import(seen))

    def finish_import(self, job: Job, sync: Json, renamed: Mapping[str, str] | None = None) -> Write:
        """Note that an import has read everything.

        Args:
            sync: the new sync state. None keeps the stored one; one that exceeds `LARGEST_SYNC` removes it.
            renamed: the names of what was chosen when it started, if one of them is new. They are kept by id, since the
                person may have chosen something else meanwhile.
        """
        actions: list[Action] = [ConnectionRow.last_finished.set(job.job_id)]
        if renamed is not None:
            actions.append(ConnectionRow.renamed.set(dict(renamed)))
        if sync is not None and len(json.dumps(sync).encode()) <= LARGEST_SYNC:
            actions.append(ConnectionRow.sync.set(sync))
        elif sync is not None:
            actions += _remove_actions("sync")
        return self._update(job.owner, job.details["connection_id"], actions, _is_usable())

    def decide_removals(self, seen: Connection, import_id: str) -> Write:
        """Note that the person decided on the removals that an import held.

        Its condition fails if there was a decision since `seen` was read, or if a newer import has finished.
        """
        condition = (ConnectionRow.last_finished == import_id) & _equals(ConnectionRow.decided, seen.decided)
        actions = [ConnectionRow.decided.set(import_id)]
        return self._update(seen.owner, seen.connection_id, actions, _is_usable() & condition)

    def start_disconnect(self, seen: Connection, job_id: str) -> Write:
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
        return self._update(seen.owner, seen.connection_id, actions, condition)

    def forget_tokens(self, seen: Connection, job_id: str) -> Write:
        """Remove tokens, sync state and what was chosen."""
        actions = [*_remove_actions(*FORGOTTEN)]
        actions.append(ConnectionRow.token_version.add(1))
        return self._update(seen.owner, seen.connection_id, actions, _is_disconnected_by(job_id))

    def forget_sync(self, seen: Connection) -> Write:
        """Remove the sync state, so that the next import reads everything."""
        return self._update(
            seen.owner, seen.connection_id, _remove_actions("sync"), ConnectionRow.connection_id.exists()
        )

    def finish_disconnect(self, seen: Connection, job_id: str) -> Write:
        """Finish disconnecting."""
        now = milliseconds(self.clock.now())
        actions = [
            ConnectionRow.state.set(ConnectionState.DISCONNECTED.value),
            ConnectionRow.disconnected_at.set(now),
        ]
        return self._update(seen.owner, seen.connection_id, actions, _is_disconnected_by(job_id))

    def check_usable(self, seen: Connection) -> Write:
        """Check that the account is not being disconnected, as part of a transaction."""
        key = CONNECTION.key(owner=seen.owner, connection_id=seen.connection_id)
        check = ConnectionRow.get_operation_kwargs_from_class(key.pk, key.sk, _is_usable())
        return {"ConditionCheck": {**check, "TableName": self.table}}

    def _update(self, owner: str, connection_id: str, actions: Sequence[Action], condition: Condition) -> Write:
        row = ConnectionRow(*CONNECTION.key(owner=owner, connection_id=connection_id))
        request = row.get_update_kwargs_from_instance(list(actions), condition, "ALL_OLD")
        return {"Update": {**request, "TableName": self.table}}


def _is_free_to_import(seen: Connection) -> Condition:
    connected = ConnectionRow.state == ConnectionState.CONNECTED.value
    return cast(Condition, connected & _equals(ConnectionRow.last_import, seen.last_import))


def _is_usable() -> Condition:
    return ConnectionRow.state.is_in(*USABLE_STATES)


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
