"""What a room gives the job engine to create a job."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.foundation.acting_client import acting_client
from chalicelib.foundation.json import Json
from chalicelib.foundation.request_id import current_request_id
from chalicelib.jobs.counts import Counts, Outcomes
from chalicelib.jobs.job import BOOK_LANE, Job, JobState


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be created."""

    job_id: str
    owner: str
    kind: str
    details: Mapping[str, Json]  #: what the kind needs to know; plain JSON
    retry_of: str | None = None  #: the id of the finished job that it repeats
    viewer: str | None = None  #: SHA-256 of a key that may read this one job
    erases: bool = False  #: marks the owner as being erased: no other job may be created before this one ends
    lane: str = BOOK_LANE  #: letters, digits, "-" and "_"; `BOOK_LANE` for every kind that changes the book

    def request_hash(self) -> str:
        """A hash of the request to which an idempotency key is bound."""
        lane = [self.lane] if self.lane else []  # keys stored by older versions have no lane
        request = [self.owner, self.kind, dict(self.details), self.retry_of, *lane]
        return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()

    def queued(self, now: datetime, *, at_front: bool, outcomes: Outcomes) -> Job:
        """The job as it is created: at the front of its queue, it is due at once."""
        return Job(
            self.job_id,
            self.owner,
            self.kind,
            JobState.QUEUED,
            0,
            now,
            details=self.details,
            updated_at=now,
            retry_of=self.retry_of,
            viewer=self.viewer,
            due=now if at_front else None,
            lane=self.lane,
            counts=Counts.of(outcomes, {}),
            request_id=current_request_id() or None,
            client=acting_client() or None,
        )
