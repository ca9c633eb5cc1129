"""Remove records of one source from a book; a contact with no remaining record is deleted."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from chalicelib.books.change_book import ChangeBook
from chalicelib.books.changes import Ending, ForEach, ListPosition
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.planner import Planner
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import JobState
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore


@dataclass(frozen=True)
class RemoveRecords:
    """Removes records in a job of its own."""

    jobs: JobStore
    contacts: ContactStore
    change_book: ChangeBook
    clock: Clock

    def __call__(
        self,
        run: Run,
        source: str,
        choose: Callable[[frozenset[str]], Iterable[str]],
        extra_writes: Sequence[Write] = (),
    ) -> None:
        """Remove records until none is left and end the job, or until the time is up.

        Removed records are no longer in the book, so the next claim needs no cursor.

        Args:
            choose: returns those to remove, from all source ids of this source in the book.
            extra_writes: further writes of the transaction that ends the job.
        """
        planner = Planner(self.contacts, owner=run.job.owner, source=source, now=self.clock.now)
        changing = self.change_book.begin(run, planner)
        known = frozenset(planner.known_ids())
        start = ListPosition.of(run.job.cursor)
        ids = sorted(set(choose(known)) - self._failed_ids(run))
        if changing.apply(ForEach(ids, start, planner.plan_removals), start) is not None:
            state = JobState.PARTIAL if run.job.counts.failed else JobState.COMPLETED
            changing.end(Ending(state, dict(start.base) or None, extra_writes))

    def _failed_ids(self, run: Run) -> set[str]:
        chunks = self.jobs.ledger(run.job)
        return {line.source_id for chunk in chunks for line in chunk.lines if line.outcome is Outcome.FAILED}
