"""A job: work that outlives a request.

    create ──► queued ──claim──► processing ──last commit──► completed | partial
                  ▲                  │  │
                  └──────park────────┘  ├──fail──► failed
                                        └──cancel (from queued too)──► canceled

One number, `rev`, is fence, compare-and-swap and idempotency check at once: each write to a job is conditional on the
`rev` last seen and adds one. One instant, `due`, tells when the job next needs a worker: a ready, a parked, a retried
and an orphaned job are all `due <= now`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from chalicelib.foundation.json import Json
from chalicelib.jobs.counts import Counts

BOOK_LANE = ""  # the lane of every job that changes the owner's book
FAULTS_OF_OURS = ("crashed", "internal", "misconfigured", "unavailable")  # error codes that an operator must act on
CHANGED_UNCOUNTED = "has_changed"  # in the details of a job that changed something that no outcome counts


class JobState(StrEnum):
    """The states of a job. The last four are final."""

    QUEUED = "queued"  # waiting: for its turn, for a provider, for a retry, or for a worker
    PROCESSING = "processing"  # a worker holds its lease
    COMPLETED = "completed"  # everything was read and kept
    PARTIAL = "partial"  # everything was read, some of it could not be kept
    FAILED = "failed"  # stopped for good; `error` tells why
    CANCELED = "canceled"  # stopped on request; what was committed stays


UNFINISHED = (JobState.QUEUED, JobState.PROCESSING)


class ParkReason(StrEnum):
    """Reasons for parking a job."""

    HAND_OVER = "hand_over"  # the invocation's time was up; the next one continues at once
    PROVIDER = "provider"  # the provider asked us to wait
    RETRY = "retry"  # something failed; the step runs again
    LATER = "later"  # the step has nothing to do before then


class LedgerLine(NamedTuple):
    """The outcome of one item that the job read, such as a source contact."""

    source_id: str
    outcome: str  #: one that the job's kind declares
    contact_id: str | None = None
    reason: str | None = None  #: a code, for example why it was skipped
    name: str = ""  #: of the person, only if no contact of the book has it


@dataclass(frozen=True, slots=True)
class Job:
    """One job as its item in the table describes it. Instants are UTC."""

    job_id: str
    owner: str  #: the person whose data it reads or changes
    kind: str  #: the name of a `JobKind`; selects the step
    state: JobState
    rev: int  #: the fence: every write adds one and is conditional on it
    created_at: datetime
    holder: str | None = None  #: the id of the current or last claim, new for each
    due: datetime | None = None  #: when it may be claimed, or its lease ends; None if finished or not at the front
    not_before: datetime | None = None  #: the end of a wait; outlives losing the front of the queue
    waiting: ParkReason | None = None  #: why it was parked; None unless it is
    generation: int = 0  #: which listing of the source counts; a restart adds one
    chunk: int = 0  #: the number of ledger chunks of this generation
    #: The ledger chunks of this generation with failed lines, in order, and how many each has. Only the first ones, and
    #: none that an older version wrote: it has them all if they add up to the count of failed items.
    failed_chunks: Mapping[int, int] = field(default_factory=dict)
    cursor: Json = None  #: where the next step starts, in the step's own format; a few kilobytes at most
    counts: Counts = field(default_factory=Counts)  #: the items of this generation by outcome
    estimate: int | None = None  #: how many items the provider announced; None if it did not
    attempts: int = 0  #: the number of claims
    failures: int = 0  #: retries since the last progress
    crashes: int = 0  #: claims that expired since the last progress
    details: Mapping[str, Json] = field(default_factory=dict)  #: what the kind needs to know; plain JSON
    error: str | None = None  #: a sentence for people; on a parked job, why it is retried
    error_code: str | None = None  #: the same for programs; only on a failed job
    retry_of: str | None = None  #: the id of the finished job that this one repeats
    viewer: str | None = None  #: SHA-256 of the key that may read this one job without signing in
    claimed_at: datetime | None = None  #: the first claim
    updated_at: datetime | None = None  #: the last progress or wait
    finished_at: datetime | None = None
    lane: str = BOOK_LANE  #: jobs of one lane run one at a time
    request_id: str | None = None  #: the ID of the request that created it, or its first job
    client: str | None = None  #: the service client that created it, or its first job, for the owner

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED

    @property
    def has_failed_by_us(self) -> bool:
        """Whether it failed because of us: a bug, a wrong client secret, AWS. Nobody else can do anything about it."""
        return self.state is JobState.FAILED and self.error_code in FAULTS_OF_OURS

    @property
    def has_changed(self) -> bool:
        """Whether the job changed anything. Assumed of a restarted job, whose earlier counts are gone."""
        return self.counts.changes > 0 or self.generation > 0 or CHANGED_UNCOUNTED in self.details
