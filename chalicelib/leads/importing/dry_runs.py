"""What a dry run works with: leads that it reads and does not change, and what its earlier rows would have done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chalicelib.jobs.job import Job
from chalicelib.jobs.store import JobStore
from chalicelib.leads.importing.judging import Earlier, Known, Row
from chalicelib.leads.importing.outcome import Outcome
from chalicelib.leads.importing.result_blobs import ResultBlobs, ResultsExpired
from chalicelib.leads.importing.row_parser import RowParser
from chalicelib.leads.importing.stored_leads import Compared, StoredLeads


@dataclass(frozen=True)
class DryLeads:
    """Leads that a dry run reads and does not change."""

    stored: StoredLeads

    def find(self, keys: Iterable[str], *, consistent: bool = False) -> dict[str, Known]:
        return self.stored.find(keys, consistent=consistent)

    def compare(self, rows: Sequence[Row]) -> Compared:
        return self.stored.compare(rows)

    def write(self, changes: object) -> set[str]:  # noqa: ARG002 # as `ImportedLeads` has it
        return set()


def earlier_rows(lane: Job, jobs: JobStore, results: ResultBlobs, parser: RowParser) -> Earlier:
    """What the rows that a lane of a dry run has committed would have done.

    Raises:
        ResultsExpired: what the lane has written is no longer kept.
    """
    earlier = Earlier()
    for name in (chunk.blob for chunk in jobs.ledger(lane) if chunk.blob is not None):
        result = results.get(name)
        if result is None:
            raise ResultsExpired
        for line, cells in zip(result.lines, result.cells, strict=True):
            row = parser(line.row, cells) if line.outcome in (Outcome.CREATED, Outcome.UPDATED) else None
            if isinstance(row, Row):
                earlier.add(row.number, line.lead_ids[0], row.keys)
    return earlier
