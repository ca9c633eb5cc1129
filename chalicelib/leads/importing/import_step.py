"""The step of an import: cuts the file, starts its lanes, waits for them, and writes the result files.

cut ──► lanes ──► wait ──► results ──► completed | partial | failed | canceled

Rows with several identities: cut ──► keys ──► wait ──► lanes ──► wait ──► deferred rows ──► wait ──► results. At first,
lanes write hashes of keys, by which the import finds the rows that share an identity with others. Lanes then import the
rows that share nothing, in any order; the last lane imports the deferred ones in their order.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from chalicelib.foundation.errors import TooMany
from chalicelib.foundation.pinned_object import ObjectChanged
from chalicelib.jobs.job import Job, JobState, ParkReason
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.leads.importing.blocks import blocks
from chalicelib.leads.importing.cutting import Cut, Cutter, RowTooLong
from chalicelib.leads.importing.import_details import ImportDetails, LaneDetails
from chalicelib.leads.importing.import_parts import ImportParts, ImportStopped
from chalicelib.leads.importing.key_hashes import SharedRows, bits_of
from chalicelib.leads.importing.lanes import (
    CUT,
    FINISH,
    KEYS,
    LANES,
    LAST,
    finds_shared_rows,
    lanes_of_import,
    lanes_of_phase,
    new_lane,
)
from chalicelib.leads.importing.outcome import DEFERRED, Outcome
from chalicelib.leads.importing.result_blobs import ResultsExpired
from chalicelib.leads.importing.turns import let_next_go_first
from chalicelib.leads.importing.write_results import WriteResults

WAIT = timedelta(seconds=2)  # for lanes, the last of which wakes the import if it does not look at them just then
COMMIT_EVERY = timedelta(seconds=10)  # while it works alone; its lease lasts a minute


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
        self._began = self._committed_at = parts.clock.now()
        self._import_id = run.job.job_id

    def __call__(self) -> None:
        cursor: dict[str, Any] = self._run.job.cursor or {"phase": CUT}
        if cursor["phase"] == CUT:
            if self._parts.is_stopped(self._details, self._import_id):
                self._run.commit(Progress(cursor, state=JobState.CANCELED))
                return
            cuts = self._cut(cursor)
            if cuts is None:
                let_next_go_first(self._run, self._parts.jobs)
                return
            cursor = {"phase": KEYS if finds_shared_rows(self._details, len(cuts)) else LANES, "cuts": cuts}
            self._run.commit(Progress(cursor, estimate=self._run.job.estimate))
        while (lanes := self._ended(cursor)) is not None:
            following = self._following(cursor, lanes)
            if following is None:
                self._finish(cursor, lanes)
                return
            cursor = {**cursor, "phase": following}
            self._run.commit(Progress(cursor))

    def _following(self, cursor: Mapping[str, Any], lanes: Sequence[Job]) -> str | None:
        """The phase behind this one, whose lanes have ended; None if there is none.

        Raises:
            ImportStopped: what the lanes have written is gone.
        """
        if _final_state(lanes, Counter()) is not JobState.COMPLETED:
            return None
        if cursor["phase"] == KEYS:
            self._find_shared(cursor, lanes)
            return LANES
        return LAST if cursor["phase"] == LANES and any(job.counts[DEFERRED] for job in lanes) else None

    # ── cutting

    def _cut(self, cursor: Mapping[str, Any]) -> list[list[int]] | None:
        """Where each lane begins, and its first row; None if the time is up before all of the file is read.

        Raises:
            ImportStopped: the file cannot be imported.
        """
        details, limits = self._details, self._parts.limits
        if details.is_packed:
            return [[details.start, details.header_row + 1]]
        cutter = self._cutter(cursor)
        read = partial(self._parts.blobs().read_range, details.source)
        try:
            for block in blocks(read, cutter.offset, details.source.size, self._parts.reading, size=limits.block):
                cutter.add(block)
                if cutter.rows > limits.rows + details.header_row:
                    raise ImportStopped("too_many_rows", f"The file has more than {limits.rows:,} rows. Split it.")
                if self._is_to_commit():
                    self._run.commit(Progress(_state_of(cutter)))
                if self._run.out_of_time() or self._parts.clock.now() - self._began >= limits.turn:
                    self._run.commit(Progress(_state_of(cutter)))
                    return None
        except ObjectChanged:
            raise ImportStopped("file_changed", "The file was changed or deleted before it was imported.") from None
        except RowTooLong as error:
            words = f"Row {error.row} is too long to be one row. A quotation mark may be missing there."
            raise ImportStopped("row_too_long", words) from None
        self._run.commit(Progress(_state_of(cutter), estimate=cutter.finish() - details.header_row))
        starts = [Cut(details.start, details.header_row + 1), *cutter.cuts]
        return [list(cut) for cut in sorted(set(starts)) if cut.offset < details.source.size]

    def _cutter(self, cursor: Mapping[str, Any]) -> Cutter:
        details, delimiter = self._details, self._details.delimiter.encode()
        if "offset" not in cursor:
            return Cutter(delimiter, self._targets(), details.start, details.header_row)
        cuts = [Cut(*cut) for cut in cursor["cuts"]]
        state = cursor["state"].encode("latin-1")
        return Cutter(delimiter, self._targets(), cursor["offset"], cursor["rows"], state, cuts)

    def _targets(self) -> list[int]:
        """About where the ranges of the lanes end."""
        details, limits = self._details, self._parts.limits
        size = details.source.size - details.start
        lanes = max(1, min(limits.lanes, size // limits.smallest_range))
        return [details.start + size * number // lanes for number in range(1, lanes)]

    def _is_to_commit(self) -> bool:
        now = self._parts.clock.now()
        is_late = now - self._committed_at >= COMMIT_EVERY
        self._committed_at = now if is_late else self._committed_at
        return is_late

    # ── lanes

    def _ended(self, cursor: Mapping[str, Any]) -> list[Job] | None:
        """The jobs of the lanes of a phase; None if not all have ended. Then the import is parked."""
        lanes = lanes_of_phase(self._import_id, self._details, cursor)
        try:
            known = self._known_or_new(lanes, cursor)
        except TooMany:
            self._run.park(WAIT, ParkReason.LATER)
            return None
        if not all(job.is_finished for job in known.values()):
            self._run.park(WAIT, ParkReason.LATER)
            return None
        return [known[job_id] for job_id in lanes]

    def _known_or_new(self, lanes: Mapping[str, LaneDetails], cursor: Mapping[str, Any]) -> dict[str, Job]:
        """The jobs of these lanes, by id. Raises TooMany if they cannot be created yet."""
        jobs = self._parts.jobs
        known = jobs.get_many(list(lanes))
        missing = [new_lane(each, self._details, lane, cursor) for each, lane in lanes.items() if each not in known]
        if missing:
            for job in jobs.create_in_lanes(missing):
                known[job.job_id] = job
                self._parts.work_queue.send(job.job_id)
        return known

    def _find_shared(self, cursor: Mapping[str, Any], lanes: Sequence[Job]) -> None:
        """Find the rows that share an identity."""
        try:
            self._shared.find(lanes, bits_of(self._run.job), keep=lambda: self._keep(cursor))
        except ResultsExpired:
            raise ImportStopped("expired", "A part of what the import wrote has expired. Start it again.") from None

    @property
    def _shared(self) -> SharedRows:
        return SharedRows(self._parts, self._details, self._import_id)

    # ── the end

    def _finish(self, cursor: Mapping[str, Any], ended: Sequence[Job]) -> None:
        """Write the results. `ended` has the jobs of the last phase."""
        lanes = lanes_of_import(self._parts.jobs, self._run.job)
        write = WriteResults(self._parts, self._details, self._import_id, keep=lambda: self._keep(cursor))
        counts = write(lanes)
        if self._details.has_several:
            self._shared.delete()
        failed = next((job for job in ended if job.state is JobState.FAILED), None)
        state = _final_state(ended, counts)
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
