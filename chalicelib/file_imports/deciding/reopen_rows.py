"""Lets rows wait again after the job that decided about them was undone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.books.contact_store import ContactStore
from chalicelib.books.pair_store import PairStore
from chalicelib.file_imports.job_kinds import DECISION
from chalicelib.file_imports.storing.decision_list import from_json
from chalicelib.file_imports.storing.decision_store import DecisionStore
from chalicelib.file_imports.storing.file_import import FileImport
from chalicelib.file_imports.storing.import_files import ImportFiles
from chalicelib.file_imports.storing.import_store import FileImportStore
from chalicelib.file_imports.storing.row_decision import StoredDecision
from chalicelib.jobs.job import Job

_AT_ONCE = 40  # rows of one transaction


@dataclass(frozen=True)
class ReopenRows:
    """Takes decisions back."""

    imports: FileImportStore
    files: ImportFiles
    decisions: DecisionStore
    contacts: ContactStore
    pairs: PairStore

    def __call__(self, job: Job) -> int:
        """Take back the decisions that a job has carried out about rows of which the book has no record now.

        What the job decided is remembered no longer, and the counts of the import follow. Safe to repeat; does nothing
        for a job of another kind.

        Returns:
            The number of rows that wait again.

        Raises:
            Conflict: a decision was taken back at the same time.
        """
        if job.kind != DECISION.name:
            return 0
        found = self.imports.get(job.owner, str(job.details["import_id"]))
        taken = [each for each in self._undone(job, found).values() if each.outcome is not None]
        for start in range(0, len(taken), _AT_ONCE):
            self._take_back(found, taken[start : start + _AT_ONCE])
        return len(taken)

    def _undone(self, job: Job, found: FileImport) -> Mapping[int, StoredDecision]:
        """The decisions of the job about rows without a record, by position."""
        book = self.contacts.read_book(job.owner)
        keys = {each.position: each.key for each in from_json(self.files.get(found, str(job.details["decisions"])))}
        stored = self.decisions.find(job.owner, found.import_id, sorted(keys))
        return {
            position: each
            for position, each in stored.items()
            if each.job_id == job.job_id and book.record(found.source.key, keys[position]) is None
        }

    def _take_back(self, found: FileImport, taken: Sequence[StoredDecision]) -> None:
        owner, import_id = found.owner, found.import_id
        counts = Counter(str(each.outcome) for each in taken)
        self.imports.save_all(
            [
                *(self.decisions.remove_write(owner, import_id, each) for each in taken),
                *(self.pairs.remove_write(owner, each.pair_id) for each in taken if each.pair_id),
                self.imports.count_decided(owner, import_id, {outcome: -count for outcome, count in counts.items()}),
            ]
        )
