"""Reasons why an unfinished job waits: pure rules for every kind of job, from the job and the state of its queue."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.jobs.job import Job, JobState, ParkReason

POLL_ACTIVE = timedelta(seconds=1)  # until the next poll, while contacts arrive
LONGEST_POLL = timedelta(seconds=30)
QUEUE_DELAY = timedelta(seconds=15)  # how long a message of the work queue may take, including a cold start
UNNAMED_PROVIDER = "The provider"  # if its name is unknown


class WaitReason(StrEnum):
    """Reasons why an unfinished job is not running."""

    WORK_QUEUE = "queue"  # it has just become due; the work queue starts it at once
    SCHEDULE = "schedule"  # it is due; the next scheduled run takes it
    JOBS_AHEAD = "line"  # other jobs of the same lane go first
    PROVIDER = "provider"  # the provider asked us to wait
    RETRY = "retry"  # something failed; it is retried
    LATER = "later"  # it has nothing to do before then
    RESCUE = "rescue"  # its worker disappeared; the next scheduled run continues it


@dataclass(frozen=True, slots=True)
class WaitContext:
    """The data that explains a job's wait but is not in its own item."""

    now: datetime
    ahead: int = 0  #: the number of jobs before it in its lane
    last_run: datetime | None = None  #: of the schedule; None if it never ran
    has_queue: bool = False  #: whether a work queue starts jobs at once; the schedule picks up what it lost


def waiting_reason(job: Job, context: WaitContext) -> WaitReason | None:
    """The reason why the job waits; None if a worker holds it or it has finished."""
    if job.is_finished:
        return None
    if job.state is JobState.PROCESSING:
        return WaitReason.RESCUE if job.due is not None and job.due < context.now else None
    if job.not_before is not None and job.not_before > context.now:
        if job.waiting is ParkReason.PROVIDER:
            return WaitReason.PROVIDER
        if job.waiting in (ParkReason.RETRY, ParkReason.LATER):
            return WaitReason(job.waiting.value)
    if context.ahead:
        return WaitReason.JOBS_AHEAD
    since = max(each for each in (job.created_at, job.due, job.not_before) if each is not None)
    is_fresh = context.has_queue and context.now - since < QUEUE_DELAY
    return WaitReason.WORK_QUEUE if is_fresh else WaitReason.SCHEDULE


def waiting_sentence(
    job: Job,
    context: WaitContext,
    reason: WaitReason,
    *,
    provider: str = UNNAMED_PROVIDER,
    noun: str = "job",
    pronoun: str = "it",
) -> str:
    """The reason in words, such as "2 imports are ahead of yours".

    Args:
        provider: the provider's name for people.
        noun: what the jobs ahead are called.
        pronoun: what this job is called.
    """
    match reason:
        case WaitReason.PROVIDER:
            return f"{provider} asks us to wait {_remaining_text(job, context)}"
        case WaitReason.RETRY:
            return f"retrying in {_remaining_text(job, context)}"
        case WaitReason.LATER:
            return f"continuing in {_remaining_text(job, context)}"
        case WaitReason.JOBS_AHEAD:
            return f"{context.ahead} {noun}{' is' if context.ahead == 1 else 's are'} ahead of {pronoun}"
        case WaitReason.WORK_QUEUE:
            return "starting right away" if job.claimed_at is None else "continuing right away"
        case WaitReason.RESCUE:
            return "interrupted; the next run continues it" + _last_run_text(context)
        case WaitReason.SCHEDULE:
            return "waiting for the next run" + _last_run_text(context)


def poll_after(job: Job, context: WaitContext) -> timedelta | None:
    """How long a client should wait before it polls again; None if the job has finished."""
    match waiting_reason(job, context):
        case None:
            return None if job.is_finished else POLL_ACTIVE
        case WaitReason.PROVIDER | WaitReason.RETRY | WaitReason.LATER:
            return min(max(_remaining(job, context), POLL_ACTIVE), LONGEST_POLL)
        case WaitReason.JOBS_AHEAD:
            return POLL_ACTIVE * 5
        case WaitReason.WORK_QUEUE:
            return POLL_ACTIVE
        case _:
            return POLL_ACTIVE * 2  # the work queue may start it at any moment


def retry_after(job: Job, context: WaitContext) -> Mapping[str, str]:
    """The `Retry-After` header, in whole seconds; empty if the job has finished."""
    wait = poll_after(job, context)
    return {} if wait is None else {"Retry-After": str(math.ceil(wait.total_seconds()))}


def format_duration(duration: timedelta) -> str:
    """A duration for people: "38 s", "4 min", "2 h"."""
    seconds = max(0, math.ceil(duration.total_seconds()))
    if seconds < 120:
        return f"{seconds} s"
    return f"{round(seconds / 60)} min" if seconds < 7200 else f"{round(seconds / 3600)} h"


def _remaining(job: Job, context: WaitContext) -> timedelta:
    return (job.not_before or context.now) - context.now


def _remaining_text(job: Job, context: WaitContext) -> str:
    return format_duration(_remaining(job, context))


def _last_run_text(context: WaitContext) -> str:
    if context.last_run is None:
        return ""
    return f", the last one was {format_duration(max(timedelta(), context.now - context.last_run))} ago"
