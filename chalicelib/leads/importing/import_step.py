"""The step of an import: cuts the file, starts its lanes, waits for them, and writes the result files.

cut ──► lanes ──► wait ──► results ──► completed | partial | failed | canceled
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from chalicelib.foundation.errors import TooMany
from chalicelib.foundation.ids import id_of
from chalicelib.foundation.pinned_object import ObjectChanged
from chalicelib.foundation.service_owners import organization_owner
from chalicelib.jobs.job import Job, JobState, ParkReason
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore
from chalicelib.leads.importing.blocks import blocks
from chalicelib.leads.importing.cutting import Cut, Cutter, RowTooLong
from chalicelib.leads.importing.import_details import HEADER_ROW, ImportDetails, LaneDetails
from chalicelib.leads.importing.import_parts import ImportParts, ImportStopped
from chalicelib.leads.importing.job_kinds import LEAD_IMPORT_LANE, lane_name
from chalicelib.leads.importing.judging import Outcome
from chalicelib.leads.importing.write_results import WriteResults

WAIT = timedelta(seconds=2)  # for lanes, before the import looks at them again
COMMIT_EVERY = timedelta(seconds=10)  # while it works alone; its lease lasts a minute
CUT, LANES, FINISH = "cut", "wait", "finish"  # phases


@dataclass(frozen=True)
class ImportStep:
    """Runs the job of an import."""

    parts: ImportParts

    def __call__(self, run: Run) -> None:
        details = ImportDetails.of(run.job)
        working = _ImportRun(self.parts, run, details)
        try:
            working()
        except ImportStopped as stopped:
            run.fail(stopped.words, stopped.code)


class _ImportRun:
    """One claim of the job of an import."""

    def __init__(self, parts: ImportParts, run: Run, details: ImportDetails) -> None:
        self._parts, self._run, self._details = parts, run, details
        self._committed_at = parts.clock.now()
        self._import_id = run.job.job_id

    def __call__(self) -> None:
        cursor: dict[str, Any] = self._run.job.cursor or {"phase": CUT}
        if cursor["phase"] == CUT:
            if self._parts.is_stopped(self._details, self._import_id):
                self._run.commit(Progress(cursor, state=JobState.CANCELED))
                return
            cuts = self._cut(cursor)
            if cuts is None:
                return
            cursor = {"phase": LANES, "cuts": cuts}
            self._run.commit(Progress(cursor, estimate=self._run.job.estimate))
        if cursor["phase"] == LANES:
            self._wait_for_lanes(cursor)

    # ── cutting

    def _cut(self, cursor: Mapping[str, Any]) -> list[list[int]] | None:
        """Where each lane begins, and its first row; None if the time is up before all of the file is read.

        Raises:
            ImportStopped: the file cannot be imported.
        """
        details, limits = self._details, self._parts.limits
        if details.is_packed:
            return [[details.start, HEADER_ROW + 1]]
        cutter = self._cutter(cursor)
        read = partial(self._parts.blobs().read_range, details.source)
        try:
            for block in blocks(read, cutter.offset, details.source.size, self._parts.reading, size=limits.block):
                cutter.add(block)
                if cutter.rows > limits.rows + HEADER_ROW:
                    raise ImportStopped("too_many_rows", f"The file has more than {limits.rows:,} rows. Split it.")
                if self._is_to_commit():
                    self._run.commit(Progress(_state_of(cutter)))
                if self._run.out_of_time():
                    self._run.commit(Progress(_state_of(cutter)))
                    return None
        except ObjectChanged:
            raise ImportStopped("file_changed", "The file was changed or deleted before it was imported.") from None
        except RowTooLong as error:
            words = f"Row {error.row} is too long to be one row. A quotation mark may be missing there."
            raise ImportStopped("row_too_long", words) from None
        self._run.commit(Progress(_state_of(cutter), estimate=cutter.finish() - HEADER_ROW))
        starts = [Cut(details.start, HEADER_ROW + 1), *cutter.cuts]
        return [list(cut) for cut in sorted(set(starts)) if cut.offset < details.source.size]

    def _cutter(self, cursor: Mapping[str, Any]) -> Cutter:
        details, delimiter = self._details, self._details.delimiter.encode()
        if "offset" not in cursor:
            return Cutter(delimiter, self._targets(), details.start, HEADER_ROW)
        cuts = [Cut(*cut) for cut in cursor["cuts"]]
        state = cursor["state"].encode("latin-1")
        return Cutter(delimiter, self._targets(), cursor["offset"], cursor["rows"], state, cuts)

    def _targets(self) -> list[int]:
        """About where the ranges of the lanes end."""
        details, limits = self._details, self._parts.limits
        size = details.source.size - details.start
        lanes = 1 if details.has_several else max(1, min(limits.lanes, size // limits.smallest_range))
        return [details.start + size * number // lanes for number in range(1, lanes)]

    def _is_to_commit(self) -> bool:
        now = self._parts.clock.now()
        is_late = now - self._committed_at >= COMMIT_EVERY
        self._committed_at = now if is_late else self._committed_at
        return is_late

    # ── lanes

    def _wait_for_lanes(self, cursor: Mapping[str, Any]) -> None:
        jobs = self._parts.jobs
        lanes = lanes_of(self._import_id, cursor["cuts"], self._end_of_file())
        known = jobs.get_many([lane_id(self._import_id, lane.number) for lane in lanes])
        try:
            for lane in lanes:
                if lane_id(self._import_id, lane.number) not in known:
                    job = self._start(lane)
                    known[job.job_id] = job
        except TooMany:
            self._run.park(WAIT, ParkReason.LATER)
            return
        if not all(job.is_finished for job in known.values()):
            self._run.park(WAIT, ParkReason.LATER)
            return
        self._finish(cursor, [known[lane_id(self._import_id, lane.number)] for lane in lanes])

    def _end_of_file(self) -> int | None:
        return None if self._details.is_packed else self._details.source.size

    def _start(self, lane: LaneDetails) -> Job:
        new = NewJob(
            lane_id(self._import_id, lane.number),
            organization_owner(self._details.organization),
            LEAD_IMPORT_LANE.name,
            lane.json(),
            lane=lane_name(lane.number),
        )
        job = self._parts.jobs.create(new)
        self._parts.work_queue.send(job.job_id)
        return job

    # ── the end

    def _finish(self, cursor: Mapping[str, Any], lanes: Sequence[Job]) -> None:
        write = WriteResults(self._parts, self._details, self._import_id, keep=lambda: self._keep(cursor))
        counts = write(lanes)
        failed = next((job for job in lanes if job.state is JobState.FAILED), None)
        state = _final_state(lanes, counts)
        is_whole = state in (JobState.COMPLETED, JobState.PARTIAL)
        self._run.commit(
            Progress(
                {"phase": FINISH, "cuts": cursor["cuts"]},
                counted=counts,
                state=state,
                error=failed.error if failed is not None else None,
                error_code=failed.error_code if failed is not None else None,
                estimate=sum(counts.values()) if is_whole else None,
            )
        )

    def _keep(self, cursor: Mapping[str, Any]) -> None:
        """Renew the lease if it is time."""
        if self._is_to_commit():
            self._run.commit(Progress(dict(cursor)))


def lanes_of_import(jobs: JobStore, job: Job) -> list[Job]:
    """The jobs of the lanes of an import, in their order."""
    cursor: dict[str, Any] = job.cursor or {}
    ids = [lane_id(job.job_id, number) for number in range(len(cursor.get("cuts", ())))]
    known = jobs.get_many(ids)
    return [known[each] for each in ids if each in known]


def lane_id(import_id: str, number: int) -> str:
    """The id of the job of a lane."""
    return id_of("lead import lane", import_id, str(number))


def lanes_of(import_id: str, cuts: Sequence[Sequence[int]], end: int | None) -> list[LaneDetails]:
    """The ranges that begin at these cuts."""
    ends: list[int | None] = [*(offset for offset, _ in cuts[1:]), end]
    return [LaneDetails(import_id, number, start, ends[number], row) for number, (start, row) in enumerate(cuts)]


def _state_of(cutter: Cutter) -> dict[str, Any]:
    return {
        "phase": CUT,
        "offset": cutter.offset,
        "rows": cutter.rows,
        "state": cutter.state.decode("latin-1"),
        "cuts": [list(cut) for cut in cutter.cuts],
    }


def _final_state(lanes: Sequence[Job], counts: Counter[str]) -> JobState:
    states = {job.state for job in lanes}
    if JobState.FAILED in states:
        return JobState.FAILED
    if JobState.CANCELED in states:
        return JobState.CANCELED
    return JobState.PARTIAL if counts[Outcome.FAILED] or counts[Outcome.AMBIGUOUS] else JobState.COMPLETED
