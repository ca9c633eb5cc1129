"""Connections as items of the people table and back."""

from typing import Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.accounts.connection import Connection, ConnectionState
from chalicelib.foundation.clock import instant
from chalicelib.foundation.dynamo import Item
from chalicelib.tables.keyed_row import Base64Attribute, KeyedRow


class ConnectionRow(KeyedRow):
    """A connected account."""

    connection_id = UnicodeAttribute()
    owner = UnicodeAttribute()
    provider = UnicodeAttribute()
    account_id = UnicodeAttribute()
    address = UnicodeAttribute()
    scopes = JSONAttribute()
    state = UnicodeAttribute()
    sealed = Base64Attribute(null=True)
    token_version = NumberAttribute()  # each save of tokens adds one
    sync = JSONAttribute(null=True)  # where the next incremental import starts
    last_import = UnicodeAttribute(null=True)  # the job of the last import that was started
    last_finished = UnicodeAttribute(null=True)  # the last import that has read everything
    decided = UnicodeAttribute(null=True)  # the last import whose held-back removals were decided on
    disconnect_job = UnicodeAttribute(null=True)
    connected_at = NumberAttribute()
    disconnected_at = NumberAttribute(null=True)
    chosen = JSONAttribute(null=True)  # the ids of what the person chose
    chosen_names = JSONAttribute(null=True)  # their names when they were chosen
    renamed = JSONAttribute(null=True)  # their names by id, if an import found one of them renamed
    waits_for_choice = BooleanAttribute(null=True)  # set until the first import is started


def to_connection(item: Item) -> Connection:
    row: Any = ConnectionRow.from_raw_data(item)
    chosen, renamed = row.chosen or (), row.renamed or {}
    return Connection(
        connection_id=row.connection_id,
        owner=row.owner,
        provider=row.provider,
        account_id=row.account_id,
        address=row.address,
        scopes=tuple(row.scopes),
        state=ConnectionState(row.state),
        token_version=int(row.token_version),
        connected_at=instant(int(row.connected_at)),
        sealed=row.sealed,
        sync=row.sync,
        last_import=row.last_import,
        last_finished=row.last_finished,
        decided=row.decided,
        disconnect_job=row.disconnect_job,
        disconnected_at=None if row.disconnected_at is None else instant(int(row.disconnected_at)),
        chosen=None if row.chosen is None else tuple(row.chosen),
        chosen_names=tuple(renamed.get(key, name) for key, name in zip(chosen, row.chosen_names or (), strict=False)),
        waits_for_choice=bool(row.waits_for_choice),
    )
