"""The published JSON of file imports."""

from chalicelib.file_imports.paths import PAGE, PATH, UNDO
from chalicelib.file_imports.records.follow_file_import import FollowedImport
from chalicelib.file_imports.storing.file_import import FileImport, Plan
from chalicelib.file_imports.storing.published_state import PublishedState
from chalicelib.foundation.clock import rfc3339
from chalicelib.foundation.json import JsonObject
from chalicelib.jobs.job_result import JobResult
from chalicelib.jobs.waiting import waiting_reason, waiting_sentence


def status_body(followed: FollowedImport, earlier: FileImport | None, public_url: str) -> JsonObject:
    """One import.

    Args:
        earlier: the import whose newer version this one is; None for none.
    """
    found = followed.found
    return {
        "id": found.import_id,
        "file_name": found.file_name,
        "state": followed.state.value,
        "result": followed.state.value if followed.state.value in tuple(JobResult) else None,
        "format": found.format or None,
        "program": found.program or None,
        "rows": found.rows,
        "tag": found.source.tag,
        "match_by": found.match_by.value,
        "region": found.region or None,
        "collection_id": found.collection_id,
        "newer_than": None if earlier is None else _earlier(earlier),
        "created_at": rfc3339(found.created_at),
        "updated_at": rfc3339(found.updated_at or found.created_at),
        "progress": {"done": followed.progress.done, "total": found.rows},
        "counts": dict(followed.counts),
        "undone_by": found.undone_by,
        "plan": plan_counts(found.plan) or None,
        "waiting": _waiting(followed),
        "error": _error(followed),
        "links": {
            "self": f"{public_url}{PATH}/{found.import_id}",
            "page": f"{public_url}{PAGE}/{found.import_id}",
            "undo": f"{public_url}{UNDO.format(job_id=found.job_id)}" if found.is_committed else None,
        },
    }


def plan_counts(plan: Plan | None) -> JsonObject:
    """The id and the numbers of a plan, as a person confirms them; empty for none."""
    return {} if plan is None else {"plan_id": plan.plan_id, **plan.counts, "gone": plan.gone}


def _earlier(earlier: FileImport) -> JsonObject:
    """A committed import is never changed again, so that its last change was the commit."""
    return {
        "id": earlier.import_id,
        "file_name": earlier.file_name,
        "committed_at": rfc3339(earlier.updated_at or earlier.created_at),
    }


def _waiting(followed: FollowedImport) -> JsonObject | None:
    job, context = followed.job, followed.context
    reason = None if job is None or context is None else waiting_reason(job, context)
    if job is None or context is None or reason is None:
        return None
    return {"reason": reason.value, "sentence": waiting_sentence(job, context, reason)}


def _error(followed: FollowedImport) -> JsonObject | None:
    job = followed.job
    if job is None or followed.state is not PublishedState.FAILED:
        return None
    return {"code": job.error_code, "detail": job.error}
