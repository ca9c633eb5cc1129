"""The published status of an import: pure rules from a job and its wait context.

    queued, never claimed ──► fetching          completed, partial ──► completed
    queued again, processing ──► processing     failed ──► failed       canceled ──► canceled

The state never goes back: a started import that waits for its provider stays `processing`, with the reason for waiting.
"""

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.accounts.connection import IMPORT_KIND
from chalicelib.books.notice import edit_notice
from chalicelib.foundation.clock import rfc3339
from chalicelib.foundation.json import Json
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.job_result import result_word
from chalicelib.jobs.pace import estimated_end, items_per_second
from chalicelib.jobs.waiting import UNNAMED_PROVIDER, WaitContext, WaitReason, waiting_reason, waiting_sentence
from chalicelib.providers.registry import TITLES


class PublicState(StrEnum):
    """The published states."""

    FETCHING = "fetching"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class ImportWaitContext(WaitContext):
    """A wait context with the held removals of an import."""

    #: How many removals wait for the person's decision.
    removals_pending: int = 0


def public_state(job: Job) -> PublicState:
    """The published state of a job."""
    if job.state in (JobState.COMPLETED, JobState.PARTIAL):
        return PublicState.COMPLETED
    if job.is_finished:
        return PublicState(job.state.value)
    return PublicState.FETCHING if job.claimed_at is None else PublicState.PROCESSING


def status_body(job: Job, context: ImportWaitContext) -> dict[str, Json]:
    """The published status, with fields that only our pages use."""
    counts, reason = job.counts, waiting_reason(job, context)
    return {
        "job_id": job.job_id,
        "kind": job.kind,
        "provider": job.details.get("provider"),
        "connection_id": job.details.get("connection_id"),
        "account": job.details.get("account") or None,
        "mode": job.details.get("mode"),
        "status": public_state(job).value,
        "result": result_word(job),
        "total_contacts": total_contacts(job),
        "processed_contacts": counts.read,
        "imported_contacts": counts.created + counts.updated,
        "skipped_contacts": counts.unchanged + counts.skipped,
        "failed_contacts": counts.failed,
        "created": counts.created,
        "updated": counts.updated,
        "unchanged": counts.unchanged,
        "skipped": counts.skipped,
        "removed": counts.removed,
        "removals_pending": context.removals_pending,
        "error_message": job.error if job.state is JobState.FAILED else None,
        "error_code": job.error_code if job.state is JobState.FAILED else None,
        "started_at": rfc3339(job.created_at),
        "completed_at": rfc3339(job.finished_at),
        "rate": items_per_second(job, counts.read, context.now),
        "estimated_completion_at": rfc3339(estimated_end(job, counts.read, total_contacts(job), context.now)),
        "waiting": None if reason is None else _waiting_text(job, context, reason),
        "waiting_reason": None if reason is None else reason.value,
        "notice": edit_notice(job),
        "retry_of": job.retry_of,
    }


def total_contacts(job: Job) -> int:
    """The number of contacts to read: an estimate during the import, the exact number at the end."""
    return job.counts.read if job.is_finished else max(job.estimate or 0, job.counts.read)


def _waiting_text(job: Job, context: ImportWaitContext, reason: WaitReason) -> str:
    """The reason for waiting, as text for the job's owner."""
    provider = TITLES.get(str(job.details.get("provider")), UNNAMED_PROVIDER)
    if job.kind == IMPORT_KIND:
        return waiting_sentence(job, context, reason, provider=provider, noun="import", pronoun="yours")
    return waiting_sentence(job, context, reason, provider=provider)
