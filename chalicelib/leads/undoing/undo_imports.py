"""Starts undos of imports of leads, and says before what one would do."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.foundation.clock import milliseconds, rfc3339
from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.json import Json
from chalicelib.foundation.service_owners import organization_owner
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.job_result import result_word
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.successive_jobs import latest_and_next
from chalicelib.leads.importing.follow_import import LINK_LASTS, FollowedImport, FollowImports
from chalicelib.leads.importing.import_details import ImportDetails
from chalicelib.leads.importing.import_parts import ImportParts
from chalicelib.leads.importing.outcome import Outcome
from chalicelib.leads.importing.write_results import WriteResults
from chalicelib.leads.undoing.job_kind import LEAD_UNDO, UNDO_LANE, Undone
from chalicelib.leads.undoing.reverse_rows import judged_only
from chalicelib.leads.undoing.undo_job import list_key

FEW = 1_000  # rows that a preview judges one by one


@dataclass(frozen=True, slots=True)
class LeadUndo:
    """The undo of an import: what it would do or has done."""

    followed: FollowedImport
    #: the job; None before it was started
    job: Job | None
    #: when the import can no longer be undone
    until: datetime
    #: by outcome; of a large import, as if nobody had changed anything since
    numbers: dict[str, int]
    is_exact: bool


@dataclass(frozen=True)
class UndoImports:
    """The use cases of undoing an import. There is one undo of each; one that failed or was canceled can go on."""

    parts: Callable[[], ImportParts]
    follow: FollowImports
    lasts: timedelta

    def get(self, organization: str, import_id: str) -> LeadUndo:
        """What the undo has done, or would do if it began now.

        Raises:
            NotFound: there is no such import.
            Conflict: it cannot be undone.
        """
        followed = self.follow(organization, import_id)
        (job, _), until = self._latest_and_next(import_id), self._until(followed.job)
        if job is not None:
            return LeadUndo(followed, job, until, {each.value: job.counts[each] for each in Undone}, is_exact=True)
        self._check(followed, until)
        changed = followed.counts[Outcome.CREATED] + followed.counts[Outcome.UPDATED]
        if changed > FEW:
            return LeadUndo(followed, None, until, {**_none(), Undone.REVERSED: changed}, is_exact=False)
        return LeadUndo(followed, None, until, self._judged(followed), is_exact=True)

    def start(self, organization: str, import_id: str) -> LeadUndo:
        """Undo the import; while it is being undone, and afterwards, this changes nothing.

        Raises:
            NotFound: there is no such import.
            Conflict: it cannot be undone.
        """
        followed, parts = self.follow(organization, import_id), self.parts()
        until = self._until(followed.job)
        job, next_id = self._latest_and_next(import_id)
        if job is None or job.state in (JobState.FAILED, JobState.CANCELED):
            self._check(followed, until)
            at = milliseconds(parts.clock.now()) if job is None else job.details["at"]
            owner, details = organization_owner(organization), {"import_id": import_id, "at": at}
            job = parts.jobs.create(NewJob(next_id, owner, LEAD_UNDO.name, details, lane=UNDO_LANE))
            parts.work_queue.send(job.job_id)
        return LeadUndo(followed, job, until, {each.value: job.counts[each] for each in Undone}, is_exact=True)

    def _latest_and_next(self, import_id: str) -> tuple[Job | None, str]:
        return latest_and_next(self.parts().jobs, "lead undo", import_id)

    def _until(self, job: Job) -> datetime:
        return (job.finished_at or self.parts().clock.now()) + self.lasts

    def _check(self, followed: FollowedImport, until: datetime) -> None:
        """Raises Conflict if the import cannot be undone."""
        if not followed.job.is_finished or not all(lane.is_finished for lane in followed.lanes):
            raise Conflict("This import is still running. Cancel it, or wait for its end, and then undo it.")
        if ImportDetails.of(followed.job).dry_run:
            raise Conflict("This was a trial, which changed nothing.")
        if self.parts().clock.now() >= until:
            raise Conflict(f"An import can be undone for {self.lasts.days} days, and this one is older.")

    def _judged(self, followed: FollowedImport) -> dict[str, int]:
        parts, job = self.parts(), followed.job
        details = ImportDetails.of(job)
        results = parts.results(details, job.job_id)
        judge = judged_only(parts, job, WriteResults(parts, details, job.job_id).superseded(followed.lanes))
        counts: Counter[str] = Counter()
        for lane in followed.lanes:
            for chunk in parts.jobs.ledger(lane):
                result = results.get(chunk.blob) if chunk.blob is not None else None
                if result is not None:
                    counts.update(line.outcome for line in judge(judge.find(result)))
                else:
                    lost = chunk.counted.get(Outcome.CREATED, 0) + chunk.counted.get(Outcome.UPDATED, 0)
                    counts[Undone.FAILED] += lost
        return {**_none(), **counts}


def undo_json(undo: LeadUndo, parts: ImportParts) -> dict[str, Json]:
    """The published form."""
    job = undo.job
    return {
        "importId": undo.followed.job.job_id,
        "jobId": None if job is None else job.job_id,
        "status": None if job is None else job.state.value,
        "result": None if job is None else result_word(job),
        "canBeUndoneUntil": rfc3339(undo.until),
        **{each.value: undo.numbers[each] for each in Undone},
        "isExact": undo.is_exact,
        "files": _files(undo, parts) if job is not None and job.state is JobState.COMPLETED else {},
        "createdAt": None if job is None else rfc3339(job.created_at),
        "finishedAt": None if job is None else rfc3339(job.finished_at),
        "error": None if job is None else job.error,
    }


def _files(undo: LeadUndo, parts: ImportParts) -> dict[str, Json]:
    """Links to the three lists; not to those that have expired."""
    job, blobs = undo.followed.job, parts.blobs()
    results = parts.results(ImportDetails.of(job), job.job_id)
    keys = {each: list_key(results, each) for each in Undone}
    return {
        each.value: blobs.link(key, file_name=f"undo-{each}.csv", content_type="text/csv", lasts=LINK_LASTS)
        for each, key in keys.items()
        if blobs.size(key) is not None
    }


def _none() -> dict[str, int]:
    return {each.value: 0 for each in Undone}
