"""The published JSON of bulk jobs: pure functions of the job, its ledger and its place in the queue."""

import math
from collections.abc import Sequence

from chalicelib.books.notice import edit_notice
from chalicelib.bulk import outcome_reasons
from chalicelib.bulk.bulk_job import CLEANUP_KIND, CleanupDetails, CreateDetails, bulk_state, key_of
from chalicelib.foundation.clock import rfc3339
from chalicelib.foundation.json import Json
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import Job, JobState, LedgerLine
from chalicelib.jobs.job_result import result_word
from chalicelib.jobs.pace import items_per_second, time_left
from chalicelib.jobs.waiting import WaitContext, waiting_reason, waiting_sentence


def create_body(job: Job, context: WaitContext) -> dict[str, Json]:
    """The JSON of a bulk create, without the outcomes of contacts."""
    details, counts = CreateDetails.of(job), job.counts
    return {
        "job_id": job.job_id,
        "tracking_key": key_of(job),
        "client_source": details.client_source,
        "client_reference_id": details.client_reference_id,
        "collection_id": details.collection_id,
        "on_existing": details.on_existing.value,
        "update": details.update.value,
        "dry_run": details.dry_run,
        "status": bulk_state(job).value,
        "total_count": details.total,
        "processed_count": counts.read,
        "success_count": counts.created + counts.updated,
        "created_count": counts.created,
        "updated_count": counts.updated,
        "failure_count": counts.failed,
        "skipped_count": counts.skipped + counts.unchanged,
        "not_added_count": (job.cursor or {}).get("not_added", 0),
        **_progress(job, context, counts.read, details.total),
    }


def create_results(lines: Sequence[LedgerLine]) -> dict[str, Json]:
    """The ids of created and updated contacts, and an error for each contact that has a reason.

    A contact that a dry run would create has no id.
    """
    stored = (Outcome.CREATED, Outcome.UPDATED)
    kept = [line.contact_id for line in lines if line.outcome in stored and line.contact_id]
    return {"contact_ids": list(dict.fromkeys(kept)), "errors": [_row_error(line) for line in lines if line.reason]}


def cleanup_body(job: Job, context: WaitContext) -> dict[str, Json]:
    """The JSON of a cleanup, without the outcomes of contacts."""
    details, counts = CleanupDetails.of(job), job.counts
    processed, forbidden = counts.read + counts.removed, (job.cursor or {}).get("forbidden", 0)
    total = max(job.estimate or 0, processed)
    return {
        "job_id": job.job_id,
        "bulk_create_job_id": details.run,
        "tracking_key": details.tracking_key,
        "dry_run": details.dry_run,
        "status": bulk_state(job).value,
        "total_count": total,
        "processed_count": processed,
        "deleted_count": counts.removed,
        "kept_count": counts.updated,
        "not_found_count": counts.skipped - forbidden,
        "forbidden_count": forbidden,
        "failed_count": counts.failed,
        **_progress(job, context, processed, total),
    }


def cleanup_results(lines: Sequence[LedgerLine]) -> dict[str, Json]:
    """The contacts of a cleanup by outcome.

    In a dry run `kept` lists the contacts that a real one would keep. `candidate_contact_ids` lists the run's contacts
    that were processed so far.
    """
    others = (Outcome.SKIPPED, Outcome.FAILED)
    kept = [line for line in lines if line.reason and line.outcome not in others]
    return {
        "candidate_contact_ids": [line.source_id for line in lines if line.outcome is not Outcome.SKIPPED],
        "deleted_contact_ids": [line.source_id for line in lines if line.outcome is Outcome.REMOVED],
        "kept": [{"contact_id": line.source_id, "reason": line.reason} for line in kept],
        "errors": [
            {
                "contact_id": line.source_id,
                "code": line.reason,
                "message": outcome_reasons.message_for(line.reason or ""),
            }
            for line in lines
            if line.outcome in others
        ],
    }


def job_body(job: Job, context: WaitContext) -> dict[str, Json]:
    """A job of either kind, with its kind, for lists."""
    if job.kind == CLEANUP_KIND:
        return {"kind": "cleanup", **cleanup_body(job, context)}
    return {"kind": "create", **create_body(job, context)}


def _progress(job: Job, context: WaitContext, done: int, total: int) -> dict[str, Json]:
    reason = waiting_reason(job, context)
    has_failed, left = job.state is JobState.FAILED, time_left(job, done, total, context.now)
    return {
        "result": result_word(job),
        "rate": items_per_second(job, done, context.now),
        "seconds_left": None if left is None else math.ceil(left.total_seconds()),
        "waiting": None if reason is None else waiting_sentence(job, context, reason),
        "waiting_reason": None if reason is None else reason.value,
        "notice": edit_notice(job),
        "error_message": job.error if has_failed else None,
        "error_code": job.error_code if has_failed else None,
        "started_at": rfc3339(job.created_at),
        "completed_at": rfc3339(job.finished_at),
    }


def _row_error(line: LedgerLine) -> dict[str, Json]:
    code, values = outcome_reasons.code_and_values(line.reason)
    return {
        "index": int(line.source_id),
        "field": outcome_reasons.field_of(code, values),
        "code": code,
        "message": outcome_reasons.message_for(code),
        "contact_id": line.contact_id,
        "winner_index": int(values[0]) if code == outcome_reasons.DUPLICATE and values else None,
        "rivals": values if code == outcome_reasons.AMBIGUOUS else [],
    }
