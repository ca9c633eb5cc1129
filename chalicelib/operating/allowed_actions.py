"""The allowed actions of operators on each kind of job; each room declares them for its kinds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chalicelib.jobs.job import Job


@dataclass(frozen=True, slots=True)
class JobActions:
    """The allowed actions of operators on one kind of job."""

    #: The kind's name on pages.
    title: str
    #: Cancels a job, given its owner and id; None if jobs of this kind cannot be canceled.
    cancel: Callable[[str, str], Job] | None = None
    #: The message for an operator who tries to cancel such a job.
    not_cancelable: str = "A job of this kind cannot be canceled."
    #: Runs a finished job again, given its owner, id and idempotency key; None if that is not possible.
    retry: Callable[[str, str, str | None], Job] | None = None


ActionsByKind = Mapping[str, JobActions]  # by the kind's name
UNKNOWN_KIND = JobActions("Other job")  # created by a newer release


def may_cancel(kinds: ActionsByKind, job: Job) -> bool:
    """Whether an operator can cancel this job now."""
    return not job.is_finished and kinds.get(job.kind, UNKNOWN_KIND).cancel is not None


def may_retry(kinds: ActionsByKind, job: Job) -> bool:
    """Whether an operator can run this job again now."""
    return job.is_finished and kinds.get(job.kind, UNKNOWN_KIND).retry is not None
