"""Starts the imports of accounts whose refresh is due. Part of every run of the minute schedule.

The job has an id made of the connection and the instant at which it was due, and is created in one transaction with the
refresh's next instant, on the condition of everything that was read. So two schedulers, or one that crashed, start it
once; instants that passed while the service was down are one. While nothing is due, nothing is written.
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.accounts.connection import (
    FULL,
    IMPORT_KIND,
    INCREMENTAL,
    Connection,
    ConnectionState,
    is_for_connection,
    job_details,
)
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.accounts.refresh import Refresh
from chalicelib.accounts.refresh_store import RefreshStore
from chalicelib.foundation.clock import Clock, milliseconds, rfc3339
from chalicelib.foundation.errors import CallerError
from chalicelib.foundation.ids import id_of
from chalicelib.foundation.log import error_origin
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.jobs.retire_job import retire_job
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import WorkQueue
from chalicelib.provider_imports.held_removals import held_removals

log = logging.getLogger(__name__)

MOST_STARTED = 50  # refreshes that one run looks at; after hours without service, the rest follows minute by minute


@dataclass(frozen=True)
class StartDueRefreshes:
    """Settles every refresh that is due: with a new import, or with the next instant at which it is due."""

    refreshes: RefreshStore
    connections: ConnectionStore
    jobs: JobStore
    work_queue: WorkQueue
    clock: Clock  #: the clock that all workers agree on

    def __call__(self) -> None:
        now = self.clock.now()
        for refresh in self.refreshes.due(now, limit=MOST_STARTED):
            try:
                self._settle(refresh, now)
            except Exception as error:  # the other accounts are not to wait for it; the next minute tries again
                log.error("refresh_not_settled", extra=error_origin(error))

    def _settle(self, refresh: Refresh, now: datetime) -> None:
        connection = self.connections.find(refresh.owner, refresh.connection_id)
        if connection is None or connection.state is not ConnectionState.CONNECTED:
            self.refreshes.put(refresh, replace(refresh, due=None))  # until the person connects it again
            return
        known = self.jobs.get_many(list({*filter(None, (connection.last_import, connection.last_finished))}))
        last = known.get(connection.last_import or "")
        attempt = refresh.next_attempt(last)
        if attempt is not None and attempt > now:
            self.refreshes.put(refresh, replace(refresh, due=attempt))
        elif self._is_busy(connection) or held_removals(connection, known):
            self.refreshes.put(refresh, replace(refresh, due=refresh.next_slot(now)))
        else:
            self._start(refresh, connection, last, now)

    def _is_busy(self, connection: Connection) -> bool:
        """Whether an unfinished job reads, changes or disconnects the account."""
        return any(is_for_connection(job, connection.connection_id) for job in self.jobs.unfinished(connection.owner))

    def _start(self, refresh: Refresh, connection: Connection, last: Job | None, now: datetime) -> None:
        full = connection.sync is None or refresh.wants_full(last, now)
        settled = replace(
            refresh,
            due=refresh.next_slot(now),
            last_at=now,
            full_at=now if full else refresh.full_at,
            failures=refresh.failures_with(last),
        )
        new = new_refresh_import(refresh, connection, full=full)
        noted = [self.connections.writes.start_import(connection, new.job_id)]
        try:
            job = self.jobs.create(new, extra_writes=[*noted, self.refreshes.put_write(refresh, settled)])
        except ExtraWriteRefused:  # the person or another scheduler was faster; the next minute looks again
            return
        except CallerError:  # the person has too many unfinished jobs, or is being erased
            self.refreshes.put(refresh, replace(refresh, due=refresh.next_slot(now)))
            return
        self.work_queue.send(job.job_id)
        if last is not None and has_changed_nothing(last):
            retire_job(self.jobs, last)


def has_changed_nothing(last: Job) -> bool:
    """Whether an import was a refresh that read and changed nothing. Of these, only the last one stays in lists."""
    if "due_at" not in last.details or last.details.get("removals_pending") or last.state is not JobState.COMPLETED:
        return False
    return not last.chunk and not last.has_changed


def new_refresh_import(refresh: Refresh, connection: Connection, *, full: bool) -> NewJob:
    """The import of a refresh that is due."""
    due = milliseconds(refresh.due) if refresh.due else 0
    # A connection that was removed and connected again may be due at an instant that was settled before.
    connected = milliseconds(connection.connected_at)
    job_id = id_of("refresh", refresh.owner, refresh.connection_id, str(connected), str(due))
    mode = FULL if full else INCREMENTAL
    details = job_details(connection, mode=mode, person="", asked_full=full, due_at=rfc3339(refresh.due))
    return NewJob(job_id, refresh.owner, IMPORT_KIND, details)
