"""An import in words for its page: pure, from the published status."""

from collections.abc import Mapping
from datetime import datetime

from chalicelib.accounts.connection import IMPORT_KIND
from chalicelib.accounts.disconnect import DISCONNECT_KIND
from chalicelib.foundation.json import Json
from chalicelib.jobs.job import Job
from chalicelib.jobs.waiting import format_duration, poll_after
from chalicelib.provider_imports.held_removals import REMOVALS_KIND
from chalicelib.provider_imports.status import ImportSurroundings, PublicState, estimated_completion
from chalicelib.providers.table import TITLES

OUTCOME_LABELS = {
    "created": "Created",
    "updated": "Updated",
    "unchanged": "Unchanged",
    "skipped": "Skipped",
    "failed": "Failed",
    "removed": "Removed",
}
_END_HEADINGS = {PublicState.FAILED: "Failed", PublicState.CANCELED: "Canceled"}
_RUNNING_HEADINGS = {DISCONNECT_KIND: "Disconnecting", REMOVALS_KIND: "Removing contacts"}
_DONE_HEADINGS = {DISCONNECT_KIND: "Disconnected", REMOVALS_KIND: "Done: the contacts are removed"}
_ADVICE = {
    "consent-needed": "Your contacts stay as they are. Connect the account again, and the import goes on from there.",
    "provider-broken": "What arrived before stays. Try again in a few minutes.",
    "provider-endless": "What arrived before stays.",
    "shifting": "What arrived before stays.",
    "internal": "What arrived before stays. We have noted it; you can try again.",
}


def view(job: Job, status: Mapping[str, Json], around: ImportSurroundings, *, is_own: bool) -> Mapping[str, Json]:
    """What the import's page shows.

    Args:
        status: the published one. is_own: whether whoever looks may act; the browser of a consent may only look.
    """
    total, processed = status["total_contacts"], status["processed_contacts"]
    wait = poll_after(job, around)
    is_import = job.kind == IMPORT_KIND
    return {
        "status": status,
        "is_own": is_own,
        "provider": provider_title(job),
        "heading": _heading(job, status),
        "says": _summary(job, status, around),
        "again": None if wait is None else max(1, round(wait.total_seconds())),
        "share": 100 if job.is_finished else round(100 * processed / total) if total else 0,
        "counts": [(name, OUTCOME_LABELS[name], _count(status, name)) for name in _FIVE] if is_import else [],
        "mend": _ADVICE.get(status["error_code"] or ""),
        "reconnect": status["error_code"] == "consent-needed",
        "can_cancel": is_import and not job.is_finished,
        "can_retry": is_import and job.is_finished and status["error_code"] != "consent-needed",
    }


def provider_title(job: Job) -> str:
    """The provider as people know it; "" for none."""
    return TITLES.get(str(job.details.get("provider")), "")


_FIVE = ("created", "updated", "unchanged", "skipped", "failed")


def _count(status: Mapping[str, Json], name: str) -> int:
    return int(status["failed_contacts" if name == "failed" else name])


def _heading(job: Job, status: Mapping[str, Json]) -> str:
    shown = PublicState(status["status"])
    if shown in _END_HEADINGS:
        return _END_HEADINGS[shown]
    if shown is PublicState.FETCHING:
        return "Starting"
    if shown is PublicState.PROCESSING:
        importing = f"Importing from {provider_title(job) or 'your account'}" if job.kind == IMPORT_KIND else "At work"
        return _RUNNING_HEADINGS.get(job.kind, importing)
    if job.kind != IMPORT_KIND:
        return _DONE_HEADINGS.get(job.kind, "Done")
    failed = status["failed_contacts"]
    return f"Done, but {failed:,} could not be kept" if failed else "Done"


def _summary(job: Job, status: Mapping[str, Json], around: ImportSurroundings) -> str:
    """How far it is, in one or two sentences that can be read out."""
    processed, total = status["processed_contacts"], status["total_contacts"]
    if job.kind != IMPORT_KIND:
        return _sentence(status["waiting"]) if status["waiting"] else ""
    if job.is_finished:
        took = (job.finished_at - job.created_at) if job.finished_at else None
        return f"{processed:,} read" + (f" in {format_duration(took)}." if took else ".")
    told = f"{processed:,} of {total:,} read." if total else "Asking for the contacts."
    if status["waiting"]:
        return f"{told} {_sentence(status['waiting'])}"
    if status["rate"]:
        told += f" {status['rate']:,.0f} a second{_time_left(job, around.now)}."
    return f"{told} {_sentence(status['notice'])}" if status["notice"] else told


def _time_left(job: Job, now: datetime) -> str:
    end = estimated_completion(job, now)
    return "" if end is None else f", about {format_duration(end - now)} left"


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
