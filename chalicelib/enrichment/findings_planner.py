"""Plans what a run found out about contacts: the vendor's records, and the contacts' statuses.

That needs no book: each contact tells by itself. What a vendor says identifies nobody, so no other contact matters.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.books.book import Book, Entry
from chalicelib.books.chunk import Chunk, ChunkFull, Draft, Limits
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.enrichment_status import Attempt, ContactStatuses
from chalicelib.books.planner import Planner
from chalicelib.books.status_kind import StatusKind
from chalicelib.books.status_store import StatusStore
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source import enrichment_source
from chalicelib.contacts.source_record import SourceRecord, Stamp
from chalicelib.enrichment.due import NotEligible, attempt_after, not_eligible_attempt
from chalicelib.enrichment.enriched_records import with_record
from chalicelib.enrichment.job_kinds import SKIPPED
from chalicelib.enrichment.stored_answers import Answered, Finding
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.errors import TooLarge
from chalicelib.foundation.ids import id_of
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import Job, LedgerLine
from chalicelib.vendors.answer import AnswerKind
from chalicelib.vendors.reasons import Reason

GONE = "contact_gone"  # the reason of a contact that was deleted or merged since the vendor was asked
CHUNKS_READ = 2  # whose contacts are read by one request, which takes 100 keys
# Without consent nothing is asked any more; what was found out before stays.
_KEEPS_RECORD = (Reason.NO_CONSENT, Reason.ALREADY_ANSWERED)


@dataclass(frozen=True, slots=True)
class PlannedFindings:
    """A planned chunk, its ledger lines, and the writes of the statuses."""

    chunk: Chunk
    lines: Sequence[LedgerLine]
    writes: Sequence[Write]


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read for one chunk or a few."""

    ids: frozenset[str] = frozenset()
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    statuses: Mapping[str, ContactStatuses] = field(default_factory=dict)


class FindingsPlanner(Planner):
    """Plans findings about the contacts of one book."""

    def __init__(
        self,
        store: ContactStore,
        statuses: StatusStore,
        *,
        vendor: str,
        vendor_run: str,
        job: Job,
        now: Callable[[], datetime],
    ) -> None:
        """Plan for the owner of the job.

        Args:
            vendor: the vendor's name.
            vendor_run: the id of the job that asked.
            job: the one that writes.
        """
        super().__init__(store, owner=job.owner, source=enrichment_source(vendor).key, now=now, book=Book())
        self._statuses, self._vendor, self._vendor_run = statuses, vendor, vendor_run
        self._stamp = Stamp(job.job_id, job.generation, Outcome.UPDATED)
        self._known = _Known()

    def plan_findings(self, findings: Sequence[Finding], limits: Limits) -> PlannedFindings:
        """Write the first of these findings, as many as fit."""
        most = min(limits.contacts, limits.lines)
        some = findings[:most]
        ids = list(dict.fromkeys(map(contact_id_of, some)))
        if not self._known.ids.issuperset(ids):
            self._known = self._look_up(dict.fromkeys(map(contact_id_of, findings[: CHUNKS_READ * most])))
        stored = self._known.statuses
        draft = self._draft(limits, ids)
        lines, statuses = list[LedgerLine](), dict[str, ContactStatuses]()
        for finding in some:
            contact_id = contact_id_of(finding)
            known = statuses.get(contact_id) or stored.get(contact_id) or ContactStatuses(contact_id)
            try:
                attempt = self._plan_finding(_allowed(finding, known), known.attempts.get(self._vendor), draft)
            except ChunkFull:
                break
            if attempt is not None:
                statuses[contact_id] = known.with_attempt(self._vendor, attempt)
            lines.append(_line(contact_id, attempt))
            if not draft.settle(None):
                break
        chunk = self._finish(draft)
        return PlannedFindings(chunk, lines, list(self._status_writes(statuses, draft)))

    def _status_writes(self, statuses: Mapping[str, ContactStatuses], draft: Draft) -> Iterable[Write]:
        for contact_id, each in statuses.items():
            if contact_id not in draft.changed:
                yield self._store.existence_check(self._owner, contact_id)
            yield self._statuses.put_write(self._owner, each)

    # ── reading

    def _look_up(self, contact_ids: Iterable[str]) -> _Known:
        """These contacts and their statuses; of a book that has no statuses, none are read."""
        ids = list(contact_ids)
        statuses = {} if self._carried is None else self._statuses.get_many(self._owner, ids)
        return _Known(frozenset(ids), self._store.get_many(self._owner, ids), statuses)

    def _load(self, contact_ids: Sequence[str]) -> Mapping[str, Contact]:
        contacts = self._known.contacts
        return {each: contacts[each] for each in contact_ids if each in contacts}

    def roll_back(self) -> None:
        """As in general. A refused commit may have met a status, so statuses are read from now on."""
        super().roll_back()
        self._carried, self._known = self._statuses, _Known()

    def refresh(self, contact_ids: Iterable[str]) -> None:  # noqa: ARG002 # of which it may have read some
        """Forget what was read: contacts have changed since."""
        self._known = _Known()

    # ── one finding

    def _plan_finding(self, finding: Finding, before: Attempt | None, draft: Draft) -> Attempt | None:
        """Plan the record of a finding. Returns the attempt that it makes; None if the contact is gone."""
        try:
            contact = draft.contact(contact_id_of(finding))
        except KeyError:
            return None
        attempt = self._attempt(finding, before, draft.moment)
        records = self._records(contact, finding, draft.moment)
        if records is not contact.records:
            try:
                self._plan_update(contact, records, draft)
            except TooLarge:
                return replace(attempt, kind=StatusKind.FAILED, reason=Reason.TOO_LARGE.value, gave=())
        return attempt

    def _attempt(self, finding: Finding, before: Attempt | None, moment: int) -> Attempt:
        if isinstance(finding, Answered):
            asked = finding.asked
            return attempt_after(
                finding.answer, asked.question, asked.digest, before, run=self._vendor_run, at=finding.at
            )
        return not_eligible_attempt(finding, before, run=self._vendor_run, at=moment)

    def _records(self, contact: Contact, finding: Finding, moment: int) -> list[SourceRecord]:
        """The contact's records with what was found out; the same object if nothing changes."""
        if isinstance(finding, Answered) and finding.answer.kind is AnswerKind.ENRICHED:
            return with_record(contact, self._source, finding.answer.fields, self._stamp, moment)
        if not _takes_record_away(finding):
            return contact.records
        rest = [each for each in contact.records if each.source != self._source]
        return rest if len(rest) < len(contact.records) else contact.records

    # ── without a book

    def _plan_write(self, contact: Contact, entry: Entry, draft: Draft) -> None:
        write, size = self._store.sized_put_write(self._owner, contact, entry)
        draft.write(contact.contact_id, contact, write, size)

    def _update_book(self, requested: Iterable[str], stored: Mapping[str, Contact], *, is_forced: bool = False) -> None:
        """Do nothing: the plan depends on no other contact."""


def contact_id_of(finding: Finding) -> str:
    return finding.asked.contact_id if isinstance(finding, Answered) else finding.contact_id


def _allowed(finding: Finding, known: ContactStatuses) -> Finding:
    """The finding, unless the owner has opted the contact out since the vendor was asked."""
    if known.opted_out_at is None:
        return finding
    return NotEligible(contact_id_of(finding), Reason.OPTED_OUT, id_of(Reason.OPTED_OUT.value))


def _takes_record_away(finding: Finding) -> bool:
    """Whether what the vendor said before no longer holds: it knows nothing now, or may not be asked any more."""
    if isinstance(finding, Answered):
        return finding.answer.kind in (AnswerKind.NO_MATCH, AnswerKind.NEVER)
    return finding.reason not in _KEEPS_RECORD


def _line(contact_id: str, attempt: Attempt | None) -> LedgerLine:
    if attempt is None:
        return LedgerLine(contact_id, SKIPPED, None, GONE)
    return LedgerLine(contact_id, attempt.kind.value, contact_id, attempt.reason)
