"""The lanes of an import: the jobs that work on its file, a range each, in the phases of the import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.foundation.service_owners import organization_owner
from chalicelib.jobs.job import Job
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.store import JobStore
from chalicelib.leads.importing.import_details import ImportDetails, LaneDetails, Work
from chalicelib.leads.importing.import_parts import ImportParts
from chalicelib.leads.importing.job_kinds import LEAD_IMPORT_LANE, keys_lane_id, lane_id, lane_name

CUT, KEYS, LANES, LAST, FINISH = "cut", "keys", "wait", "last", "finish"  # phases
Cursor = Mapping[str, Any]


def lanes_of_phase(import_id: str, details: ImportDetails, cursor: Cursor) -> dict[str, LaneDetails]:
    """What the lanes of a phase do, by the ids of their jobs.

    Args:
        cursor: of the import.
    """
    phase, cuts = cursor["phase"], cursor["cuts"]
    if phase == LAST:
        last = LaneDetails(import_id, len(cuts), details.start, None, details.header_row + 1, Work.DEFERRED)
        return {lane_id(import_id, last.number): last}
    apart = finds_shared_rows(details, len(cuts))
    work = Work.KEYS if phase == KEYS else Work.APART if apart else Work.ROWS
    id_of_lane = keys_lane_id if phase == KEYS else lane_id
    ranges = _ranges(import_id, cuts, None if details.is_packed else details.source.size, work)
    return {id_of_lane(import_id, lane.number): lane for lane in ranges}


def finds_shared_rows(details: ImportDetails, ranges: int) -> bool:
    """Whether lanes first find the rows that share an identity: for several lanes, or to remember these rows alone."""
    return details.has_several and (ranges > 1 or details.dry_run)


def new_lane(job_id: str, details: ImportDetails, lane: LaneDetails, cursor: Cursor) -> NewJob:
    """The job of a lane. Arguments as for `lanes_of_phase`."""
    name = lane_name(lane.number % len(cursor["cuts"]))
    return NewJob(job_id, organization_owner(details.organization), LEAD_IMPORT_LANE.name, lane.json(), lane=name)


def lanes_of_import(jobs: JobStore, job: Job) -> list[Job]:
    """The jobs of the lanes that import the rows of a file, in their order; that of deferred rows is the last."""
    cursor: dict[str, Any] = job.cursor or {}
    ids = [lane_id(job.job_id, number) for number in range(len(cursor.get("cuts", ())) + 1)]
    known = jobs.get_many(ids)
    return [known[each] for each in ids if each in known]


@dataclass(frozen=True)
class WakeImport:
    """Lets an import go on as soon as the last lane of a phase has ended, rather than when it looks again."""

    parts: ImportParts

    def __call__(self, ended: Job) -> None:
        """`ended` is the job of a lane."""
        jobs = self.parts.jobs
        job = jobs.get(LaneDetails.of(ended).import_id)
        if job.is_finished:
            return
        lanes = lanes_of_phase(job.job_id, ImportDetails.of(job), job.cursor)
        known = jobs.get_many(list(lanes))
        if len(known) == len(lanes) and all(lane.is_finished for lane in known.values()):
            jobs.wake(job.job_id)
            self.parts.work_queue.send(job.job_id)


def _ranges(import_id: str, cuts: Sequence[Sequence[int]], end: int | None, work: Work) -> list[LaneDetails]:
    """The ranges that begin at these cuts."""
    ends: list[int | None] = [*(offset for offset, _ in cuts[1:]), end]
    return [LaneDetails(import_id, number, start, ends[number], row, work) for number, (start, row) in enumerate(cuts)]
