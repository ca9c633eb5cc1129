"""What undoing a run makes of the statuses that it gave: the vendor is not asked again until an operator says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.books.chunk import Chunk
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.enrichment_status import Attempt, ContactStatuses, StatusKind
from chalicelib.books.status_store import StatusStore
from chalicelib.enrichment.job_kinds import ENRICHMENT
from chalicelib.foundation.dynamo import Write
from chalicelib.jobs.job import Job
from chalicelib.jobs.store import JobStore
from chalicelib.vendors.reasons import Reason


@dataclass(frozen=True)
class UndoneStatuses:
    """The statuses that a job of a book wrote, while that job is undone."""

    contacts: ContactStore
    statuses: StatusStore
    #: The job that wrote them.
    undone: Job
    #: The contacts of these statuses.
    contact_ids: Sequence[str]

    def writes(self, contact_ids: Sequence[str], chunk: Chunk) -> list[Write]:
        """The writes that go with a chunk which undoes the job in these contacts."""
        owner, changed = self.undone.owner, {each.contact_id: each.after for each in chunk.replaced()}
        stored_of = self.statuses.get_many(owner, contact_ids)
        undone = [(each, found) for each in stored_of.values() if (found := self._undone(each))]
        existing = self.contacts.existing_ids(owner, [each.contact_id for each, _ in undone])
        writes: list[Write] = []
        for stored, attempts in undone:
            contact_id = stored.contact_id
            if contact_id not in existing or changed.get(contact_id, stored) is None:
                continue  # deleted, or removed by the chunk
            if contact_id not in changed:
                writes.append(self.contacts.existence_check(owner, contact_id))
            writes.append(self.statuses.put_write(owner, replace(stored, attempts={**stored.attempts, **attempts})))
        return writes

    def _undone(self, stored: ContactStatuses) -> Mapping[str, Attempt]:
        """The attempts that the job wrote, as they are when it is undone."""
        vendor, run = str(self.undone.details["vendor"]), self.undone.details["run"]
        attempt = stored.attempts.get(vendor)
        if attempt is None or attempt.run != run or attempt.reason == Reason.UNDONE_BY_OPERATOR:
            return {}
        failed = replace(attempt, kind=StatusKind.FAILED, reason=Reason.UNDONE_BY_OPERATOR.value)
        return {vendor: replace(failed, next_attempt_at=None, gave=(), likelihood=None)}


@dataclass(frozen=True)
class StatusesOfRuns:
    """Finds the statuses that go with the undo of a job."""

    jobs: JobStore
    contacts: ContactStore
    statuses: StatusStore

    def __call__(self, undone: Job) -> UndoneStatuses | None:
        """Those of a job that wrote any; None for other kinds of jobs."""
        if undone.kind != ENRICHMENT.name:
            return None
        lines = (line for chunk in self.jobs.ledger(undone) for line in chunk.lines)
        ids = dict.fromkeys(line.contact_id for line in lines if line.contact_id)
        return UndoneStatuses(self.contacts, self.statuses, undone, [*ids])
