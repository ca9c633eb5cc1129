"""Verifies the counts of an import: `total = created + updated + unchanged + conflict + skipped + failed`."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial

from chalicelib.file_imports.committing.commit_results import CommitResults
from chalicelib.file_imports.job_kinds import FileOutcome
from chalicelib.file_imports.records.follow_file_import import FollowedImport
from chalicelib.file_imports.storing.decision_store import DecisionStore
from chalicelib.file_imports.storing.file_import import FileImport
from chalicelib.file_imports.storing.published_state import commit_job, with_decided
from chalicelib.file_imports.storing.row_decision import REASONS, row_id
from chalicelib.file_imports.storing.state_conflict import NOT_COMMITTED, conflict_in
from chalicelib.foundation.executor import Executor
from chalicelib.foundation.json import JsonObject
from chalicelib.jobs.job import Job
from chalicelib.jobs.ledger import verify
from chalicelib.jobs.store import JobStore

_SETTLED = frozenset(REASONS.values())
Numbers = Mapping[str, int]  # of rows by `FileOutcome`; `removed` counts contacts


@dataclass(frozen=True, slots=True)
class ImportCheck:
    """The counts of an import, counted in each place that has them."""

    total: int  #: the number of rows that must have an outcome: all rows of the file once the commit has ended
    counted: Numbers  #: from the ledger of the commit, and those of the jobs that have decided about rows since
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
    decisions: DecisionStore
    #: Reads ledgers in parallel.
    executor: Executor

    def __call__(self, followed: FollowedImport) -> ImportCheck:
        """Count the rows again.

        Raises:
            Conflict: nothing was committed.
            NotFound: the import's files are no longer stored.
        """
        found, job = followed.found, commit_job(followed.job)
        if job is None:
            raise conflict_in(followed.state, NOT_COMMITTED)
        counted = with_decided(verify(self.jobs, job).counted, self._decided(found))
        total = (found.rows or 0) if found.is_committed else job.counts.read
        return ImportCheck(total, counted, followed.counts, self.results.recount(found, job))

    def _decided(self, found: FileImport) -> Counter[str]:
        """The number of rows by outcome, from the ledgers of the jobs that have decided about them."""
        if not found.decided:
            return Counter()
        rows = dict[str, set[str]]()  # of each of these jobs, as its ledger names them
        for each in self.decisions.between(found.owner, found.import_id).values():
            if each.outcome is not None:
                rows.setdefault(each.job_id, set()).add(row_id(found.import_id, each.decided.row))
        jobs = self.jobs.get_many(sorted(rows))
        counted = self.executor.all([partial(self._settled_by, jobs[job_id], rows[job_id]) for job_id in jobs])
        return sum(counted, start=Counter())

    def _settled_by(self, job: Job, rows: Collection[str]) -> Counter[str]:
        """The number of these rows by outcome that one of these jobs has settled."""
        lines = (line for chunk in self.jobs.ledger(job) if chunk.chunk < job.chunk for line in chunk.lines)
        return Counter(line.outcome for line in lines if line.reason in _SETTLED and line.source_id in rows)
