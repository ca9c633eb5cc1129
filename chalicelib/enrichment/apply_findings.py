"""The step that writes what a run found out into one book: the vendor's records, and the statuses of the contacts.

A status is written in the transaction of the record that it tells of. A contact about which there is nothing to add is
not written: only its status is, if the contact still exists.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.books.book_store import BookStore
from chalicelib.books.change_book import ChangeBook
from chalicelib.books.changes import POISON, Ending, PlannedChunk
from chalicelib.books.chunk import Chunk, Limits
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.status_store import StatusStore
from chalicelib.enrichment.findings_planner import CHUNKS_READ, FindingsPlanner, contact_id_of
from chalicelib.enrichment.job_kinds import SKIPPED
from chalicelib.enrichment.stored_answers import AnswerStore, Finding
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.dynamo import LARGEST_TRANSACTION, Write
from chalicelib.foundation.memory import tune_memory
from chalicelib.jobs.chunk_cursor import ChunkCursor
from chalicelib.jobs.job import JobState, LedgerLine
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import OWN_WRITES

# Findings of one transaction: each writes a contact and a status, and the book learns that it has statuses.
MOST_TOGETHER = (LARGEST_TRANSACTION - OWN_WRITES - 1) // 2


@dataclass(frozen=True)
class ApplyFindings:
    """Runs the job of a book that gets findings."""

    contacts: ContactStore
    statuses: StatusStore
    books: BookStore
    change_book: ChangeBook
    answers: AnswerStore
    clock: Clock

    def __call__(self, run: Run) -> None:
        tune_memory()
        job = run.job
        blobs = [self.answers.find(job.owner, str(name)) for name in job.details["blobs"]]
        planner = FindingsPlanner(
            self.contacts,
            self.statuses,
            vendor=str(job.details["vendor"]),
            vendor_run=str(job.details["run"]),
            job=job,
            now=self.clock.now,
        )
        changing = self.change_book.begin(run, planner, has_book=True)
        findings = [finding for found in blobs if found is not None for finding in found]
        changes = _FindingChanges(planner, findings, self.books.statuses_write(job.owner))
        if changing.apply(changes, ChunkCursor.of(job.cursor)) is None:
            return
        if None in blobs:
            run.fail("What was found out has expired before it could be written.", "findings_gone")
        else:
            changing.end(Ending(JobState.COMPLETED))


@dataclass(frozen=True)
class _FindingChanges:
    """Findings as changes to the book."""

    planner: FindingsPlanner
    findings: Sequence[Finding]
    #: The write that notes that the book has statuses.
    statuses_write: Write

    def plan(self, at: ChunkCursor, limits: Limits) -> PlannedChunk[ChunkCursor] | None:
        rest = self.findings[at.at : at.at + CHUNKS_READ * MOST_TOGETHER]
        if not rest:
            return None
        most = replace(limits, contacts=min(limits.contacts, MOST_TOGETHER))
        planned = self.planner.plan_findings(rest, most)
        return PlannedChunk(
            planned.chunk,
            at.after(planned.chunk.consumed),
            planned.lines,
            extra_writes=[*planned.writes, *([self.statuses_write] if planned.writes and not at.at else [])],
            without_extra_writes=at,  # a contact was deleted meanwhile, or its statuses were moved
            estimate=len(self.findings),
        )

    def skip_poisoned(self, at: ChunkCursor) -> PlannedChunk[ChunkCursor] | None:
        if at.at >= len(self.findings):
            return None
        line = LedgerLine(contact_id_of(self.findings[at.at]), SKIPPED, None, POISON)
        return PlannedChunk(Chunk([], [], 1), at.after(1), [line], estimate=len(self.findings))
