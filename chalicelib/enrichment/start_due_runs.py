"""Starts the runs of vendors that are due. Part of every run of the minute schedule.

The job of a run has an id made of its vendor and the instant at which it was due, and is created together with the note
of that instant in the vendor's control. So two schedulers, or one that crashed, start it once; a run that was due while
the service was down, or while another one was under way, starts once too. While nothing is due, nothing is written.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from chalicelib.enrichment.control_store import ControlStore
from chalicelib.enrichment.job_kinds import ENRICHMENT_RUN, VENDOR_OWNER, vendor_lane
from chalicelib.enrichment.spend_store import SpendStore
from chalicelib.enrichment.vendor_control import VendorControl
from chalicelib.foundation.clock import Clock, instant, milliseconds, rfc3339
from chalicelib.foundation.ids import id_of
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import WorkQueue


@dataclass(frozen=True)
class StartDueRuns:
    """Creates the jobs of runs that are due."""

    controls: ControlStore
    spends: SpendStore
    jobs: JobStore
    work_queue: WorkQueue
    clock: Clock  #: the clock that all workers agree on

    def __call__(self) -> None:
        now = self.clock.now()
        for control in self.controls.all():
            due = due_run(control, now)
            if due is not None and not is_under_way(control, self.jobs):
                self._start(control, due)

    def _start(self, control: VendorControl, due: datetime) -> None:
        write_off_ended(control.vendor, self.spends, self.jobs)
        new = new_run(control.vendor, run_id(control.vendor, due), due)
        started = self.controls.run_started_write(control, new.job_id, considered=milliseconds(due))
        try:
            job = self.jobs.create(new, extra_writes=[started])
        except ExtraWriteRefused:  # an operator or another scheduler was faster; the next minute looks again
            return
        self.work_queue.send(job.job_id)


def due_run(control: VendorControl, now: datetime) -> datetime | None:
    """The instant at which a run of the vendor was due that has not begun; None if none is due."""
    if not control.enabled or control.schedule is None or control.waits:
        return None
    return control.schedule.due(instant(control.considered), now)


def is_under_way(control: VendorControl, jobs: JobStore) -> bool:
    """Whether the run that the control names is unfinished.

    One that failed for good, or was canceled as a job, is finished although nothing has noted its end in the control.
    """
    job = jobs.find(control.run) if control.run else None
    return job is not None and not job.is_finished


def write_off_ended(vendor: str, spends: SpendStore, jobs: JobStore) -> None:
    """Write off the calls of runs and previews that ended without settling them."""

    def unfinished(job_ids: Collection[str]) -> set[str]:
        return {job_id for job_id, job in jobs.get_many(list(job_ids)).items() if not job.is_finished}

    spends.write_off_ended(vendor, unfinished)


def run_id(vendor: str, due: datetime) -> str:
    """The job id of the run of a vendor that was due at this instant."""
    return id_of(ENRICHMENT_RUN.name, vendor, str(milliseconds(due)))


def new_run(vendor: str, job_id: str, due: datetime | None = None) -> NewJob:
    """The job of a run.

    Args:
        due: the instant at which it was due; None for a run that an operator begins.
    """
    details = {"vendor": vendor, "due_at": rfc3339(due)}
    return NewJob(job_id, VENDOR_OWNER, ENRICHMENT_RUN.name, details, lane=vendor_lane(vendor))
