"""The last steps of an import after reading everything and before removing anything: renamed groups, moved edits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.books.intake import Chunk, Intake, Limits
from chalicelib.contacts.contact import Stamp
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import Json, LedgerLine
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import Replan


@dataclass(frozen=True)
class LooseEnds:
    """Each method returns False if the time ran out; called again, it continues with what is left.

    Args:
        cursor: the job's position meanwhile. intake: the current one. reopen: reads the book again, into a new one.
    """

    run: Run
    limits: Limits
    cursor: Json
    intake: Callable[[], Intake]
    reopen: Callable[[], None]

    def follow_renames(self, names: Mapping[str, str], gone: Callable[[], Sequence[str]]) -> bool:
        """Renames the groups of the records that were not read in this run.

        Args:
            names: all groups, by their ids. gone: ids of records that will be removed.
        """
        stamp = Stamp(self.run.job.job_id, self.run.job.generation, Outcome.UPDATED)

        def unread() -> list[str]:
            return sorted(self.intake().known_ids() - self.intake().seen - set(gone()))

        return self._all_done(unread, lambda ids: self.intake().plan_renames(names, ids, self.limits, stamp))

    def reunite(self) -> bool:
        """Moves what a person wrote to the contact that the provider merged theirs into."""
        return self._all_done(
            lambda: self.intake().stranded(), lambda ids: self.intake().plan_reunions(ids, self.limits)
        )

    def _all_done(self, todo: Callable[[], list[str]], plan: Callable[[Sequence[str]], Chunk]) -> bool:
        rest = todo()
        while rest:
            if self.run.out_of_time():
                return False
            chunk = plan(rest)
            try:
                if chunk.writes or chunk.results:
                    self.run.commit(Progress(self.cursor, lines=lines_of(chunk), writes=chunk.writes))
            except Replan:
                self.reopen()
                rest = todo()
                continue
            self.intake().committed(chunk)
            rest = rest[chunk.consumed :]
        return True


def lines_of(chunk: Chunk) -> list[LedgerLine]:
    return [
        LedgerLine(result.source_id, result.outcome, result.contact_id, result.reason, result.name)
        for result in chunk.results
    ]
