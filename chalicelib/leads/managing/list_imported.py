"""Lists the leads that an import created or last changed, from its results: other leads are not read."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from chalicelib.foundation.cursors import decode_cursor, encode_cursor, invalid_cursor
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.service_owners import organization_owner
from chalicelib.jobs.job import Job
from chalicelib.leads.importing.final_lines import Line
from chalicelib.leads.importing.import_details import ImportDetails
from chalicelib.leads.importing.import_parts import ImportParts
from chalicelib.leads.importing.job_kinds import LEAD_IMPORT
from chalicelib.leads.importing.lanes import lanes_of_import
from chalicelib.leads.importing.outcome import Outcome
from chalicelib.leads.lead import Lead
from chalicelib.leads.managing.lead_filter import LeadFilter
from chalicelib.leads.managing.list_leads import LeadPage

MOST_BLOBS = 20  # read for one page; a page may be short, and the next one goes on
LOOKED_UP = 100  # leads, by one request
_CHANGING = (Outcome.CREATED, Outcome.UPDATED)
_CURSOR = re.compile(r"rows\.([0-9]{1,4})\.([0-9]{1,7})\.([0-9]{1,5})")


class Place(NamedTuple):
    """A line of the results."""

    lane: int = 0
    chunk: int = 0
    line: int = 0

    def cursor(self) -> str:
        return encode_cursor(f"rows.{self.lane}.{self.chunk}.{self.line}")


class ResultsExpired(Exception):
    """Results of the import are no longer there."""


@dataclass(frozen=True)
class ListImported:
    """One page of such a list, in the order of the rows."""

    parts: Callable[[], ImportParts]

    def __call__(self, organization: str, wanted: LeadFilter, *, cursor: str | None, limit: int) -> LeadPage | None:
        """The page, and the cursor of the next one.

        Returns:
            None if there is no such import or its results have expired, or the cursor is of another kind of list.

        Raises:
            InvalidInput: the results have expired since the list was begun.
        """
        place = _place(cursor)
        job = self.parts().jobs.find(wanted.source or "")
        if (
            place is None
            or job is None
            or (job.owner, job.kind) != (organization_owner(organization), LEAD_IMPORT.name)
        ):
            return None
        try:
            return _Listing(self.parts(), job, wanted, limit).page(place)
        except ResultsExpired:
            if cursor is None:
                return None
            raise invalid_cursor() from None


@dataclass(frozen=True)
class _Listing:
    """A page of the leads of one import."""

    parts: ImportParts
    job: Job
    wanted: LeadFilter
    limit: int

    def page(self, begin: Place) -> LeadPage:
        leads: list[Lead] = []
        for read, (place, lines) in enumerate(self._blobs(begin)):
            if read == MOST_BLOBS:
                return leads, place.cursor()
            for number, lead in self._leads(lines, place.line):
                leads.append(lead)
                if len(leads) == self.limit:
                    return leads, place._replace(line=number + 1).cursor()
        return leads, None

    def _blobs(self, begin: Place) -> Iterator[tuple[Place, Sequence[Line]]]:
        """The blobs with rows that created or changed a lead, each with the place where the list begins in it."""
        details = ImportDetails.of(self.job)
        results = self.parts.results(details, self.job.job_id)
        for lane, job in enumerate(lanes_of_import(self.parts.jobs, self.job)[begin.lane :], begin.lane):
            after = begin.chunk - 1 if lane == begin.lane else -1
            for chunk in self.parts.jobs.ledger(job, after=after):
                if chunk.blob is None or not any(chunk.counted.get(each) for each in _CHANGING):
                    continue
                result = results.get(chunk.blob)
                if result is None:
                    raise ResultsExpired
                place = Place(lane, chunk.chunk)
                yield (begin if place[:2] == begin[:2] else place), result.lines

    def _leads(self, lines: Sequence[Line], begin: int) -> Iterator[tuple[int, Lead]]:
        """The wanted leads of the lines from `begin` on, each with the index of its line."""
        changing = ((index, line) for index, line in enumerate(lines) if index >= begin and _is_changing(line))
        while some := list(islice(changing, LOOKED_UP)):
            ids = list(dict.fromkeys(line.lead_ids[0] for _, line in some))
            entries = self.parts.leads.entries(ImportDetails.of(self.job).organization, ids)
            for index, line in some:
                lead = entries[line.lead_ids[0]].lead
                if lead is not None and self.wanted.has(lead) and self._row_of(lead) == line.row:
                    yield index, lead

    def _row_of(self, lead: Lead) -> int:
        """The row of this import that changed or created the lead: others that did were superseded by it."""
        return lead.stamp.row if lead.stamp.source == self.job.job_id else lead.created_by.row


def _is_changing(line: Line) -> bool:
    return line.outcome in _CHANGING and bool(line.lead_ids)


def _place(cursor: str | None) -> Place | None:
    """Where a page begins; None if the cursor is of another kind of list."""
    if cursor is None:
        return Place()
    try:
        _, *numbers = decode_cursor(cursor, _CURSOR)
    except InvalidInput:
        return None
    return Place(*map(int, numbers))
