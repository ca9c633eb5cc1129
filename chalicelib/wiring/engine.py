"""The job engine: runs the kinds of jobs that the rooms declare."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chalicelib.jobs.job import Job
    from chalicelib.jobs.minute_schedule import RunSchedule
    from chalicelib.jobs.run import Run
    from chalicelib.jobs.start_job import StartJob
    from chalicelib.jobs.worker import Step, Worker
    from chalicelib.operating.allowed_actions import JobActions
    from chalicelib.room import RoomJob
    from chalicelib.shared_parts import SharedParts


class JobEngine:
    """Runs jobs, each by the step of its room. Each part is built when it is first needed."""

    def __init__(
        self,
        shared: SharedParts,
        jobs: Callable[[], Sequence[tuple[RoomJob[Any], Any]]],
        *,
        prepare_index: Callable[[str], None],
        after_job: Callable[[Job], None] = lambda _: None,
        starters: Sequence[Callable[[], object]] = (),
    ) -> None:
        """Connect the engine to the rooms.

        Args:
            jobs: returns every kind of job, with the parts of its room.
            prepare_index: prepares the index of an owner's book, so that no request waits for it after an import.
            after_job: called when a job has ended, if time is left.
            starters: create the jobs and send the e-mails that are due, at the beginning of each run of the minute
                schedule.
        """
        self._shared, self._jobs, self._prepare_index, self._starters = shared, jobs, prepare_index, starters
        self._tell_after_job = after_job

    @cached_property
    def steps(self) -> Mapping[str, Step]:
        return {job.kind.name: _built_when_run(job, parts) for job, parts in self._jobs()}

    @cached_property
    def worker(self) -> Worker:
        from chalicelib.jobs.worker import Worker

        shared = self._shared
        return Worker(
            shared.jobs,
            self.steps,
            shared.work_queue,
            shared.clock,
            shared.chance,
            shared.stopping,
            on_finished=self._after_job,
        )

    def _after_job(self, job: Job) -> None:
        self._tell_after_job(job)
        if job.has_changed and self._shared.jobs.kinds.changes_book(job.kind):
            self._prepare_index(job.owner)
        if job.kind in self._followed:
            on_finished, parts = self._followed[job.kind]
            on_finished(parts)(job)

    @cached_property
    def _followed(self) -> Mapping[str, tuple[Callable[[Any], Callable[[Job], None]], Any]]:
        """What builds the functions that are called after jobs have ended, with the parts of their room, by kind."""
        return {job.kind.name: (job.on_finished, parts) for job, parts in self._jobs() if job.on_finished is not None}

    @cached_property
    def run_schedule(self) -> RunSchedule:
        from chalicelib.jobs.minute_schedule import RunSchedule

        shared, limit = self._shared, self._shared.settings.import_claim_limit
        executor = shared.executor_of(limit)
        return RunSchedule(
            shared.jobs,
            self.worker,
            shared.work_queue,
            shared.store_clock,
            executor,
            claim_limit=limit,
            starters=self._starters,
        )

    @cached_property
    def start_job(self) -> StartJob:
        from chalicelib.jobs.start_job import StartJob

        return StartJob(self.worker)

    @cached_property
    def job_actions(self) -> Mapping[str, JobActions]:
        from chalicelib.operating.allowed_actions import JobActions

        return {
            job.kind.name: JobActions(
                job.title,
                cancel=job.cancel and job.cancel(parts),
                not_cancelable=job.not_cancelable,
                retry=job.retry and job.retry(parts),
            )
            for job, parts in self._jobs()
        }


def _built_when_run(job: RoomJob[Any], parts: Any) -> Step:
    """A step whose parts are built for its first job: each of them may need another AWS client."""

    def step(run: Run) -> None:
        job.step(parts)(run)

    return step
