"""The step that undoes a run of a vendor: each book undoes what the run wrote there, as any run is undone."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from chalicelib.enrichment.jobs_of_books import FULL_BOOK_WAIT, jobs_of_books, wait_for
from chalicelib.foundation.errors import Conflict, TooMany
from chalicelib.foundation.ids import id_of
from chalicelib.jobs.job import Job, JobState, ParkReason
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import WorkQueue


def undo_id(run_id: str) -> str:
    """The id of the job that undoes a run; there is only one."""
    return id_of("enrichment_undo", run_id)


@dataclass(frozen=True)
class UndoVendorRun:
    """Runs the job that undoes a run, whose id is in its details."""

    jobs: JobStore
    work_queue: WorkQueue
    #: Makes the job of this id that undoes a job of a book.
    new_undo: Callable[[str, Job], NewJob]

    def __call__(self, run: Run) -> None:
        undone = self.jobs.find(str(run.job.details["run"]))
        written = [] if undone is None else jobs_of_books(self.jobs, undone)
        undos = {job.job_id: id_of("undo", run.job.job_id, job.job_id) for job in written}
        known = self.jobs.get_many(list(undos.values()))
        try:
            started = [self._start(job, undos[job.job_id]) for job in written if undos[job.job_id] not in known]
        except TooMany:
            run.park(FULL_BOOK_WAIT, ParkReason.LATER)
            return
        every = [*known.values(), *filter(None, started)]
        unfinished = sum(not job.is_finished for job in every)
        if unfinished:
            run.park(wait_for(unfinished), ParkReason.LATER)
            return
        self._finish(run, every)

    def _start(self, job: Job, undo: str) -> Job | None:
        try:
            created = self.jobs.create(self.new_undo(undo, job))
        except Conflict:  # the owner is being erased
            return None
        self.work_queue.send(created.job_id)
        return created

    def _finish(self, run: Run, undos: Sequence[Job]) -> None:
        counts = Counter[str]()
        for job in undos:
            counts.update(dict(_numbers(job)))
        failed = any(job.state not in (JobState.COMPLETED, JobState.PARTIAL) for job in undos)
        details = {"books": len(undos), **counts}
        run.commit(Progress(None, state=JobState.PARTIAL if failed else JobState.COMPLETED, details=details))


def _numbers(job: Job) -> Iterator[tuple[str, int]]:
    yield "restored", job.counts["updated"] + job.counts["removed"] + job.counts["created"]
    yield "kept", job.counts["skipped"]
    yield "failed", job.counts["failed"]
