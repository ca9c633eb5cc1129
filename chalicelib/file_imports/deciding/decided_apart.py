"""Which rows of an import came into the book by decisions: each is a run of its own, which is undone by itself."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from chalicelib.file_imports.job_kinds import COMMIT, FileOutcome
from chalicelib.file_imports.storing.decision_store import DecisionStore
from chalicelib.jobs.job import Job

_IN_THE_BOOK = (FileOutcome.CREATED, FileOutcome.UPDATED)


class DecidedApart(NamedTuple):
    """A run that imported rows after the commit, as a person had decided."""

    job_id: str
    rows: int
    at: datetime  #: when it imported the last of them


@dataclass(frozen=True)
class FindDecidedApart:
    """Finds these runs."""

    decisions: DecisionStore

    def __call__(self, run: Job) -> Sequence[DecidedApart]:
        """Those about the import that a run committed, the latest first; none for a run of another kind.

        A run that was undone is none of them: its rows wait again, or their import was undone too.
        """
        if run.kind != COMMIT.name:
            return []
        stored = self.decisions.between(run.owner, str(run.details["import_id"])).values()
        settled = [each for each in stored if each.outcome in _IN_THE_BOOK]
        rows, at = Counter(each.job_id for each in settled), dict[str, datetime]()
        for each in settled:
            at[each.job_id] = max(each.at, at.get(each.job_id, each.at))
        found = (DecidedApart(job_id, rows[job_id], at[job_id]) for job_id in rows)
        return sorted(found, key=lambda each: (each.at, each.job_id), reverse=True)
