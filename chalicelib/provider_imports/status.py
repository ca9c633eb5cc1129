"""What a status says: pure rules from a job, and from where its line stands, to the published words.

    queued, never claimed ──► fetching          completed, partial ──► completed
    queued again, processing ──► processing     failed ──► failed       canceled ──► canceled

So it never goes backwards: a job that waits for a provider in mid-import stays `processing`, and says why it waits.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from chalicelib.jobs.job import Job, JobState, Json, Waiting
from chalicelib.provider_imports.connection import IMPORT_KIND

TITLES = {"google": "Google", "microsoft": "Microsoft"}
SOON = timedelta(seconds=1)  # when to ask again while contacts arrive
LATEST = timedelta(seconds=30)  # the longest we let anybody wait before asking again
SCHEDULE_EVERY = timedelta(minutes=1)


class Shown(StrEnum):
    """The published words for a state."""

    FETCHING = "fetching"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELED = "canceled"


class Reason(StrEnum):
    """Why nothing happens just now."""

    SCHEDULE = "schedule"  # its turn has come; the next run takes it
    LINE = "line"  # other jobs of the same person are before it
    PROVIDER = "provider"  # the provider asked us to wait
    RETRY = "retry"  # something failed; it is tried again
    LATER = "later"  # nothing is to be done before then
    RESCUE = "rescue"  # whoever worked on it is gone; the next run goes on


@dataclass(frozen=True, slots=True)
class Around:
    """What a job cannot know by itself.

    Args:
        ahead: how many jobs of the same owner are before it in their line.
        last_run: when the schedule last ran; None when it never did.
        removals_pending: how many removals wait for the person's decision.
    """

    now: datetime
    ahead: int = 0
    last_run: datetime | None = None
    removals_pending: int = 0


def shown_state(job: Job) -> Shown:
    if job.state in (JobState.COMPLETED, JobState.PARTIAL):
        return Shown.COMPLETED
    if job.is_finished:
        return Shown(job.state.value)
    return Shown.FETCHING if job.claimed_at is None else Shown.PROCESSING


def status_body(job: Job, around: Around) -> dict[str, Json]:
    """The published status, and what a page needs besides."""
    counts, reason = job.counts, waiting_reason(job, around)
    return {
        "job_id": job.job_id,
        "kind": job.kind,
        "provider": job.details.get("provider"),
        "connection_id": job.details.get("connection_id"),
        "account": job.details.get("account") or None,
        "mode": job.details.get("mode"),
        "status": shown_state(job).value,
        "total_contacts": total(job),
        "processed_contacts": counts.read,
        "imported_contacts": counts.created + counts.updated,
        "skipped_contacts": counts.unchanged + counts.skipped,
        "failed_contacts": counts.failed,
        "created": counts.created,
        "updated": counts.updated,
        "unchanged": counts.unchanged,
        "skipped": counts.skipped,
        "removed": counts.removed,
        "removals_pending": around.removals_pending,
        "error_message": job.error if job.state is JobState.FAILED else None,
        "error_code": job.error_code if job.state is JobState.FAILED else None,
        "started_at": told(job.created_at),
        "completed_at": told(job.finished_at),
        "rate": rate(job, around.now),
        "estimated_completion_at": told(estimated_end(job, around.now)),
        "waiting": None if reason is None else waiting_sentence(job, around, reason),
        "waiting_reason": None if reason is None else reason.value,
        "retry_of": job.retry_of,
    }


def total(job: Job) -> int:
    """What is to be read: while it runs at least what was read; at the end exactly that."""
    return job.counts.read if job.is_finished else max(job.estimate or 0, job.counts.read)


def rate(job: Job, now: datetime) -> float | None:
    """Contacts a second since the first claim; None before there is anything to tell."""
    if job.claimed_at is None or not job.counts.read:
        return None
    seconds = ((job.finished_at or now) - job.claimed_at).total_seconds()
    return round(job.counts.read / max(seconds, 0.1), 1)


def estimated_end(job: Job, now: datetime) -> datetime | None:
    """When it is likely done, at the pace so far; None when nobody can tell."""
    pace, left = rate(job, now), total(job) - job.counts.read
    if job.is_finished or not pace or left <= 0:
        return None
    begins = max(now, job.not_before or now) if job.state is JobState.QUEUED else now
    end = begins + timedelta(seconds=left / pace)
    return end.replace(microsecond=0) + timedelta(seconds=1)


def waiting_reason(job: Job, around: Around) -> Reason | None:
    """Why it waits; None while somebody works on it, and when it is done."""
    if job.is_finished:
        return None
    if job.state is JobState.PROCESSING:
        return Reason.RESCUE if job.due is not None and job.due < around.now else None
    if job.not_before is not None and job.not_before > around.now:
        if job.waiting is Waiting.PROVIDER:
            return Reason.PROVIDER
        if job.waiting in (Waiting.RETRY, Waiting.LATER):
            return Reason(job.waiting.value)
    return Reason.LINE if around.ahead else Reason.SCHEDULE


def waiting_sentence(job: Job, around: Around, reason: Reason) -> str:
    match reason:
        case Reason.PROVIDER:
            title = TITLES.get(str(job.details.get("provider")), "The provider")
            return f"{title} asks us to wait {span(_left(job, around.now))}"
        case Reason.RETRY:
            return f"trying again in {span(_left(job, around.now))}"
        case Reason.LATER:
            return f"going on in {span(_left(job, around.now))}"
        case Reason.LINE:
            what = "import" if job.kind == IMPORT_KIND else "job"
            is_one = around.ahead == 1
            return f"{around.ahead} {what}{' is' if is_one else 's are'} before {'yours' if what == 'import' else 'it'}"
        case Reason.RESCUE:
            return "interrupted; the next run goes on" + _since_last_run(around)
        case Reason.SCHEDULE:
            return "waiting for the next run" + _since_last_run(around)


def ask_again(job: Job, around: Around) -> timedelta | None:
    """How long to wait before asking again; None when nothing will change any more."""
    match waiting_reason(job, around):
        case None:
            return None if job.is_finished else SOON
        case Reason.PROVIDER | Reason.RETRY | Reason.LATER:
            return min(max(_left(job, around.now), SOON), LATEST)
        case Reason.LINE:
            return SOON * 5
        case _:
            return SOON * 2  # the queue may start it at any moment


def retry_after(job: Job, around: Around) -> Mapping[str, str]:
    """The header that says so."""
    wait = ask_again(job, around)
    return {} if wait is None else {"Retry-After": str(math.ceil(wait.total_seconds()))}


def span(wait: timedelta) -> str:
    """A span as people say it: "38 s", "4 min", "2 h"."""
    seconds = max(0, math.ceil(wait.total_seconds()))
    if seconds < 120:
        return f"{seconds} s"
    return f"{round(seconds / 60)} min" if seconds < 7200 else f"{round(seconds / 3600)} h"


def told(instant: datetime | None) -> str | None:
    """An instant as the API writes it: RFC 3339, in UTC."""
    if instant is None:
        return None
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _left(job: Job, now: datetime) -> timedelta:
    return (job.not_before or now) - now


def _since_last_run(around: Around) -> str:
    if around.last_run is None:
        return ""
    return f", the last one was {span(max(timedelta(), around.now - around.last_run))} ago"
