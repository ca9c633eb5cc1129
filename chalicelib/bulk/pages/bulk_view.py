"""What the pages show of bulk creates and cleanups."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from chalicelib.bulk.bulk_job import BulkState, Update
from chalicelib.bulk.outcome_reasons import EDITED, OTHERS
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.waiting import format_duration

REFRESH_SECONDS = 2
WORKING = (BulkState.QUEUED, BulkState.PROCESSING)
LABELS = {
    Outcome.CREATED: "Created",
    Outcome.UPDATED: "Updated",
    Outcome.UNCHANGED: "Unchanged",
    Outcome.SKIPPED: "Skipped",
    Outcome.FAILED: "Failed",
}
POLICIES = {
    OnExisting.CREATE: "Create another one, as a possible duplicate",
    OnExisting.SKIP: "Skip the contact of the file",
    OnExisting.UPDATE: "Update the existing contact",
}
UPDATES = {
    Update.FILL: "Fill in what other sources lack",
    Update.OVERWRITE: "Show the values of the file first",
}
KEPT = {EDITED: "Edited since", OTHERS: "Also in another source"}
_CREATES = {
    BulkState.QUEUED: "Creating contacts",
    BulkState.PROCESSING: "Creating contacts",
    BulkState.COMPLETED: "Contacts created",
    BulkState.PARTIAL: "Contacts created, but not all",
    BulkState.FAILED: "Creating contacts failed",
    BulkState.CANCELED: "Creating contacts was canceled",
}
_CLEANUPS = {
    BulkState.QUEUED: "Deleting contacts",
    BulkState.PROCESSING: "Deleting contacts",
    BulkState.COMPLETED: "Contacts deleted",
    BulkState.PARTIAL: "Contacts deleted, but not all",
    BulkState.FAILED: "Deleting contacts failed",
    BulkState.CANCELED: "Deleting contacts was canceled",
}
_DRY = {
    BulkState.FAILED: "The dry run failed",
    BulkState.CANCELED: "The dry run was canceled",
}


class OutcomeLine(NamedTuple):
    """The contacts with one outcome."""

    name: str
    label: str
    contacts: int


def heading(body: Mapping[str, Any]) -> str:
    """The heading of the page of a job.

    Args:
        body: the job as it is published in lists.
    """
    state = BulkState(body["status"])
    if not body["dry_run"]:
        return (_CLEANUPS if body["kind"] == "cleanup" else _CREATES)[state]
    if state in _DRY:
        return _DRY[state]
    if body["kind"] == "cleanup":
        return "Counting what would be deleted" if state in WORKING else "Delete these contacts?"
    return "Dry run under way" if state in WORKING else "Dry run"


def progress_view(body: Mapping[str, Any]) -> dict[str, Any]:
    """The progress of a job, also in words for screen readers."""
    done, total = body["processed_count"], body["total_count"]
    is_working = BulkState(body["status"]) in WORKING
    return {
        "is_working": is_working,
        "refresh_seconds": REFRESH_SECONDS if is_working else None,
        "progress": min(100, round(100 * done / total)) if total else 0,
        "summary": _summary(body) if is_working else "",
    }


def _summary(body: Mapping[str, Any]) -> str:
    words = f"{body['processed_count']:,} of {body['total_count']:,} contacts done"
    if body["rate"]:
        words += f", {body['rate']:,.0f} a second"
    words += "."
    if body["seconds_left"] is not None:
        words += f" About {format_duration(timedelta(seconds=body['seconds_left']))} left."
    if body["waiting"]:
        words += f" {body['waiting'][:1].upper()}{body['waiting'][1:]}."
    return words


def outcomes_of(counts: Mapping[str, int]) -> Sequence[OutcomeLine]:
    return [OutcomeLine(outcome.value, label, counts[outcome]) for outcome, label in LABELS.items()]


def cleanup_numbers(body: Mapping[str, Any]) -> dict[str, Any]:
    """How many contacts a cleanup deletes, or has deleted, and how many it keeps for which reason.

    Args:
        body: the cleanup as it is published, with its results.
    """
    kept = [each["reason"] for each in body["kept"]]
    would_go = len(body["candidate_contact_ids"]) - len(kept)
    return {
        "going": would_go if body["dry_run"] else body["deleted_count"],
        "kept": [(words, kept.count(reason)) for reason, words in KEPT.items() if reason in kept],
        "not_found": body["not_found_count"],
        "failed": body["failed_count"] + body["forbidden_count"],
    }
