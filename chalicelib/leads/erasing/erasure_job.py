"""The kind of the jobs that remove an erased lead from what imports keep, and their published form."""

from collections.abc import Iterator, Sequence

from chalicelib.foundation.clock import rfc3339
from chalicelib.foundation.json import Json, JsonObject
from chalicelib.jobs.counts import Outcomes
from chalicelib.jobs.job import Job
from chalicelib.jobs.job_kinds import JobKind
from chalicelib.jobs.job_result import result_word
from chalicelib.jobs.reads import JobReads

LEAD_ERASURE = JobKind("lead-erasure", Outcomes(), changes_book=False)
ERASURE_LANE = "lead-erasures"  # an erasure waits for the imports before it, but no import waits for an erasure


def erasure_details(organization: str, keys: Sequence[str]) -> dict[str, Json]:
    """The details of a new job.

    Args:
        keys: the id of the lead, and the keys of its identities, which may be ids of leads before it.
    """
    return {"organization": organization, "keys": list(keys), "imports": 0, "checked": 0, "deleted": []}


def keys_of(job: Job) -> frozenset[str]:
    """The ids that are removed from imports."""
    keys = job.details["keys"]
    return frozenset(map(str, keys)) if isinstance(keys, list) else frozenset()


def deleted_files(job: Job) -> list[str]:
    """The keys of the files that the job has deleted, or is about to delete."""
    deleted = job.details["deleted"]
    return [str(key) for key in deleted] if isinstance(deleted, list) else []


def deleted_by_others(jobs: JobReads, job: Job) -> Iterator[str]:
    """The keys of the files that other erasures have deleted of the same lead, or of an identity of it."""
    before: str | None = None
    while True:
        page, before = jobs.of_owner(job.owner, before=before)
        for other in page:
            if other.kind == LEAD_ERASURE.name and not keys_of(job).isdisjoint(keys_of(other)):
                yield from deleted_files(other)
        if before is None:
            return


def erasure_json(job: Job) -> JsonObject:
    """The published form of a job."""
    return {
        "jobId": job.job_id,
        "status": job.state.value,
        "result": result_word(job),
        "imports": job.details["imports"],
        "importsChecked": job.details["checked"],
        "deletedFiles": list(deleted_files(job)),
        "createdAt": rfc3339(job.created_at),
        "finishedAt": rfc3339(job.finished_at),
        "error": job.error,
    }
