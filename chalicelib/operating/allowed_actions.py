"""What an operator may do with jobs of each kind; the rooms that know the kinds say so, through the wiring."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chalicelib.jobs.job import Job


@dataclass(frozen=True, slots=True)
class JobActions:
    """Args:
    title: what such a job is called on a page.
    cancel: ends a job, given its owner and its id; None where such a job must run to its end.
    not_cancelable: why it must, for an operator who tries.
    retry: runs a finished job again, given its owner, its id and an idempotency key; None where nobody can.
    """

    title: str
    cancel: Callable[[str, str], Job] | None = None
    not_cancelable: str = "A job of this kind cannot be canceled."
    retry: Callable[[str, str, str | None], Job] | None = None


Kinds = Mapping[str, JobActions]  # by the name of the kind
UNKNOWN = JobActions("Another job")  # a job that a newer release has begun


def may_cancel(kinds: Kinds, job: Job) -> bool:
    return not job.is_finished and kinds.get(job.kind, UNKNOWN).cancel is not None


def may_retry(kinds: Kinds, job: Job) -> bool:
    return job.is_finished and kinds.get(job.kind, UNKNOWN).retry is not None
