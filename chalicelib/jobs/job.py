"""A job: work that outlives a request.

    create ──► queued ──claim──► processing ──last commit──► completed | partial
                  ▲                  │  │
                  └──────park────────┘  ├──fail──► failed
                                        └──cancel (from queued too)──► canceled

One number, `rev`, is fence, compare-and-swap and idempotency at once: each write to a job is conditional on the `rev`
last seen and adds one. One instant, `due`, says when somebody should next look at it: a ready, a parked, a retried and
an orphaned job are all `due <= now`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from chalicelib.foundation.json import Json
from chalicelib.jobs.counts import Counts

BOOK_LANE = ""  # the lane of every job that changes the owner's book
CHANGED_UNCOUNTED = "has_changed"  # in the details of a job that changed something which no outcome counts


class JobState(StrEnum):
    QUEUED = "queued"  # waits in its owner's line, for its turn, for a provider, or for a worker
    PROCESSING = "processing"  # somebody holds its lease
    COMPLETED = "completed"  # everything was read and kept
    PARTIAL = "partial"  # everything was read, some of it could not be kept
    FAILED = "failed"  # stopped for good; `error` says why
    CANCELED = "canceled"  # somebody asked for it


UNFINISHED = (JobState.QUEUED, JobState.PROCESSING)


class ParkReason(StrEnum):
    """Why a parked job waits."""

    HAND_OVER = "hand_over"  # the invocation's time was up; goes on at once
    PROVIDER = "provider"  # the provider asked for it
    RETRY = "retry"  # something failed; it is tried again
    LATER = "later"  # its step has nothing to do before then


class LedgerLine(NamedTuple):
    """What became of one thing that was read, such as a source contact.

    Args:
        outcome: one of those that the job's kind declares. name: only if no contact of the book could say it.
    """

    source_id: str
    outcome: str
    contact_id: str | None = None
    reason: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """One job as its item says.

    Args:
        lane: jobs of one lane run one at a time; `BOOK_LANE` unless the job changes no book.
        rev: the fence. holder: the claim that holds it, fresh for each. due: None when finished or not at the head.
        not_before: a wait that outlives losing the head of the line.
        generation: which listing of the source counts; a RESTART adds one. chunk: ledger chunks of this generation.
        cursor: where the next step starts, in the words of the step; at most a few kilobytes.
        failures: retries without progress. crashes: claims that were orphaned without progress. attempts: all claims.
        details: what its kind needs to know (provider, connection, mode); plain JSON.
        estimate: how many source contacts the provider speaks of; None when it said nothing.
        viewer: SHA-256 of the key that may read this one job without signing in.
    """

    job_id: str
    owner: str
    kind: str
    state: JobState
    rev: int
    created_at: datetime
    holder: str | None = None
    due: datetime | None = None
    not_before: datetime | None = None
    waiting: ParkReason | None = None
    generation: int = 0
    chunk: int = 0
    cursor: Json = None
    counts: Counts = field(default_factory=Counts)
    estimate: int | None = None
    attempts: int = 0
    failures: int = 0
    crashes: int = 0
    details: Mapping[str, Json] = field(default_factory=dict)
    error: str | None = None
    error_code: str | None = None
    retry_of: str | None = None
    viewer: str | None = None
    claimed_at: datetime | None = None  # the first claim
    updated_at: datetime | None = None
    finished_at: datetime | None = None
    lane: str = BOOK_LANE

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED

    @property
    def has_changed(self) -> bool:
        """Also true of one that began its listing again: what it counted before is forgotten."""
        return self.counts.changes > 0 or self.generation > 0 or CHANGED_UNCOUNTED in self.details
