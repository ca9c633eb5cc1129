"""Held removals: if an import would remove too many contacts, it removes none, and the person decides.

A job applies them (`apply_removals.py`).
"""

from collections.abc import Mapping
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
    removals_pending,
)
from chalicelib.foundation.errors import Conflict, InvalidInput, NotFound
from chalicelib.foundation.ids import id_of
from chalicelib.jobs.job import Job
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.jobs.store import JobStore
from chalicelib.provider_imports.job_kinds import REMOVALS

if TYPE_CHECKING:
    from chalicelib.accounts.connection_store import ConnectionStore
    from chalicelib.jobs.worker import WorkQueue

REMOVALS_KIND = REMOVALS.name


class Decision(StrEnum):
    """A person's decision on held removals."""

    APPLY = "apply"  # they were deleted at the provider, or left out, on purpose: remove them
    KEEP = "keep"  # something went wrong at the provider: keep them


def must_hold(lost: int, known: int, limit: float) -> bool:
    """Whether an import must hold its removals for a decision by the person.

    It must if they are all contacts of the account, or more than the limit. A single removal that leaves other
    contacts is never held, because in a small account it would always exceed the limit.

    Args:
        lost: how many contacts of the account would be removed.
        known: how many contacts the account has.
        limit: the share that may be removed without a decision; with 1, nothing is held.
    """
    if lost == 0 or limit >= 1:
        return False
    return lost >= known or (lost > 1 and lost > limit * known)


def held_removals(connection: Connection, known: Mapping[str, Job]) -> int:
    """How many removals of the account wait for the person's decision.

    Args:
        known: the connection's last import that finished, among others, by id.
    """
    job = known.get(connection.last_finished or "")
    return 0 if job is None else removals_pending(job, connection)


@dataclass(frozen=True)
class DecideRemovals:
    """Takes the person's decision on held removals."""

    connections: "ConnectionStore"
    jobs: JobStore
    work_queue: "WorkQueue"

    def __call__(self, owner: str, job_id: str, decision: str, *, person: str = "") -> Job:
        """Apply or discard the held removals. Safe to repeat with the same decision.

        Returns:
            The removals job or, if the person keeps the contacts, the import itself.

        Raises:
            NotFound: this owner has no such import.
            InvalidInput: `decision` is neither "apply" nor "keep".
            Conflict: the import holds no removals, has been superseded by a newer one, or was decided differently.
            TooMany: the owner's queue is full.
        """
        if decision not in tuple(Decision):
            raise InvalidInput("decision must be apply or keep.", field="decision")
        job = self.jobs.find(job_id)
        if job is None or job.owner != owner or job.kind != IMPORT_KIND:
            raise NotFound("Import not found.")
        for _ in range(RACES):
            connection = self.connections.get(owner, job.details["connection_id"])
            decided = self._existing_decision(job, connection, decision) or self._decide(
                job, connection, decision, person
            )
            if decided is not None:
                return decided
        raise Conflict("This account was changed at the same time. Try again.")

    def _existing_decision(self, job: Job, connection: Connection, decision: str) -> Job | None:
        if not job.details.get("removals_pending"):
            raise Conflict("This import has no held-back removals.")
        if connection.state is ConnectionState.DISCONNECTING:
            raise disconnecting_conflict()
        if connection.last_finished != job.job_id:
            raise Conflict("This import has been superseded by a newer one, or its account was disconnected.")
        if connection.decided != job.job_id:
            return None
        at_removals = self.jobs.find(_removals_id(job))
        if (at_removals is not None) != (decision == Decision.APPLY):
            raise Conflict("These removals were already decided.")
        return at_removals or job

    def _decide(self, job: Job, connection: Connection, decision: str, person: str) -> Job | None:
        if decision == Decision.KEEP:
            return job if self.connections.decide(connection, job.job_id) else None
        details = job_details(connection, of_import=job.job_id, person=person)
        new = NewJob(_removals_id(job), job.owner, REMOVALS_KIND, details)
        try:
            created = self.jobs.create(
                new, extra_writes=[self.connections.writes.decide_removals(connection, job.job_id)]
            )
        except ExtraWriteRefused:
            return None
        self.work_queue.send(created.job_id)
        return created


def _removals_id(job: Job) -> str:
    """The id of the removals job, derived from the import so that a repeated decision creates one job."""
    return id_of(REMOVALS_KIND, job.job_id)
