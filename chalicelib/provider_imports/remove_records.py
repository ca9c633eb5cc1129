"""Take records of one source out of a book, chunk by chunk; a contact with no record left is gone."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from chalicelib.books.contact_store import ContactStore
from chalicelib.books.intake import Intake, Limits
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.ids import fresh_id
from chalicelib.jobs.job import JobState
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import Replan
from chalicelib.provider_imports.loose_ends import lines_of

MOST_REPLANS = 20  # in a row, each because a person edited the book meanwhile


@dataclass(frozen=True)
class RemoveRecords:
    contacts: ContactStore
    clock: Clock
    region: str
    limits: Limits = Limits()  # noqa: RUF009 # frozen

    def __call__(
        self, run: Run, source: str, which: Callable[[frozenset[str]], Iterable[str]], last: Callable[[], Progress]
    ) -> None:
        """Remove until nothing is left to remove, or the time is up.

        What was removed is not in the book any more, so a run that begins again needs no place to go on from.

        Args:
            which: of all the ids the book knows of this source, those to remove.
            last: what the last commit carries besides; its state is the end of the job.
        """
        for _ in range(MOST_REPLANS):
            intake = self._intake(run, source)
            try:
                self._remove(run, intake, sorted(which(frozenset(intake.known_ids()))), last)
                return
            except Replan:
                continue
        raise Replan

    def _remove(self, run: Run, intake: Intake, ids: list[str], last: Callable[[], Progress]) -> None:
        while ids:
            if run.out_of_time():
                return
            chunk = intake.plan_removals(ids, self.limits)
            ids = ids[chunk.consumed :]
            run.commit(Progress(run.job.cursor, lines=lines_of(chunk), writes=chunk.writes))
            intake.committed(chunk)
        if not run.out_of_time():
            run.commit(last())

    def _intake(self, run: Run, source: str) -> Intake:
        intake = Intake(
            self.contacts,
            owner=run.job.owner,
            source=source,
            region=self.region,
            job=run.job.job_id,
            generation=run.job.generation,
            now=self.clock.now,
            fresh_id=fresh_id,
        )
        intake.reread()
        return intake


def ended(run: Run) -> Progress:
    """A last commit that says no more than that all is done."""
    return Progress(run.job.cursor, state=JobState.COMPLETED)
