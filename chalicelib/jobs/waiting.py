"""Why an unfinished job waits: pure rules from the job and from where its line stands, whatever kind of job it is."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.jobs.job import Job, JobState, ParkReason

SOON = timedelta(seconds=1)  # when to ask again while contacts arrive
AT_ONCE = timedelta(seconds=15)  # how long a message of the queue may take, a cold start included
LATEST = timedelta(seconds=30)  # the longest we let anybody wait before asking again
UNNAMED_PROVIDER = "The provider"  # who asks us to wait, where nobody knows its name


class WaitReason(StrEnum):
    """Why nothing happens just now."""

    WORK_QUEUE = "queue"  # it has just become due; the queue starts it at once
    SCHEDULE = "schedule"  # its turn has come; the next run takes it
    JOBS_AHEAD = "line"  # other jobs of the same lane are before it
    PROVIDER = "provider"  # the provider asked us to wait
    RETRY = "retry"  # something failed; it is tried again
    LATER = "later"  # nothing is to be done before then
    RESCUE = "rescue"  # whoever worked on it is gone; the next run goes on


@dataclass(frozen=True, slots=True)
class WaitContext:
    """What a job cannot know by itself.

    Args:
        ahead: how many jobs are before it in its lane.
        last_run: when the schedule last ran; None when it never did.
        has_queue: whether a work queue starts jobs at once; the schedule picks up those that it lost.
    """

    now: datetime
    ahead: int = 0
    last_run: datetime | None = None
    has_queue: bool = False


def waiting_reason(job: Job, around: WaitContext) -> WaitReason | None:
    """Why it waits; None while somebody works on it, and when it is done."""
    if job.is_finished:
        return None
    if job.state is JobState.PROCESSING:
        return WaitReason.RESCUE if job.due is not None and job.due < around.now else None
    if job.not_before is not None and job.not_before > around.now:
        if job.waiting is ParkReason.PROVIDER:
            return WaitReason.PROVIDER
        if job.waiting in (ParkReason.RETRY, ParkReason.LATER):
            return WaitReason(job.waiting.value)
    if around.ahead:
        return WaitReason.JOBS_AHEAD
    since = max(each for each in (job.created_at, job.due, job.not_before) if each is not None)
    return WaitReason.WORK_QUEUE if around.has_queue and around.now - since < AT_ONCE else WaitReason.SCHEDULE


def waiting_sentence(
    job: Job,
    around: WaitContext,
    reason: WaitReason,
    *,
    who: str = UNNAMED_PROVIDER,
    what: str = "job",
    whose: str = "it",
) -> str:
    """The reason in words.

    Args:
        who: what the provider is called. what, whose: how the jobs before this one, and this one, are spoken of.
    """
    match reason:
        case WaitReason.PROVIDER:
            return f"{who} asks us to wait {format_duration(time_left(job, around.now))}"
        case WaitReason.RETRY:
            return f"trying again in {format_duration(time_left(job, around.now))}"
        case WaitReason.LATER:
            return f"going on in {format_duration(time_left(job, around.now))}"
        case WaitReason.JOBS_AHEAD:
            return f"{around.ahead} {what}{' is' if around.ahead == 1 else 's are'} before {whose}"
        case WaitReason.WORK_QUEUE:
            return "starting right away" if job.claimed_at is None else "going on right away"
        case WaitReason.RESCUE:
            return "interrupted; the next run goes on" + _since_last_run(around)
        case WaitReason.SCHEDULE:
            return "waiting for the next run" + _since_last_run(around)


def poll_after(job: Job, around: WaitContext) -> timedelta | None:
    """How long to wait before asking again; None when nothing will change any more."""
    match waiting_reason(job, around):
        case None:
            return None if job.is_finished else SOON
        case WaitReason.PROVIDER | WaitReason.RETRY | WaitReason.LATER:
            return min(max(time_left(job, around.now), SOON), LATEST)
        case WaitReason.JOBS_AHEAD:
            return SOON * 5
        case WaitReason.WORK_QUEUE:
            return SOON
        case _:
            return SOON * 2  # the queue may start it at any moment


def retry_after(job: Job, around: WaitContext) -> Mapping[str, str]:
    """The header that says so."""
    wait = poll_after(job, around)
    return {} if wait is None else {"Retry-After": str(math.ceil(wait.total_seconds()))}


def time_left(job: Job, now: datetime) -> timedelta:
    """How long it still waits."""
    return (job.not_before or now) - now


def format_duration(wait: timedelta) -> str:
    """A span as people say it: "38 s", "4 min", "2 h"."""
    seconds = max(0, math.ceil(wait.total_seconds()))
    if seconds < 120:
        return f"{seconds} s"
    return f"{round(seconds / 60)} min" if seconds < 7200 else f"{round(seconds / 3600)} h"


def _since_last_run(around: WaitContext) -> str:
    if around.last_run is None:
        return ""
    return f", the last one was {format_duration(max(timedelta(), around.now - around.last_run))} ago"
