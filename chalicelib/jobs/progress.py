"""The content of one commit of a job."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from operator import attrgetter

from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.json import Json
from chalicelib.jobs.contact_changes import ContactChanges
from chalicelib.jobs.counts import FAILED
from chalicelib.jobs.job import Job, JobState, LedgerLine

MOST_FAILED_CHUNKS = 100  # that a job's item names; ten bytes each


@dataclass(frozen=True, slots=True)
class Progress:
    """The content of one commit, apart from the job itself."""

    cursor: Json  #: where the next step starts
    lines: Sequence[LedgerLine] = ()  #: of the ledger, one for each source contact of the chunk
    counted: Mapping[str, int] = field(default_factory=dict)  #: further items by outcome, whose lines its blob has
    deleted_ids: Sequence[str] = ()  #: source ids that the provider reported as deleted
    writes: Sequence[Write] = ()  #: of the contacts, each with its own condition
    extra_writes: Sequence[Write] = ()  #: other writes of the same transaction; the engine does not read them
    estimate: int | None = None  #: how many items there are in all; None leaves the job's own
    state: JobState | None = None  #: the final state, on the last commit
    error: str | None = None
    error_code: str | None = None
    details: Mapping[str, Json] = field(default_factory=dict)  #: the entries of the job's details that change
    blob: str | None = None  #: the name of a blob that belongs to the chunk; the ledger names it
    contacts: ContactChanges | None = None  #: the contacts that it changes; None if the lines tell exactly these
    forgets_owner: bool = False  #: the end of an erasure: deletes the owner's queue, and lets the job itself expire

    @property
    def is_chunk(self) -> bool:
        """Whether the progress counts as a chunk. One may have no item in the ledger (`has_ledger`)."""
        return bool(self.lines or self.counted or self.deleted_ids or self.writes or self.blob)

    @property
    def has_ledger(self) -> bool:
        """Whether the chunk has an item in the ledger."""
        return bool(self.lines or self.counted or self.deleted_ids or self.blob or self.contacts is not None)

    def tally(self) -> Counter[str]:
        """The number of items by outcome; 0 for any other."""
        return Counter(map(attrgetter("outcome"), self.lines)) + Counter(self.counted)

    def failed_chunks(self, job: Job, tally: Mapping[str, int]) -> Mapping[int, int]:
        """`Job.failed_chunks` after the commit; the very same if nothing is added. `tally` is its own."""
        failed = tally.get(FAILED, 0) - self.counted.get(FAILED, 0)
        if not failed or len(job.failed_chunks) >= MOST_FAILED_CHUNKS:
            return job.failed_chunks
        return {**job.failed_chunks, job.chunk: failed}


def apply_progress(job: Job, progress: Progress, now: datetime, lease: timedelta) -> Job:
    """The job as the commit leaves it, so that it need not be read again."""
    ended, tally = progress.state is not None, progress.tally()
    return replace(
        job,
        rev=job.rev + 1,
        cursor=progress.cursor,
        counts=job.counts.plus(tally),
        chunk=job.chunk + (1 if progress.is_chunk else 0),
        failed_chunks=progress.failed_chunks(job, tally),
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
