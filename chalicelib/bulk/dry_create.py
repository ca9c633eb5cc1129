"""A dry run of a bulk create: each chunk is planned after those before it, reported, and never written."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chalicelib.books.book import Book
from chalicelib.books.changes import POISON, PlannedChunk, ledger_lines
from chalicelib.books.chunk import Chunk, Limits, Result
from chalicelib.bulk.bulk_cursor import BulkCursor
from chalicelib.bulk.bulk_intake import BulkIntake
from chalicelib.bulk.outcome_reasons import AMBIGUOUS, code_and_values, with_values
from chalicelib.contacts.source_record import Incoming, Unreadable
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import Job
from chalicelib.jobs.store import JobStore


@dataclass
class DryCreate:
    """The contacts of the list as changes that are never made."""

    jobs: JobStore
    job: Job
    intake: BulkIntake
    arrivals: Sequence[Incoming]
    #: The ids of the contacts that would be created; they mean nothing to anyone.
    made_up: set[str] = field(default_factory=set)
    #: The book that the chunks before the next one are planned on; None until one is planned.
    _book: Book | None = None

    def plan(self, at: BulkCursor, limits: Limits) -> PlannedChunk[BulkCursor] | None:
        self._catch_up(at, limits)
        return self._plan_chunk(at, self.arrivals[at.at : at.at + limits.lines], limits)

    def skip_poisoned(self, at: BulkCursor) -> PlannedChunk[BulkCursor] | None:
        self._catch_up(at, Limits(lines=1))
        poison = [Unreadable(str(at.at), POISON)] if at.at < len(self.arrivals) else []
        return self._plan_chunk(at, poison, Limits(lines=1))

    def _catch_up(self, at: BulkCursor, limits: Limits) -> None:
        """Plan again what was reported, if that was by an earlier claim, or on a book that was read again since."""
        if self._book is self.intake.book:
            return
        known = self._without_poisoned(self.arrivals[: at.at]) if at.at else []
        while known:
            chunk = self._pretended(known, limits)
            known = known[chunk.consumed :]
        self._book = self.intake.book

    def _without_poisoned(self, arrivals: Sequence[Incoming]) -> Sequence[Incoming]:
        lines = (line for chunk in self.jobs.ledger(self.job) for line in chunk.lines)
        poisoned = {line.source_id for line in lines if line.reason == POISON}
        return [Unreadable(each.source_id, POISON) if each.source_id in poisoned else each for each in arrivals]

    def _pretended(self, arrivals: Sequence[Incoming], limits: Limits) -> Chunk:
        chunk = self.intake.plan(arrivals, limits)
        self.intake.pretend(chunk)
        self._note_made_up(chunk)
        return chunk

    def _plan_chunk(
        self, at: BulkCursor, arrivals: Sequence[Incoming], limits: Limits
    ) -> PlannedChunk[BulkCursor] | None:
        if not arrivals:
            return None
        chunk = self.intake.plan(arrivals, limits)
        self._note_made_up(chunk)
        reported = Chunk([self._reported(result) for result in chunk.results], [], chunk.consumed)
        return PlannedChunk(
            reported,
            at.after(chunk.consumed),
            ledger_lines(reported),
            estimate=len(self.arrivals),
            on_commit=lambda: self.intake.pretend(chunk),
        )

    def _note_made_up(self, chunk: Chunk) -> None:
        created = (each.contact_id for each in chunk.results if each.outcome is Outcome.CREATED)
        self.made_up.update(filter(None, created))

    def _reported(self, result: Result) -> Result:
        """The result without ids of contacts that there are not."""
        code, rivals = code_and_values(result.reason)
        if code == AMBIGUOUS and not self.made_up.isdisjoint(rivals):
            present = [each for each in rivals if each not in self.made_up]
            result = result._replace(reason=with_values(code, present) if present else code)
        return result._replace(contact_id=None) if result.contact_id in self.made_up else result
