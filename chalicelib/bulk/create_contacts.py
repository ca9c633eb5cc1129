"""The step of a bulk create: adds the contacts of the list to the book in chunks, each with the run's tracking key.

Contacts are added to the collection in the transaction that creates them. If the permission to edit the collection is
withdrawn, the remaining contacts are created without being added. A dry run plans the same and writes no contact.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from chalicelib.books.change_book import BookChange, ChangeBook
from chalicelib.books.changes import POISON, Changes, Ending, PlannedChunk
from chalicelib.books.chunk import Chunk, Limits
from chalicelib.books.contact_store import ContactStore
from chalicelib.bulk.bulk_cursor import BulkCursor
from chalicelib.bulk.bulk_intake import BulkIntake
from chalicelib.bulk.bulk_job import CreateDetails, Update, key_of
from chalicelib.bulk.deduplicate import incoming_contacts
from chalicelib.bulk.dry_create import DryCreate
from chalicelib.bulk.outcome_reasons import NOT_ADDED
from chalicelib.bulk.shared_collections import Collections
from chalicelib.bulk.submitted_contact import EXTERNAL_ID, SubmittedContact
from chalicelib.bulk.submitted_lists import ListExpired, SubmittedLists
from chalicelib.collections.added_members import AddedMembers
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.contacts.source_record import Incoming, Unreadable
from chalicelib.contacts.stored_names import from_stored
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.executor import Executor
from chalicelib.foundation.ids import fresh_ids
from chalicelib.foundation.memory import tune_memory
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import JobState, LedgerLine
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore

_STORED = (Outcome.CREATED, Outcome.UPDATED)


@dataclass(frozen=True)
class CreateContacts:
    """Runs the job of a bulk create."""

    jobs: JobStore
    contacts: ContactStore
    change_book: ChangeBook
    lists: SubmittedLists
    collections: Collections
    executor: Executor
    clock: Clock
    #: The region of phone numbers without a country code, such as "US".
    region: str

    def __call__(self, run: Run) -> None:
        tune_memory()
        details = CreateDetails.of(run.job)
        reading = self.executor.start(lambda: self.lists.get(run.job.owner, details.contacts))  # while the book is read
        intake = self._intake(run, details)
        changing = self.change_book.begin(run, intake)
        try:
            sent = [cast(SubmittedContact, from_stored(each)) for each in reading.result()]
        except ListExpired:
            run.fail("The submitted list has expired. Submit it again.", "list_gone")
            return
        arrivals = incoming_contacts(sent, details.alias_prefix)
        if details.dry_run:
            self._create(run, changing, DryCreate(self.jobs, run.job, intake, arrivals))
        else:
            added = self._added_members(run.job.owner, details, sent)
            self._create(run, changing, _ListChanges(intake, details, arrivals, added))

    def _create(self, run: Run, changing: BookChange, changes: Changes[BulkCursor]) -> None:
        end = changing.apply(changes, BulkCursor.of(run.job.cursor))
        if end is not None:
            is_partial = run.job.counts.failed or end.not_added
            changing.end(Ending(JobState.PARTIAL if is_partial else JobState.COMPLETED, end.cursor()))

    def _intake(self, run: Run, details: CreateDetails) -> BulkIntake:
        return BulkIntake(
            self.contacts,
            owner=run.job.owner,
            source=key_of(run.job),
            region=self.region,
            job=run.job.job_id,
            generation=run.job.generation,
            now=self.clock.now,
            fresh_id=fresh_ids().__next__,
            on_existing=details.on_existing,
            alias_prefix=details.alias_prefix,
            overwrites=details.update is Update.OVERWRITE,
            is_dry_run=details.dry_run,
        )

    def _added_members(
        self, owner: str, details: CreateDetails, sent: Sequence[SubmittedContact]
    ) -> AddedMembers | None:
        """Only a run that may update reads the members of the collection: a new contact is never a member."""
        if details.collection_id is None:
            return None
        updates = details.on_existing is OnExisting.UPDATE or any(EXTERNAL_ID in each for each in sent)
        known = set(self.collections.member_ids(details.collection_id)) if updates else set()
        return AddedMembers(self.collections, details.collection_id, owner, known)


@dataclass
class _ListChanges:
    """The contacts of the list as changes to the book."""

    intake: BulkIntake
    details: CreateDetails
    arrivals: Sequence[Incoming]
    #: The collection that the contacts are added to; None if there is none.
    added: AddedMembers | None

    def plan(self, at: BulkCursor, limits: Limits) -> PlannedChunk[BulkCursor] | None:
        return self._plan_chunk(at, self.arrivals[at.at : at.at + limits.lines], limits)

    def skip_poisoned(self, at: BulkCursor) -> PlannedChunk[BulkCursor] | None:
        poison = [Unreadable(str(at.at), POISON)] if at.at < len(self.arrivals) else []
        return self._plan_chunk(at, poison, Limits(lines=1))

    def _plan_chunk(
        self, at: BulkCursor, arrivals: Sequence[Incoming], limits: Limits
    ) -> PlannedChunk[BulkCursor] | None:
        if not arrivals:
            return None
        chunk = self.intake.plan(arrivals, limits)
        stored_ids = [result.contact_id for result in chunk.results if result.outcome in _STORED and result.contact_id]
        added = None if at.withdrawn else self.added
        not_added = len(stored_ids) if self.details.collection_id is not None and added is None else 0
        return PlannedChunk(
            chunk,
            at.after(chunk.consumed).with_not_added(not_added),
            _ledger_lines(chunk, is_added=not not_added),
            extra_writes=added.writes(stored_ids) if added else (),
            without_extra_writes=replace(at, withdrawn=True),  # this person may no longer edit the collection
            estimate=self.details.total,
            on_commit=lambda: added.known.update(stored_ids) if added else None,
        )


def _ledger_lines(chunk: Chunk, *, is_added: bool) -> list[LedgerLine]:
    return [
        LedgerLine(
            result.source_id,
            result.outcome,
            result.contact_id,
            result.reason if is_added or result.outcome not in _STORED else NOT_ADDED,
            result.name,
        )
        for result in chunk.results
    ]
