"""How a job or an import has ended: one published field with the same words everywhere, beside each older status."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.foundation.schema import Schema
    from chalicelib.jobs.job import Job


class JobResult(StrEnum):
    """How a job has ended."""

    COMPLETED = "completed"  # everything was done
    PARTIAL = "partial"  # it came to its end, but some items failed or wait for a decision
    FAILED = "failed"  # it stopped for good; what was done stays
    CANCELED = "canceled"  # it was stopped on request; what was done stays


def result_word(job: Job) -> str | None:
    """How the job has ended, as it is published; None while it has not."""
    return JobResult(job.state.value).value if job.is_finished else None


RESULT: Schema = {
    "type": ["string", "null"],
    "title": "JobResult",
    "enum": [*(each.value for each in JobResult), None],
    "description": "How it has ended; null until then. `partial`: it came to its end, but some items failed or wait "
    "for a decision.",
}
