"""Starts undoing a run, once a person has seen and confirmed the numbers."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.accounts.connection import RACES
from chalicelib.accounts.refresh_store import RefreshStore
from chalicelib.foundation.errors import Conflict
from chalicelib.jobs.job import Job
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.successive_jobs import latest_and_next
from chalicelib.jobs.worker import WorkQueue
from chalicelib.undoing.job_kinds import PREVIEW, UNDO, UNDOES, new_undo
from chalicelib.undoing.preview_undo import PreviewUndo, UndoNumbers


@dataclass(frozen=True)
class StartUndo:
    """Starts undoing runs."""

    jobs: JobStore
    preview: PreviewUndo
    work_queue: WorkQueue
    collection_of: Callable[[Job], str | None]  #: returns the id of the collection that a run added contacts to
    refreshes: RefreshStore

    def __call__(self, owner: str, run_id: str, confirmed: UndoNumbers, preview_id: str = "") -> Job:
        """Create the job and return it; one that another request has started of the same run is returned instead.

        An account of which an import is undone is no longer imported again by itself, or the next import would bring
        everything back.

        Args:
            confirmed: the numbers as the person saw them.
            preview_id: of the preview that had them; without it, or once the book has changed, they are counted again.

        Raises:
            NotFound, Conflict: as `PreviewUndo`; also a Conflict if the numbers are no longer those, or all are zero.
            TooMany: the person has too many unfinished jobs.
        """
        run = self.preview.undoable(owner, run_id)
        latest, next_id = latest_and_next(self.jobs, UNDO.name, run_id)
        if latest is not None and _is_repeated(latest, preview_id):
            return latest
        if (under_way := self._under_way(run)) is not None:
            return under_way
        try:
            self._check(run, confirmed, preview_id)
        except Conflict:
            if (started := self.jobs.find(next_id)) is not None:  # by another request, since this one began
                return started
            raise
        job = self._create(run, next_id, preview_id)
        self.work_queue.send(job.job_id)
        return job

    def _create(self, run: Job, undo_id: str, preview_id: str) -> Job:
        new, connection_id = (
            new_undo(undo_id, run, self.collection_of(run), preview_id),
            run.details.get("connection_id"),
        )
        for _ in range(RACES):
            off = self.refreshes.off_writes(run.owner, str(connection_id)) if connection_id else []
            try:
                return self.jobs.create(new, extra_writes=off)
            except ExtraWriteRefused:  # it was due at this moment, or the person chose another interval
                continue
        raise Conflict("This account was changed at the same time. Try again.")

    def _under_way(self, run: Job) -> Job | None:
        """The unfinished undo of the run, whoever started it; None if there is none."""
        undos = (job for job in self.jobs.unfinished(run.owner) if job.kind == UNDO.name)
        return next((job for job in undos if job.details[UNDOES] == run.job_id), None)

    def _check(self, run: Job, confirmed: UndoNumbers, preview_id: str) -> None:
        """Raises Conflict if the numbers are not those of the book as it is, or all are zero."""
        if not self.preview.is_current(run, confirmed, preview_id):
            self._check_numbers(run.owner, run.job_id, confirmed)
        if not confirmed.total:
            raise Conflict("There is nothing to undo.", code="nothing_to_undo")

    def _check_numbers(self, owner: str, run_id: str, confirmed: UndoNumbers) -> None:
        found = self.preview(owner, run_id).numbers
        if found != confirmed:
            message = "Your contacts have changed since you looked. Look at the numbers again."
            raise Conflict(message, code="undo_changed", numbers=found.as_json())


def _is_repeated(undo: Job, preview_id: str) -> bool:
    """Whether the undo was started with the numbers of this preview, so that its request has come again."""
    return bool(preview_id) and undo.details.get(PREVIEW) == preview_id
