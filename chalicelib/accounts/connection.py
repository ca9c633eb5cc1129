"""A connection: a provider account that a person lets us read.

    connect ──► connected ──token dead──► needs_reconnect ──connect──► connected
                    └──────────disconnect──────────┴──► disconnecting ──► disconnected ──connect──► connected

Whether an import is running is not stored here. The owner's queue of jobs has it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.accounts.job_kinds import IMPORT
from chalicelib.contacts.source import provider_source
from chalicelib.foundation.errors import Conflict, ConsentNeeded
from chalicelib.foundation.ids import id_of
from chalicelib.foundation.json import Json
from chalicelib.jobs.job import Job
from chalicelib.providers.choices import Chosen

IMPORT_KIND = IMPORT.name
FULL, INCREMENTAL = "full", "incremental"
RACES = 5  # how often to retry when a connection changes concurrently


class ConnectionState(StrEnum):
    """The stored states of a connection, as the diagram above connects them."""

    CONNECTED = "connected"  # its tokens are valid as far as we know
    NEEDS_RECONNECT = "needs_reconnect"  # its tokens were rejected; the person must connect it again
    DISCONNECTING = "disconnecting"  # a disconnect job is running; nothing new may start
    DISCONNECTED = "disconnected"  # without tokens; kept for its history and for connecting again


@dataclass(frozen=True, slots=True)
class Connection:
    """A connected provider account of one owner."""

    connection_id: str
    owner: str
    #: Its name in `providers/registry.py`: "google".
    provider: str
    #: The provider's stable id of the account.
    account_id: str
    #: The account's email address; "" if unknown.
    address: str
    #: The granted scopes, as the provider writes them.
    scopes: tuple[str, ...]
    state: ConnectionState
    #: The number of times tokens were saved. A save must have seen the last one.
    token_version: int
    connected_at: datetime
    #: The tokens, encrypted by `token_encryption.py`; None once it is disconnected, and in lists.
    sealed: bytes | None = field(default=None, repr=False)
    #: Where the next incremental listing starts; None if the next must be full, and in lists.
    sync: Json = field(default=None, repr=False)
    #: The id of the import that started last.
    last_import: str | None = None
    #: The id of the import that last read the whole listing.
    last_finished: str | None = None
    #: The id of the import whose held removals the person has decided on.
    decided: str | None = None
    #: The id of the last disconnect job.
    disconnect_job: str | None = None
    disconnected_at: datetime | None = None
    #: The ids of what the person chose; None if everything comes.
    chosen: Chosen = None
    #: Their names as of the last import, in the same order.
    chosen_names: tuple[str, ...] = ()
    #: Whether the person is to choose before the first import.
    waits_for_choice: bool = False

    @property
    def source(self) -> str:
        """The source key of its records in the address book."""
        return source_of(self.provider, self.connection_id)

    @property
    def account(self) -> str:
        """The account's name in lists: the email address, else the account id."""
        return self.address or self.account_id

    @property
    def names_by_choice(self) -> dict[str, str]:
        """The names of what the person chose, by id."""
        return dict(zip(self.chosen or (), self.chosen_names, strict=False))

    def keeps_sync(self, known: "Connection | None") -> bool:
        """Whether the next listing may start at the sync state that the connection has, although it is connected again.

        It may if the same scopes were granted. A sync state names the fields of its listing, so the provider's adapter
        checks those.

        Args:
            known: the connection as it is.
        """
        return known is not None and known.sync is not None and set(known.scopes) == set(self.scopes)

    def check_usable(self) -> None:
        """Check that contacts can be imported.

        Raises:
            ConsentNeeded: the account must be connected again.
            Conflict: the account is disconnected, or being disconnected.
        """
        if self.state is ConnectionState.NEEDS_RECONNECT:
            raise ConsentNeeded("Connect this account again before importing from it.", provider=self.provider)
        if self.state is ConnectionState.DISCONNECTING:
            raise disconnecting_conflict()
        if self.state is ConnectionState.DISCONNECTED:
            raise Conflict("This account is disconnected. Connect it again to import from it.")


def connection_id_of(owner: str, provider: str, account_id: str) -> str:
    """The id, derived from owner and account: connecting again keeps it, and concurrent calls create one connection."""
    return id_of(owner, provider, account_id)


def source_of(provider: str, connection_id: str) -> str:
    """The source key of a connection's records."""
    return provider_source(provider, connection_id).key


def is_for_connection(job: Job, connection_id: str) -> bool:
    """Whether a job belongs to this connection."""
    return bool(job.details.get("connection_id") == connection_id)


def displayed_state(connection: Connection, live: Iterable[Job]) -> str:
    """The state as people see it: "importing" while the owner's queue has an unfinished import of this connection."""
    if connection.state is ConnectionState.CONNECTED:
        for job in live:
            if job.kind == IMPORT_KIND and is_for_connection(job, connection.connection_id):
                return "importing"
    return connection.state.value


def removals_pending(job: Job, connection: Connection | None) -> int:
    """How many removals of this import wait for a decision; 0 after the decision, or after a newer import."""
    if connection is None or connection.last_finished != job.job_id or connection.decided == job.job_id:
        return 0
    return int(job.details.get("removals_pending") or 0)


def job_details(connection: Connection, **more: Any) -> Mapping[str, Json]:
    """The `details` of a job for this connection."""
    return {
        "provider": connection.provider,
        "connection_id": connection.connection_id,
        "account": connection.address,
        **more,
    }


def disconnecting_conflict() -> Conflict:
    """The error for anything that would start while the account is being disconnected."""
    return Conflict("This account is being disconnected. Connect it again after that.")
