"""Exports the outcome of each contact in an import as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from chalicelib.books.contact_store import ContactStore
from chalicelib.foundation.delivery import File, TimeLeft
from chalicelib.foundation.executor import Executor
from chalicelib.foundation.outcomes import Outcome
from chalicelib.foundation.safe_csv import CSV, csv_pieces
from chalicelib.jobs.job import Job, LedgerLine
from chalicelib.jobs.store import JobStore
from chalicelib.provider_imports.outcome_reasons import describe_reason

HEADER = ("Name", "Outcome", "Reason", "Explanation", "Contact ID", "Source ID")
READ_AT_ONCE = 100  # contacts per request


@dataclass(frozen=True)
class ExportLedger:
    """Builds the CSV file in pieces."""

    jobs: JobStore
    contacts: ContactStore
    executor: Executor

    def __call__(self, job: Job, outcome: Outcome | None, time_left: TimeLeft) -> File:
        """The lines so far, of all outcomes or one.

        The pieces of the file raise `OutOfTime` if the request takes too long.
        """
        which = "" if outcome is None else f"-{outcome}"
        name = f"import-{job.created_at:%Y-%m-%d}{which}.csv"
        return File(name, CSV, time_left.watch(csv_pieces(HEADER, self._rows(job, outcome))))

    def _rows(self, job: Job, outcome: Outcome | None) -> Iterator[Sequence[str]]:
        for chunk in self.jobs.ledger(job, outcome=outcome):
            lines = [line for line in chunk.lines if outcome in (None, line.outcome)]
            names = self._names(job.owner, lines)
            for line in lines:
                yield _row(line, line.name or names.get(line.contact_id or "", ""))

    def _names(self, owner: str, lines: Sequence[LedgerLine]) -> Mapping[str, str]:
        """The current names of these lines' contacts, read concurrently."""
        ids = [line.contact_id for line in lines if line.contact_id and not line.name]
        parts = [ids[start : start + READ_AT_ONCE] for start in range(0, len(ids), READ_AT_ONCE)]
        known = self.executor.all([partial(self.contacts.get_many, owner, part) for part in parts])
        return {key: contact.shown.get("display", "") for found in known for key, contact in found.items()}


def _row(line: LedgerLine, name: str) -> Sequence[str]:
    reason = line.reason or ""
    return name, line.outcome, reason, describe_reason(reason), line.contact_id or "", line.source_id
