"""Follows imports of leads: their state adds up what their lanes have done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple

from chalicelib.foundation.clock import rfc3339
from chalicelib.foundation.errors import Conflict, NotFound
from chalicelib.foundation.json import Json
from chalicelib.foundation.service_owners import organization_owner
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.job_result import result_word
from chalicelib.jobs.listing import list_page
from chalicelib.leads.importing.deleted_files import DeletedFile
from chalicelib.leads.importing.import_details import ImportDetails
from chalicelib.leads.importing.import_parts import ImportParts
from chalicelib.leads.importing.job_kinds import LEAD_IMPORT
from chalicelib.leads.importing.lanes import lanes_of_import
from chalicelib.leads.importing.outcome import Outcome
from chalicelib.leads.importing.start_import import ImportRequest, StartImport, request_of
from chalicelib.leads.importing.write_results import RESULTS, file_name

LINK_LASTS = timedelta(minutes=15)
UPLOAD = "upload"  # what the file that was imported is called among its files
OUTCOMES = tuple(outcome.value for outcome in Outcome)


@dataclass(frozen=True, slots=True)
class FollowedImport:
    """An import and its lanes, in their order."""

    job: Job
    lanes: Sequence[Job]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows had which outcome so far; exact once the import has ended."""
        if self.job.is_finished and self.job.counts.read:
            return {name: self.job.counts[name] for name in OUTCOMES}
        return {name: sum(lane.counts[name] for lane in self.lanes) for name in OUTCOMES}


@dataclass(frozen=True)
class FollowImports:
    """The use cases of those who follow imports of an organization."""

    parts: Callable[[], ImportParts]

    def __call__(self, organization: str, job_id: str) -> FollowedImport:
        """Raises NotFound if the organization has no such import."""
        jobs = self.parts().jobs
        job = jobs.find(job_id)
        if job is None or job.owner != organization_owner(organization) or job.kind != LEAD_IMPORT.name:
            raise NotFound("There is no such import.")
        return FollowedImport(job, lanes_of_import(jobs, job))

    def page(self, organization: str, *, cursor: str | None, limit: int) -> tuple[list[Job], str | None]:
        """A page of imports, newest first, and the cursor of the next one. Raises as `list_page`."""
        jobs, owner = self.parts().jobs, organization_owner(organization)
        return list_page(jobs, owner, lambda job: job.kind == LEAD_IMPORT.name, cursor=cursor, limit=limit)


class Wait(NamedTuple):
    """What an import waits for that has its turn after others of the organization."""

    import_id: str  #: whose turn it is
    key: str  #: of its file
    longest: timedelta | None  #: None if it is not known how long the others take


def wait_of(followed: FollowedImport, parts: ImportParts) -> Wait | None:
    """What the import waits for; None if it works, or no other one goes first."""
    left = [lane for lane in followed.lanes if not lane.is_finished] or [followed.job]
    if followed.job.is_finished or any(each.state is not JobState.QUEUED for each in (followed.job, *left)):
        return None
    queue = parts.jobs.queue(left[0].owner, left[0].lane).jobs
    if left[0].job_id not in queue[1:]:
        return None
    front = parts.jobs.find(queue[0])
    first = None if front is None else parts.jobs.find(str(front.details.get("import_id", front.job_id)))
    if first is None:
        return None
    longest = parts.limits.turn * queue.index(left[0].job_id) if followed.lanes else None
    return Wait(first.job_id, ImportDetails.of(first).source.key, longest)


@dataclass(frozen=True)
class ControlImports:
    """The use cases of canceling an import and of running it again."""

    parts: Callable[[], ImportParts]
    follow: FollowImports
    start: StartImport

    def cancel(self, organization: str, job_id: str) -> FollowedImport:
        """Stop the import: its lanes finish what they are storing, and the results are written.

        Raises:
            NotFound: there is no such import.
            Conflict: it has finished.
        """
        followed, parts = self.follow(organization, job_id), self.parts()
        if followed.job.is_finished:
            raise Conflict("This import has already finished.", state=followed.job.state.value)
        parts.stop(ImportDetails.of(followed.job), job_id, "canceled")
        parts.work_queue.send(job_id)
        return followed

    def retry(
        self, organization: str, job_id: str, *, idempotency_key: str | None = None, dry_run: bool | None = None
    ) -> Job:
        """Import the file again, as it is now; leads that were imported are unchanged then.

        Args:
            dry_run: whether only to tell what would happen; None for what the import did.

        Raises:
            NotFound: there is no such import, or its file is gone.
            Conflict: the import has not finished.
        """
        job = self.follow(organization, job_id).job
        if not job.is_finished:
            raise Conflict("This import is still running.", state=job.state.value)
        request: ImportRequest = request_of(ImportDetails.of(job))
        if dry_run is not None:
            request = replace(request, dry_run=dry_run)
        return self.start(organization, request, idempotency_key=idempotency_key, retry_of=job_id)


def import_json(followed: FollowedImport, parts: ImportParts) -> dict[str, Json]:
    """The published form of an import."""
    job, details, counts = followed.job, ImportDetails.of(followed.job), followed.counts
    files, deleted = _files(followed, parts)
    done = sum(counts.values())
    return {
        "jobId": job.job_id,
        "status": job.state.value,
        "result": result_word(job),
        "s3Key": details.source.key,
        "dryRun": details.dry_run,
        "mapping": details.columns.json(),
        "rows": job.estimate,
        "rowsDone": done,
        **counts,
        **_speed(followed, done, parts),
        "lanes": [_lane_json(lane) for lane in followed.lanes],
        "waitsFor": _wait_json(wait_of(followed, parts)),
        "files": files,
        "deletedFiles": [
            {"file": name, "reason": each.reason.value, "deletedAt": rfc3339(each.at)} for name, each in deleted.items()
        ],
        "error": job.error,
        "errorCode": job.error_code,
        "retryOf": job.retry_of,
        "createdAt": rfc3339(job.created_at),
        "finishedAt": rfc3339(job.finished_at),
    }


def _speed(followed: FollowedImport, done: int, parts: ImportParts) -> dict[str, Json]:
    """How many rows a second were done since the first claim, and how long the rest will take."""
    job = followed.job
    end = job.finished_at or parts.clock.now()
    seconds = (end - job.claimed_at).total_seconds() if job.claimed_at is not None else 0.0
    rate = done / seconds if seconds > 0 else None
    left = (job.estimate - done) / rate if rate and job.estimate is not None and not job.is_finished else None
    return {
        "rowsPerSecond": None if rate is None else round(rate, 1),
        "secondsLeft": None if left is None else max(0, round(left)),
    }


def _wait_json(wait: Wait | None) -> Json:
    if wait is None:
        return None
    seconds = None if wait.longest is None else round(wait.longest.total_seconds())
    return {"jobId": wait.import_id, "s3Key": wait.key, "longestSeconds": seconds}


def _lane_json(lane: Job) -> dict[str, Json]:
    return {"lane": lane.details["number"], "status": lane.state.value, "rowsDone": lane.counts.read}


def _files(followed: FollowedImport, parts: ImportParts) -> tuple[dict[str, Json], dict[str, DeletedFile]]:
    """Links to the result files, by outcome, and what became of files that are not there, also of the uploaded one."""
    job, details, blobs = followed.job, ImportDetails.of(followed.job), parts.blobs()
    source, deleted = details.source.key, {}
    if blobs.size(source) is None:
        deleted[UPLOAD] = parts.deleted_files.find(source, job.created_at)
    if job.finished_at is None or not job.counts.read:
        return {}, deleted
    results, links = parts.results(details, job.job_id), {}
    there = set(blobs.keys(results.key(RESULTS)))
    for outcome in OUTCOMES:
        key = results.key(file_name(outcome))
        if key in there:
            name = f"leads-{outcome}.csv"
            links[outcome] = blobs.link(key, file_name=name, content_type="text/csv", lasts=LINK_LASTS)
        else:
            deleted[outcome] = parts.deleted_files.find(key, job.finished_at)
    return links, deleted
