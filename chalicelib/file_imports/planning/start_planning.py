"""Starts the job that reads and plans an import, in the transaction that changes the import."""

from dataclasses import dataclass, replace

from chalicelib.file_imports.job_kinds import PLAN, PLAN_LANE
from chalicelib.file_imports.storing.file_import import FileImport
from chalicelib.file_imports.storing.import_store import FileImportStore, changed_meanwhile
from chalicelib.foundation.ids import fresh_id
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import WorkQueue


@dataclass(frozen=True)
class StartPlanning:
    """Starts these jobs. A job that still plans the import is canceled: its plan would be of no use."""

    imports: FileImportStore
    jobs: JobStore
    work_queue: WorkQueue

    def __call__(self, changed: FileImport, *, is_new: bool = False) -> FileImport:
        """Stores the import as it was changed, with its job.

        Args:
            changed: in the state `UPLOADED` or `MAPPED`; its `job_id` is that of its last job.
            is_new: whether the import is not stored yet.

        Raises:
            Conflict: the import was changed meanwhile, or the person is being erased.
            TooMany: the person has too many unfinished jobs.
        """
        new = NewJob(fresh_id(), changed.owner, PLAN.name, {"import_id": changed.import_id}, lane=PLAN_LANE)
        started = replace(changed, job_id=new.job_id)
        write = self.imports.write_new(started) if is_new else self.imports.write(started)
        try:
            self.jobs.create(new, canceling=self._planning(changed), extra_writes=[write])
        except ExtraWriteRefused:
            raise changed_meanwhile() from None
        self.work_queue.send(new.job_id)
        return started

    def _planning(self, changed: FileImport) -> list[str]:
        """The id of the unfinished job that plans it."""
        job = self.jobs.find(changed.job_id) if changed.job_id else None
        return [job.job_id] if job and not job.is_finished and job.kind == PLAN.name else []
