"""Lists what became of each contact of a bulk create, in the order of the submitted list."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.bulk.bulk_job import CREATE_KIND, CreateDetails
from chalicelib.bulk.outcome_reasons import AMBIGUOUS, DUPLICATE, code_and_values, message_for
from chalicelib.bulk.own_jobs import own_job
from chalicelib.bulk.submitted_contact import EXTERNAL_ID
from chalicelib.bulk.submitted_lists import ListExpired, SubmittedLists
from chalicelib.foundation.cursors import decode_cursor, encode_cursor
from chalicelib.foundation.delivery import File, TimeLeft
from chalicelib.foundation.http import Person
from chalicelib.foundation.json import Json
from chalicelib.foundation.outcomes import Outcome
from chalicelib.foundation.safe_csv import CSV, csv_pieces
from chalicelib.jobs.job import Job, LedgerLine
from chalicelib.jobs.ledger import ledger_page
from chalicelib.jobs.store import JobStore

ITEM_OUTCOMES = tuple(outcome for outcome in Outcome if outcome is not Outcome.REMOVED)
HEADER = ("index", "external_id", "outcome", "contact_id", "code", "message", "winner_index", "rivals")
_POSITION = re.compile(r"([0-9]{1,6})\.([0-9]{1,6})")  # a chunk of the ledger, and a line in it


@dataclass(frozen=True)
class ListItems:
    """Lists the items of bulk creates of one person."""

    jobs: JobStore
    lists: SubmittedLists

    def page(
        self, caller: Person, job_id: str, *, outcome: str | None, cursor: str | None, limit: int
    ) -> tuple[list[dict[str, Json]], str | None]:
        """A page of the items that were processed so far, and the cursor of the next one.

        Args:
            outcome: only items with this one of `ITEM_OUTCOMES`; None for all.

        Raises:
            NotFound: as `own_job`.
            InvalidInput: the cursor is malformed.
        """
        job = own_job(self.jobs, caller.sub, job_id, CREATE_KIND)
        start = (0, 0)
        if cursor is not None:
            _, chunk, line = decode_cursor(cursor, _POSITION)
            start = (int(chunk), int(line))
        lines, following = ledger_page(self.jobs, job, outcome=outcome, start=start, limit=limit)
        external_ids = self._external_ids(job, caller) if lines else {}
        following_cursor = None if following is None else encode_cursor(f"{following[0]}.{following[1]}")
        return [_item(line, external_ids) for line in lines], following_cursor

    def file(self, caller: Person, job_id: str, outcome: str | None, time_left: TimeLeft) -> File:
        """All items so far as CSV. Raises as `page`; its pieces raise `OutOfTime` if the request takes too long."""
        job = own_job(self.jobs, caller.sub, job_id, CREATE_KIND)
        which = "" if outcome is None else f"-{outcome}"
        rows = csv_pieces(HEADER, self._rows(job, caller, outcome))
        return File(f"bulk-create-{job.created_at:%Y-%m-%d}{which}.csv", CSV, time_left.watch(rows))

    def _rows(self, job: Job, caller: Person, outcome: str | None) -> Iterator[Sequence[str]]:
        external_ids = self._external_ids(job, caller)
        for chunk in self.jobs.ledger(job, outcome=outcome):
            for line in chunk.lines:
                if chunk.chunk < job.chunk and outcome in (None, line.outcome):
                    yield _row(_item(line, external_ids))

    def _external_ids(self, job: Job, caller: Person) -> Mapping[int, str]:
        """By index; none once the submitted list has expired, and none that another client has sent."""
        details = CreateDetails.of(job)
        if caller.acting_client not in ("", details.client):
            return {}
        try:
            sent = self.lists.get(job.owner, details.contacts)
        except ListExpired:
            return {}
        return {index: each[EXTERNAL_ID] for index, each in enumerate(sent) if EXTERNAL_ID in each}


def _item(line: LedgerLine, external_ids: Mapping[int, str]) -> dict[str, Json]:
    """The published form."""
    index, (code, values) = int(line.source_id), code_and_values(line.reason)
    return {
        "index": index,
        "external_id": external_ids.get(index),
        "outcome": line.outcome,
        "contact_id": line.contact_id,
        "code": code or None,
        "message": message_for(code) if code else None,
        "winner_index": int(values[0]) if code == DUPLICATE and values else None,
        "rivals": values if code == AMBIGUOUS else [],
    }


def _row(item: Mapping[str, Json]) -> Sequence[str]:
    cells = {**item, "rivals": " ".join(item["rivals"])}
    return ["" if cells[name] is None else str(cells[name]) for name in HEADER]
