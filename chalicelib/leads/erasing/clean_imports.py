"""The step of the job behind an erasure: removes the lead from all imports that were accepted before it.

An import that still runs may be storing rows of the lead, so the job waits for it. Imports that are accepted later find
the identities suppressed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.json import Json
from chalicelib.jobs.job import Job, JobState, ParkReason
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.leads.erasing.erasure_job import deleted_by_others, deleted_files, keys_of
from chalicelib.leads.importing.forget_lead import ForgetLead

WAIT = timedelta(seconds=30)  # for imports that run, before the job looks at them again
COMMIT_EVERY = timedelta(seconds=10)  # the lease lasts a minute


@dataclass(frozen=True)
class CleanImports:
    """Runs the job behind an erasure."""

    forget: ForgetLead
    clock: Clock

    def __call__(self, run: Run) -> None:
        _Cleaning(self.forget, self.clock, run)()


class _Cleaning:
    """One claim of the job."""

    def __init__(self, forget: ForgetLead, clock: Clock, run: Run) -> None:
        self._forget, self._clock, self._run = forget, clock, run
        self._keys = keys_of(run.job)
        self._committed_at = clock.now()

    def __call__(self) -> None:
        if self._run.job.cursor is None:
            imports = list(self._forget.imports_of(self._run.job.owner, until=self._run.job.created_at))
            if not all(map(self._forget.has_ended, imports)):
                self._run.park(WAIT, ParkReason.LATER)
                return
            self._commit([each.job_id for each in imports], 0, imports=len(imports))
        cursor: Any = self._run.job.cursor
        left, blobs = list(cursor["imports"]), int(cursor["blobs"])
        while left:
            if not self._clean(left, blobs):
                return
            left, blobs = left[1:], 0
        self._finish()

    def _finish(self) -> None:
        """End the job; what other erasures of the same person have deleted is named by this one, too."""
        jobs, job = self._forget.parts.jobs, self._run.job
        deleted = sorted({*deleted_files(job), *deleted_by_others(jobs, job)})
        details: dict[str, Json] = {"checked": job.details["imports"], "deleted": list[Json](deleted)}
        self._run.commit(Progress(None, state=JobState.COMPLETED, details=details))

    def _clean(self, left: Sequence[str], blobs: int) -> bool:
        """Remove the lead from the first of these imports; False if the time is up before that is done.

        Args:
            blobs: how many of its blobs are done.
        """
        job = self._forget.parts.jobs.get(left[0])
        for done, name in enumerate(self._forget.blob_names(job)[blobs:], blobs):
            if self._run.out_of_time():
                self._commit(left, done)
                return False
            if self._forget.holds(job, name, self._keys):
                self._delete_files(job, left, done)
                self._forget.remove_from(job, name, self._keys)
            if self._clock.now() - self._committed_at >= COMMIT_EVERY:
                self._commit(left, done + 1)
        return True

    def _delete_files(self, job: Job, left: Sequence[str], done: int) -> None:
        """Name the files that may hold the lead, and then delete them: a worker that is killed forgets no name."""
        files = self._forget.files_of(job)
        if files:
            self._commit(left, done, deleted=sorted({*deleted_files(self._run.job), *files}))
            self._forget.delete(files)

    def _commit(self, left: Sequence[str], done: int, **details: Json) -> None:
        total = details.get("imports", self._run.job.details["imports"])
        checked = int(str(total)) - len(left)
        self._run.commit(Progress({"imports": list(left), "blobs": done}, details={**details, "checked": checked}))
        self._committed_at = self._clock.now()
