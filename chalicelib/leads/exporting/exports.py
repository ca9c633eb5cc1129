"""Starts exports, follows them, and deletes their files."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.foundation.blobs import BucketBlobs
from chalicelib.foundation.errors import Conflict, NotFound
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.safe_csv import CSV
from chalicelib.foundation.service_owners import organization_owner
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import WorkQueue
from chalicelib.leads.exporting.export_job import (
    EXPORT_LANE,
    LEAD_EXPORT,
    ExportFormat,
    ExportRequest,
    export_key,
    exports_prefix,
)

LINK_LASTS = timedelta(minutes=5)
_TYPES = {ExportFormat.CSV: CSV, ExportFormat.NDJSON: "application/x-ndjson"}


@dataclass(frozen=True)
class Exports:
    """The exports of organizations."""

    jobs: JobStore
    work_queue: WorkQueue
    #: loaded when a link is needed
    blobs: Callable[[], BucketBlobs]
    cancel: Callable[[str, str], Job]

    def start(self, request: ExportRequest, *, idempotency_key: str | None = None) -> Job:
        """Create the job.

        Raises:
            Conflict: the idempotency key was used for another request.
            TooMany: the organization has too many unfinished jobs.
        """
        owner = organization_owner(request.organization)
        new = NewJob(fresh_id(), owner, LEAD_EXPORT.name, request.json(), lane=EXPORT_LANE)
        job = self.jobs.create(new, idempotency_key=idempotency_key)
        if job.job_id == new.job_id:
            self.work_queue.send(job.job_id)
        return job

    def get(self, organization: str, job_id: str) -> Job:
        """The job of an export. Raises NotFound if it is none of this organization's."""
        job = self.jobs.find(job_id)
        if job is None or (job.owner, job.kind) != (organization_owner(organization), LEAD_EXPORT.name):
            raise NotFound("This does not exist, or you do not have access to it.")
        return job

    def link(self, job: Job) -> str | None:
        """The URL of the file; None if there is none, or it was deleted."""
        request = ExportRequest.of(job)
        key = export_key(request.organization, job.job_id, request)
        if job.state is not JobState.COMPLETED or self.blobs().size(key) is None:
            return None
        return self.blobs().link(
            key, file_name=request.file_name, content_type=_TYPES[request.format], lasts=LINK_LASTS
        )

    def delete_all(self, organization: str) -> list[str]:
        """Cancel the exports that run, and delete the files of all others; returns the ids of the jobs."""
        owner = organization_owner(organization)
        canceled = [job_id for job_id in self.jobs.queue(owner, EXPORT_LANE).jobs if self._is_canceled(owner, job_id)]
        prefix = exports_prefix(organization)
        stored = {key.removeprefix(prefix).partition("/")[0] for key in self.blobs().keys(prefix)}
        self.blobs().delete_prefix(prefix)
        return sorted({*canceled, *stored})

    def _is_canceled(self, owner: str, job_id: str) -> bool:
        try:
            self.cancel(owner, job_id)
        except Conflict:  # it ended meanwhile
            return False
        return True
