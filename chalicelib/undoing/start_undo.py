"""Starts undoing a run, once a person has seen and confirmed the numbers."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.ids import fresh_id
from chalicelib.jobs.job import Job
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import WorkQueue
from chalicelib.undoing.job_kinds import UNDO, UNDOES, new_undo
from chalicelib.undoing.preview_undo import PreviewUndo, UndoNumbers


@dataclass(frozen=True)
class StartUndo:
    """Starts undoing runs."""

    jobs: JobStore
    preview: PreviewUndo
    work_queue: WorkQueue
    collection_of: Callable[[Job], str | None]  #: returns the id of the collection that a run added contacts to

    def __call__(self, owner: str, run_id: str, confirmed: UndoNumbers, preview_id: str = "") -> Job:
        """Create the job and return it; an unfinished one of the same run is returned instead.

        Args:
            confirmed: the numbers as the person saw them.
            preview_id: of the preview that had them; without it, or once the book has changed, they are counted again.

        Raises:
            NotFound, Conflict: as `PreviewUndo`; also a Conflict if the numbers are no longer those, or all are zero.
            TooMany: the person has too many unfinished jobs.
        """
        run = self.preview.undoable(owner, run_id)
        if (under_way := self._under_way(run)) is not None:
            return under_way
        if not self.preview.is_current(run, confirmed, preview_id):
            self._check_numbers(owner, run_id, confirmed)
        if not confirmed.total:
            raise Conflict("There is nothing to undo.", code="nothing_to_undo")
        collection_id = self.collection_of(run)
        if (under_way := self._under_way(run)) is not None:  # begun while this request read the book
            return under_way
        job = self.jobs.create(new_undo(fresh_id(), run, collection_id))
        self.work_queue.send(job.job_id)
        return job

    def _check_numbers(self, owner: str, run_id: str, confirmed: UndoNumbers) -> None:
        found = self.preview(owner, run_id).numbers
        if found != confirmed:
            message = "Your contacts have changed since you looked. Look at the numbers again."
            raise Conflict(message, code="undo_changed", numbers=found.as_json())

    def _under_way(self, run: Job) -> Job | None:
        """The unfinished undo of the run; None if there is none."""
        undos = (job for job in self.jobs.unfinished(run.owner) if job.kind == UNDO.name)
        return next((job for job in undos if job.details[UNDOES] == run.job_id), None)
