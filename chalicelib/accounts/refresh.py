"""A refresh: the recurring import of a connected account, and when it is due.

The instants at which an account is due are a grid: its interval apart, and shifted by an offset that follows from the
connection's id. So accounts are spread evenly over the interval, and an account keeps its time whatever happens.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from chalicelib.accounts.connection import FULL, Connection
from chalicelib.jobs.job import Job, JobState

FULL_EVERY = timedelta(days=30)  # a full listing finds what incremental ones missed
LONGEST_BACKOFF = 8  # intervals between two imports of an account that keeps failing
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


class Interval(StrEnum):
    """How often an account is imported again."""

    OFF = "off"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"

    @property
    def span(self) -> timedelta:
        """The time between two imports.

        Raises:
            KeyError: of `OFF`.
        """
        return _SPANS[self]


_SPANS = {
    Interval.HOURLY: timedelta(hours=1),
    Interval.DAILY: timedelta(days=1),
    Interval.WEEKLY: timedelta(weeks=1),
}
DEFAULT = Interval.DAILY  # of an account that is connected for the first time


@dataclass(frozen=True, slots=True)
class Refresh:
    """What is stored of the refresh of one connection."""

    owner: str
    connection_id: str
    interval: Interval = Interval.OFF
    #: When it is due; None if it is off, or stopped until the person reconnects the account.
    due: datetime | None = None
    #: Changes with every write; 0 if nothing is stored.
    rev: int = 0
    #: When it last created an import; None if it never did.
    last_at: datetime | None = None
    #: When the account was last listed in full, as far as is known.
    full_at: datetime | None = None
    #: How many imports in a row had failed when it last created one.
    failures: int = 0

    def next_slot(self, after: datetime) -> datetime:
        """The first instant of its grid after this one."""
        span = self.interval.span
        start = _EPOCH + _offset(self.connection_id, span)
        return start + ((after - start) // span + 1) * span

    def failures_with(self, last: Job | None) -> int:
        """How many imports in a row have failed because of the account or its provider. Faults of ours do not count.

        Args:
            last: the import of the account that started last, by itself or by the person.
        """
        if last is not None and last.has_failed_by_us:
            return self.failures
        return self.failures + 1 if last is not None and last.state is JobState.FAILED else 0

    def next_attempt(self, last: Job | None) -> datetime | None:
        """When the next import is due, after as many intervals as imports in a row have failed, doubled each time.

        Args:
            last: as in `failures_with`.
        """
        failures = self.failures_with(last)
        if self.due is None or self.last_at is None or failures < 2:
            return self.due
        intervals = min(2 ** (failures - 1), LONGEST_BACKOFF)
        return max(self.due, self.next_slot(self.last_at + (intervals - 1) * self.interval.span))

    def wants_full(self, last: Job | None, now: datetime) -> bool:
        """Whether the next import is to list everything.

        Args:
            last: as in `failures_with`.
        """
        if self.full_at is None or now - self.full_at >= FULL_EVERY:
            return True
        return last is not None and last.state is JobState.FAILED and last.details.get("mode") == FULL


def refresh_of(connection: Connection) -> Refresh:
    """The refresh of a connection of which nothing is stored: it is off."""
    return Refresh(connection.owner, connection.connection_id)


def _offset(connection_id: str, span: timedelta) -> timedelta:
    """A stable share of the interval, in whole minutes, since the schedule runs every minute."""
    digest = hashlib.sha256(connection_id.encode()).digest()
    return int.from_bytes(digest[:8]) % (span // _MINUTE) * _MINUTE
