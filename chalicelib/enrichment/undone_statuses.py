"""What undoing a run makes of the statuses that it gave: the vendor is not asked again until an operator says so.

If the undo is undone in turn, the statuses are again what the run made them, as far as the vendor's records are back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.books.chunk import Chunk
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.enrichment_status import Attempt, ContactStatuses
from chalicelib.books.redirects import RedirectStore
from chalicelib.books.status_kind import StatusKind
from chalicelib.books.status_store import StatusStore
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source import enrichment_source
from chalicelib.enrichment.job_kinds import ENRICHMENT
from chalicelib.foundation.dynamo import Write
from chalicelib.jobs.job import Job
from chalicelib.jobs.store import JobStore
from chalicelib.vendors.reasons import Reason


@dataclass(frozen=True)
class UndoneStatuses:
    """The statuses that a job of a book wrote, while that job is undone, or done again."""

    contacts: ContactStore
    statuses: StatusStore
    redirects: RedirectStore
    #: The job that wrote them.
    undone: Job
    #: The contacts of these statuses.
    contact_ids: Sequence[str]
    #: Whether the job is undone; False if it is done again.
    is_undone: bool

    def writes(self, contact_ids: Sequence[str], chunk: Chunk) -> list[Write]:
        """The writes that go with a chunk which undoes the job in these contacts, or does it again."""
        owner, vendor = self.undone.owner, str(self.undone.details["vendor"])
        stored_of = self.statuses.get_many(owner, contact_ids)
        changing = {contact_id: after for contact_id, each in stored_of.items() if (after := self._after(each))}
        changed = {each.contact_id: each.after for each in chunk.replaced()}
        holders = self._holders(list(changing), changed)
        writes, checked = list[Write](), set(changed)
        for contact_id, attempt in changing.items():
            holder = holders.get(contact_id)
            if holder is None or not _is_true_of(holder, vendor, attempt):
                continue  # deleted, removed by the chunk, or without the record that the attempt tells of
            if holder.contact_id not in checked:
                writes.append(self.contacts.existence_check(owner, holder.contact_id))
                checked.add(holder.contact_id)
            writes.append(self.statuses.put_write(owner, stored_of[contact_id].with_attempt(vendor, attempt)))
        return writes

    def _holders(
        self, contact_ids: Sequence[str], changed: Mapping[str, Contact | None]
    ) -> Mapping[str, Contact | None]:
        """These contacts as the chunk leaves them or, of those that were merged, the contact that they are part of."""
        owner = self.undone.owner
        known = {**self.contacts.get_many(owner, [each for each in contact_ids if each not in changed]), **changed}
        merged_into = self.redirects.resolve(owner, [each for each in contact_ids if each not in known])
        unknown = [each for each in merged_into.values() if each not in known]
        known |= self.contacts.get_many(owner, list(dict.fromkeys(unknown)))
        return {each: known.get(merged_into.get(each) or each) for each in contact_ids}

    def _after(self, stored: ContactStatuses) -> Attempt | None:
        """The attempt that the job wrote, as it is afterwards; None if it stays as it is."""
        attempt = stored.attempts.get(str(self.undone.details["vendor"]))
        if attempt is None or attempt.run != self.undone.details["run"]:
            return None
        if self.is_undone == (attempt.reason == Reason.UNDONE_BY_OPERATOR):
            return None
        return _undone(attempt) if self.is_undone else attempt.undone


def _undone(attempt: Attempt) -> Attempt:
    failed = replace(attempt, kind=StatusKind.FAILED, reason=Reason.UNDONE_BY_OPERATOR.value, undone=attempt)
    return replace(failed, next_attempt_at=None, gave=(), likelihood=None)


def _is_true_of(contact: Contact, vendor: str, attempt: Attempt) -> bool:
    if attempt.kind is not StatusKind.ENRICHED:
        return True
    source = enrichment_source(vendor).key
    return any(record.source == source for record in contact.records)


@dataclass(frozen=True)
class StatusesOfRuns:
    """Finds the statuses that go with the undo of a job."""

    jobs: JobStore
    contacts: ContactStore
    statuses: StatusStore
    redirects: RedirectStore

    def __call__(self, undone: Job, *, is_undone: bool) -> UndoneStatuses | None:
        """Those of a job that wrote any; None for other kinds of jobs.

        Args:
            is_undone: whether the job is undone; False if it is done again.
        """
        if undone.kind != ENRICHMENT.name:
            return None
        lines = (line for chunk in self.jobs.ledger(undone) for line in chunk.lines)
        ids = dict.fromkeys(line.contact_id for line in lines if line.contact_id)
        return UndoneStatuses(self.contacts, self.statuses, self.redirects, undone, [*ids], is_undone)
