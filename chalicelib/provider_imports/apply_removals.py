"""The step of a removals job: removes the records of a source that an import did not find.

Nothing is removed if a newer import has finished since, because that import decides what is gone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.accounts.connection import FULL
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.books.remove_records import RemoveRecords
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import Job
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore


@dataclass(frozen=True)
class ApplyRemovals:
    """Applies the removals that an import held."""

    connections: ConnectionStore
    jobs: JobStore
    remove: RemoveRecords

    def __call__(self, run: Run) -> None:
        job = self.jobs.get(run.job.details["of_import"])
        connection = self.connections.get(run.job.owner, run.job.details["connection_id"])
        if connection.last_finished != job.job_id:
            run.fail("A newer import of this account has finished. Nothing was removed.", "superseded")
            return
        seen, gone = self._ids_of(job)
        is_full = job.details.get("mode", FULL) == FULL

        def which(known: frozenset[str]) -> Iterable[str]:
            return (known if is_full else known & gone) - seen

        self.remove(run, connection.source, which)

    def _ids_of(self, job: Job) -> tuple[frozenset[str], frozenset[str]]:
        """The ids that the import read, and those that the provider reported as deleted."""
        seen: set[str] = set()
        gone: set[str] = set()
        for chunk in self.jobs.ledger(job):
            seen.update(line.source_id for line in chunk.lines if line.outcome is not Outcome.REMOVED)
            gone.update(chunk.deleted_ids)
        return frozenset(seen), frozenset(gone)
