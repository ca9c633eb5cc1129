"""Removals that an import held back, because too much of an account would have vanished: the person decides.

Applying them is a job, `apply_removals.py`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.accounts.connection import (
    IMPORT_KIND,
    RACES,
    Connection,
    ConnectionState,
    disconnecting_conflict,
    job_details,
)
from chalicelib.foundation.errors import Conflict, InvalidInput, NotFound
from chalicelib.foundation.ids import id_of
from chalicelib.jobs.job import Job
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.jobs.store import JobStore, NewJob
from chalicelib.jobs.worker import WorkQueue
from chalicelib.provider_imports.kinds import REMOVALS

if TYPE_CHECKING:
    from chalicelib.accounts.connection_store import ConnectionStore

REMOVALS_KIND = REMOVALS.name


class Decision(StrEnum):
    APPLY = "apply"  # they are gone at the provider for good: remove them
    KEEP = "keep"  # something went wrong there: leave the book as it is


def must_hold(lost: int, known: int, limit: float) -> bool:
    """Whether so many removals wait for the person's decision.

    They do when they would empty the account, or are more than the limit's share of it. A single one that does not
    empty it never waits: in a small account it would always be more than a share.

    Args:
        lost: contacts of the account that would be taken away. known: how many of them there are now.
        limit: the share that may be removed without asking; with 1 nothing ever waits.
    """
    if lost == 0 or limit >= 1:
        return False
    return lost >= known or (lost > 1 and lost > limit * known)


def removals_pending(job: Job, connection: Connection | None) -> int:
    """How many removals of this import wait for the person; none once they decided or a newer import has ended."""
    if connection is None or connection.last_finished != job.job_id or connection.decided == job.job_id:
        return 0
    return int(job.details.get("removals_pending") or 0)


@dataclass(frozen=True)
class DecideRemovals:
    connections: "ConnectionStore"
    jobs: JobStore
    work_queue: WorkQueue

    def __call__(self, owner: str, job_id: str, decision: str, *, person: str = "") -> Job:
        """Decide once; the same decision again is answered the same.

        Returns:
            The job that removes, or, where the person keeps everything, the import itself.

        Raises:
            NotFound: no such import of this owner. InvalidInput: no such decision.
            Conflict: nothing is held back, a newer import has ended, or it was decided otherwise.
        """
        if decision not in tuple(Decision):
            raise InvalidInput("decision must be apply or keep.", field="decision")
        job = self.jobs.find(job_id)
        if job is None or job.owner != owner or job.kind != IMPORT_KIND:
            raise NotFound("There is no such import.")
        for _ in range(RACES):
            connection = self.connections.get(owner, job.details["connection_id"])
            decided = self._existing_decision(job, connection, decision) or self._decide(
                job, connection, decision, person
            )
            if decided is not None:
                return decided
        raise Conflict("This account is being changed at the same time. Try again.")

    def _existing_decision(self, job: Job, connection: Connection, decision: str) -> Job | None:
        if not job.details.get("removals_pending"):
            raise Conflict("This import holds no removals back.")
        if connection.state is ConnectionState.DISCONNECTING:
            raise disconnecting_conflict()
        if connection.last_finished != job.job_id:
            raise Conflict("A newer import of this account has ended, or it was disconnected; this one counts no more.")
        if connection.decided != job.job_id:
            return None
        at_removals = self.jobs.find(_removals_id(job))
        if (at_removals is not None) != (decision == Decision.APPLY):
            raise Conflict("You have decided on these removals already.")
        return at_removals or job

    def _decide(self, job: Job, connection: Connection, decision: str, person: str) -> Job | None:
        if decision == Decision.KEEP:
            return job if self.connections.decide(connection, job.job_id) else None
        details = job_details(connection, of_import=job.job_id, person=person)
        new = NewJob(_removals_id(job), job.owner, REMOVALS_KIND, details)
        try:
            created = self.jobs.create(
                new, extra_writes=[self.connections.removals_decided_write(connection, job.job_id)]
            )
        except ExtraWriteRefused:
            return None
        self.work_queue.send(created.job_id)
        return created


def _removals_id(job: Job) -> str:
    """Always the same for one import, so that deciding twice makes one job."""
    return id_of(REMOVALS_KIND, job.job_id)
