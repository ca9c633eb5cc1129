"""Changes how often an account is imported again, and shows it."""

from dataclasses import dataclass

from chalicelib.accounts.connection import RACES, Connection, ConnectionState
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.accounts.refresh import Interval, Refresh
from chalicelib.accounts.refresh_store import RefreshStore
from chalicelib.foundation.clock import rfc3339
from chalicelib.foundation.errors import Conflict, InvalidInput
from chalicelib.foundation.json import Json
from chalicelib.jobs.job import Job

RECONNECT, DECISION = "reconnect", "decision"  # why a refresh is paused


@dataclass(frozen=True)
class ChangeRefresh:
    """Takes a person's choice of how often an account is imported again."""

    connections: ConnectionStore
    refreshes: RefreshStore

    def __call__(self, owner: str, connection_id: str, interval: str) -> None:
        """Store the choice. Safe to repeat: an account keeps its instants.

        Raises:
            NotFound: this owner has no such connection.
            InvalidInput: there is no such interval.
            Conflict: the account is disconnected, or being disconnected, or waits for the person's choice.
        """
        if interval not in tuple(Interval):
            raise InvalidInput("interval must be off, hourly, daily or weekly.", field="interval")
        for _ in range(RACES):
            connection = self.connections.get(owner, connection_id)
            if connection.state is not ConnectionState.NEEDS_RECONNECT:
                connection.check_usable()
            if connection.waits_for_choice:
                raise Conflict("Choose first what comes of this account. It is imported daily from then on.")
            seen = self.refreshes.get(owner, connection_id)
            if seen.interval == interval or self._choose(connection, seen, Interval(interval)):
                return
        raise Conflict("This account was changed at the same time. Try again.")

    def _choose(self, connection: Connection, seen: Refresh, interval: Interval) -> bool:
        connected = self.connections.writes.check_usable(connection)
        return self.refreshes.commit([self.refreshes.choose_write(seen, interval), connected])


def refresh_json(refresh: Refresh, connection: Connection, last: Job | None, held: int) -> dict[str, Json]:
    """The published form.

    Args:
        last: the import of the account that started last.
        held: how many removals wait for the person's decision.
    """
    is_on = refresh.interval is not Interval.OFF
    paused = None
    if is_on and connection.state is not ConnectionState.CONNECTED:
        paused = RECONNECT
    elif is_on and held:
        paused = DECISION
    return {
        "interval": refresh.interval.value,
        "next_at": None if paused else rfc3339(refresh.next_attempt(last)),
        "last_at": rfc3339(refresh.last_at),
        "failures": refresh.failures_with(last) if is_on else 0,
        "paused_because": paused,
        "import_to_decide": connection.last_finished if paused == DECISION else None,
    }
