"""Verifies the counts of an import: `total = created + updated + unchanged + conflict + skipped + failed`."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.file_imports.committing.commit_results import CommitResults
from chalicelib.file_imports.job_kinds import FileOutcome
from chalicelib.file_imports.records.follow_file_import import FollowedImport
from chalicelib.file_imports.storing.published_state import commit_job
from chalicelib.file_imports.storing.state_conflict import NOT_COMMITTED, conflict_in
from chalicelib.foundation.json import JsonObject
from chalicelib.jobs.ledger import verify
from chalicelib.jobs.store import JobStore

Numbers = Mapping[str, int]  # of rows by `FileOutcome`; `removed` counts contacts


@dataclass(frozen=True, slots=True)
class ImportCheck:
    """The counts of an import, counted in each place that has them."""

    total: int  #: the number of rows that must have an outcome: all rows of the file once the commit has ended
    counted: Numbers  #: from the ledger
    recorded: Numbers  #: as the import shows them
    listed: Numbers  #: from the outcome of each row, as the list of rows and the reports show it

    @property
    def consistent(self) -> bool:
        rows = sum(count for outcome, count in self.counted.items() if outcome != FileOutcome.REMOVED)
        return self.counted == self.recorded == self.listed and rows == self.total

    def as_json(self) -> JsonObject:
        """The published form."""
        return {
            "consistent": self.consistent,
            "total": self.total,
            "counted": dict(self.counted),
            "recorded": dict(self.recorded),
            "listed": dict(self.listed),
        }


@dataclass(frozen=True)
class VerifyImport:
    """Verifies imports."""

    jobs: JobStore
    results: CommitResults

    def __call__(self, followed: FollowedImport) -> ImportCheck:
        """Count the rows again.

        Raises:
            Conflict: nothing was committed.
            NotFound: the import's files are no longer stored.
        """
        found, job = followed.found, commit_job(followed.job)
        if job is None:
            raise conflict_in(followed.state, NOT_COMMITTED)
        check = verify(self.jobs, job)
        total = (found.rows or 0) if found.is_committed else job.counts.read
        return ImportCheck(total, _numbers(check.counted), _numbers(job.counts), self.results.recount(found, job))


def _numbers(counts: Numbers) -> Numbers:
    return {outcome.value: counts.get(outcome, 0) for outcome in FileOutcome}
