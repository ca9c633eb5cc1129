"""What the log says of a job when it starts and when it ends, for the metrics of operators: numbers and codes alone."""

from collections.abc import Mapping

from chalicelib.jobs.job import Job

NO_PROVIDER = "none"  # a metric has all of its dimensions or is not counted
Measures = Mapping[str, str | int | float]


def measured_kind(job: Job) -> dict[str, str]:
    """The dimensions of its metrics: its kind, and the provider or vendor whose data it reads."""
    provider = job.details.get("provider") or job.details.get("vendor") or NO_PROVIDER
    return {"job_id": job.job_id, "kind": job.kind, "provider": str(provider)}


def start_measures(job: Job) -> Measures:
    """A job at its first claim: how many seconds it waited for that."""
    return {**measured_kind(job), "waited_seconds": _seconds(job, "created_at", "claimed_at")}


def end_measures(job: Job) -> Measures:
    """A job that has ended: what it read, how fast from its first claim on, and what its calls to a vendor cost.

    The cost is in units of the vendor's money.
    """
    seconds, read = _seconds(job, "claimed_at", "finished_at"), job.counts.read
    measures: dict[str, str | int | float] = {
        **measured_kind(job),
        "ran": job.state.value,
        "processed": read,
        "failed": job.counts.get("failed", 0),
        "seconds": seconds,
    }
    if read and seconds:
        measures["per_second"] = round(read / seconds, 3)
    if charged := job.details.get("charged"):
        measures["spent"] = int(charged) / 1_000_000
    return measures


def _seconds(job: Job, since: str, until: str) -> float:
    began, ended = getattr(job, since), getattr(job, until)
    return 0.0 if began is None or ended is None else max(0.0, (ended - began).total_seconds())
