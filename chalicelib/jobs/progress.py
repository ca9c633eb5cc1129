"""What one commit of a job carries."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.json import Json
from chalicelib.jobs.job import Job, JobState, LedgerLine


@dataclass(frozen=True, slots=True)
class Progress:
    """What one commit carries besides the job itself.

    Args:
        lines: one for each source contact of the chunk. deleted_ids: ids the provider said were deleted.
        writes: the contacts, each with its own condition. also: what else must land with it.
        cursor: where the next step starts.
        state: the final state, on the last commit.
        details: members of the job's details that change.
        forgets_owner: the end of an erasure: the owner's line goes with it, and the job's own record expires.
    """

    cursor: Json
    lines: Sequence[LedgerLine] = ()
    deleted_ids: Sequence[str] = ()
    writes: Sequence[Write] = ()
    extra_writes: Sequence[Write] = ()
    estimate: int | None = None
    state: JobState | None = None
    error: str | None = None
    error_code: str | None = None
    details: Mapping[str, Json] = field(default_factory=dict)
    forgets_owner: bool = False

    @property
    def is_chunk(self) -> bool:
        """Whether the job's chunks count one more; a chunk of writes alone has no item in the ledger."""
        return bool(self.lines or self.deleted_ids or self.writes)

    def tally(self) -> Counter[str]:
        """How often each outcome is among the lines; 0 for any other."""
        return Counter(line.outcome for line in self.lines)


def apply_progress(job: Job, progress: Progress, now: datetime, lease: timedelta) -> Job:
    """The job as the commit left it, so that it need not be read again."""
    ended = progress.state is not None
    return replace(
        job,
        rev=job.rev + 1,
        cursor=progress.cursor,
        counts=job.counts.plus(progress.tally()),
        chunk=job.chunk + (1 if progress.is_chunk else 0),
        state=progress.state or JobState.PROCESSING,
        due=None if ended else now + lease,
        failures=0,
        crashes=0,
        error=progress.error,
        error_code=progress.error_code,
        estimate=job.estimate if progress.estimate is None else progress.estimate,
        details={**job.details, **progress.details},
        updated_at=now,
        finished_at=now if ended else None,
    )
