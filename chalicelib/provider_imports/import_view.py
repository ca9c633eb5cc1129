"""The values of an import's page, from its published status."""

from collections.abc import Mapping
from datetime import datetime

from chalicelib.accounts.connection import IMPORT_KIND
from chalicelib.accounts.disconnect import DISCONNECT_KIND
from chalicelib.foundation.json import Json
from chalicelib.jobs.job import Job
from chalicelib.jobs.pace import estimated_end
from chalicelib.jobs.waiting import format_duration, poll_after
from chalicelib.provider_imports.held_removals import REMOVALS_KIND
from chalicelib.provider_imports.status import ImportWaitContext, PublicState, total_contacts
from chalicelib.providers.registry import TITLES

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
_DONE_HEADINGS = {DISCONNECT_KIND: "Disconnected", REMOVALS_KIND: "Contacts removed"}
_ADVICE = {
    "consent-needed": "Your contacts are unchanged. Reconnect the account to continue the import.",
    "provider-broken": "Contacts that were already imported stay. Try again in a few minutes.",
    "provider-endless": "Contacts that were already imported stay.",
    "shifting": "Contacts that were already imported stay.",
    "internal": "Contacts that were already imported stay. The error was logged. You can try again.",
}


def view(job: Job, status: Mapping[str, Json], context: ImportWaitContext, *, is_own: bool) -> Mapping[str, Json]:
    """The values of the page.

    Args:
        status: the published status of `job`.
        is_own: whether the viewer is the owner, who may act. The browser that connected the account may only view.
    """
    total, processed = status["total_contacts"], status["processed_contacts"]
    wait = poll_after(job, context)
    is_import = job.kind == IMPORT_KIND
    return {
        "status": status,
        "is_own": is_own,
        "is_refresh": "due_at" in job.details,
        "provider": provider_title(job),
        "heading": _heading(job, status),
        "summary": _summary(job, status, context),
        "refresh_seconds": None if wait is None else max(1, round(wait.total_seconds())),
        "progress": 100 if job.is_finished else round(100 * processed / total) if total else 0,
        "outcomes": [(name, OUTCOME_LABELS[name], _count(status, name)) for name in _READ_OUTCOMES]
        if is_import
        else [],
        "advice": _ADVICE.get(status["error_code"] or ""),
        "reconnect": status["error_code"] == "consent-needed",
        "can_cancel": is_import and not job.is_finished,
        "can_retry": is_import and job.is_finished and status["error_code"] != "consent-needed",
    }


def provider_title(job: Job) -> str:
    """The displayed name of the provider; "" if there is none."""
    return TITLES.get(str(job.details.get("provider")), "")


_READ_OUTCOMES = ("created", "updated", "unchanged", "skipped", "failed")


def _count(status: Mapping[str, Json], name: str) -> int:
    return int(status["failed_contacts" if name == "failed" else name])


def _heading(job: Job, status: Mapping[str, Json]) -> str:
    state = PublicState(status["status"])
    if state in _END_HEADINGS:
        return _END_HEADINGS[state]
    if state is PublicState.FETCHING:
        return "Starting"
    is_import = job.kind == IMPORT_KIND
    if state is PublicState.PROCESSING:
        if is_import:
            return f"Importing from {provider_title(job) or 'your account'}"
        return _RUNNING_HEADINGS.get(job.kind, "In progress")
    if not is_import:
        return _DONE_HEADINGS.get(job.kind, "Done")
    failed = status["failed_contacts"]
    return f"Done, but {failed:,} failed" if failed else "Done"


def _summary(job: Job, status: Mapping[str, Json], context: ImportWaitContext) -> str:
    """The progress in one or two sentences, also for screen readers."""
    processed, total = status["processed_contacts"], status["total_contacts"]
    if job.kind != IMPORT_KIND:
        return _sentence(status["waiting"]) if status["waiting"] else ""
    if job.is_finished:
        took = (job.finished_at - job.created_at) if job.finished_at else None
        return f"{processed:,} read" + (f" in {format_duration(took)}." if took else ".")
    progress = f"{processed:,} of {total:,} read." if total else "Requesting the contacts."
    if status["waiting"]:
        return f"{progress} {_sentence(status['waiting'])}"
    if status["rate"]:
        progress += f" {status['rate']:,.0f} per second{_time_left(job, context.now)}."
    return f"{progress} {_sentence(status['notice'])}" if status["notice"] else progress


def _time_left(job: Job, now: datetime) -> str:
    end = estimated_end(job, job.counts.read, total_contacts(job), now)
    return "" if end is None else f", about {format_duration(end - now)} left"


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
