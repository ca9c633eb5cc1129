"""How fast a job works, and how long the rest will take. Pure."""

from datetime import datetime, timedelta

from chalicelib.jobs.job import Job, JobState

LEAST_SECONDS = 0.1  # that a job is taken to have worked


def items_per_second(job: Job, done: int, now: datetime) -> float | None:
    """How many items a second were done since the first claim; None before any was."""
    if job.claimed_at is None or not done:
        return None
    seconds = ((job.finished_at or now) - job.claimed_at).total_seconds()
    return round(done / max(seconds, LEAST_SECONDS), 1)


def time_left(job: Job, done: int, total: int, now: datetime) -> timedelta | None:
    """How long the rest takes at the present rate, without what the job waits for; None if unknown or none is left."""
    rate = items_per_second(job, done, now)
    if job.is_finished or not rate or total <= done:
        return None
    return timedelta(seconds=(total - done) / rate)


def estimated_end(job: Job, done: int, total: int, now: datetime) -> datetime | None:
    """When the job will end at the present rate, in whole seconds; None if unknown."""
    left = time_left(job, done, total, now)
    if left is None:
        return None
    begins = max(now, job.not_before or now) if job.state is JobState.QUEUED else now
    return (begins + left).replace(microsecond=0) + timedelta(seconds=1)
