"""A connection: an account somebody let us read.

    connect ──► connected ──token dead──► needs_reconnect ──connect──► connected
                    └──────────disconnect──────────┴──► disconnecting ──► disconnected ──connect──► connected

Whether it is importing just now is not kept here: the owner's line of jobs says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.accounts.kinds import IMPORT
from chalicelib.contacts.source import provider_source
from chalicelib.foundation.errors import Conflict, ConsentNeeded
from chalicelib.foundation.ids import id_of
from chalicelib.foundation.json import Json
from chalicelib.jobs.job import Job

IMPORT_KIND = IMPORT.name
FULL, INCREMENTAL = "full", "incremental"
RACES = 5  # how often a connection may change under a use case before it says so


class ConnectionState(StrEnum):
    CONNECTED = "connected"  # its tokens work, as far as we know
    NEEDS_RECONNECT = "needs_reconnect"  # the provider refuses them; only the person can mend that
    DISCONNECTING = "disconnecting"  # a job takes it apart; nothing new may begin
    DISCONNECTED = "disconnected"  # no tokens; kept for its history and for connecting again


@dataclass(frozen=True, slots=True)
class Connection:
    """Args:
    account_id: the provider's stable id of the account. address: what people know it by, "" where nobody told.
    sealed: its tokens, as `tokens.py` seals them; None once it is disconnected, and in lists.
    token_version: counts every save of tokens; whoever saves must have seen the last one.
    sync: where the next incremental listing starts; None when there must be a full one, and in lists.
    last_import: the job begun last. last_finished: the import that read everything last.
    decided: the import whose held-back removals the person decided on.
    disconnect_job: the job that takes it apart, or did.
    """

    connection_id: str
    owner: str
    provider: str
    account_id: str
    address: str
    scopes: tuple[str, ...]
    state: ConnectionState
    token_version: int
    connected_at: datetime
    sealed: bytes | None = field(default=None, repr=False)
    sync: Json = field(default=None, repr=False)
    last_import: str | None = None
    last_finished: str | None = None
    decided: str | None = None
    disconnect_job: str | None = None
    disconnected_at: datetime | None = None

    @property
    def source(self) -> str:
        """What the records in the book that come from here call their source."""
        return source_of(self.provider, self.connection_id)

    @property
    def account(self) -> str:
        """What it is called in lists: two without an address can still be told apart."""
        return self.address or self.account_id

    def check_usable(self) -> None:
        """Raises ConsentNeeded or Conflict where nothing can be imported, saying what to do."""
        if self.state is ConnectionState.NEEDS_RECONNECT:
            raise ConsentNeeded("This account must be connected again before we can read it.", provider=self.provider)
        if self.state is ConnectionState.DISCONNECTING:
            raise disconnecting_conflict()
        if self.state is ConnectionState.DISCONNECTED:
            raise Conflict("This account is disconnected. Connect it again to import from it.")


def connection_id_of(owner: str, provider: str, account_id: str) -> str:
    """Always the same for one account of one owner: connecting again keeps the id, and a race makes one connection."""
    return id_of(owner, provider, account_id)


def source_of(provider: str, connection_id: str) -> str:
    """The key of the source that a connection is."""
    return provider_source(provider, connection_id).key


def is_for_connection(job: Job, connection_id: str) -> bool:
    """Whether a job works on this connection."""
    return bool(job.details.get("connection_id") == connection_id)


def displayed_state(connection: Connection, live: Iterable[Job]) -> str:
    """The state in people's words: "importing" while an unfinished import of it stands in its owner's line."""
    if connection.state is ConnectionState.CONNECTED:
        for job in live:
            if job.kind == IMPORT_KIND and is_for_connection(job, connection.connection_id):
                return "importing"
    return connection.state.value


def job_details(connection: Connection, **more: Any) -> Mapping[str, Json]:
    return {
        "provider": connection.provider,
        "connection_id": connection.connection_id,
        "account": connection.address,
        **more,
    }


def disconnecting_conflict() -> Conflict:
    return Conflict("This account is being disconnected. Connect it again when that is done.")
