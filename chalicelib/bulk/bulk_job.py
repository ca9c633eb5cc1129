"""What a bulk job is: its two kinds, what its details say, and what people call its states."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.books.kinds import contacts_kind
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.contacts.tracking_keys import tracking_key
from chalicelib.foundation.json import Json
from chalicelib.jobs.job import Job, JobState

CREATE, CLEANUP = contacts_kind("bulk-create"), contacts_kind("bulk-cleanup")
CREATE_KIND, CLEANUP_KIND = CREATE.name, CLEANUP.name
KINDS = {"create": CREATE_KIND, "cleanup": CLEANUP_KIND}  # as people and as jobs call them
MOST_CONTACTS = 5_000  # of one request


class BulkState(StrEnum):
    """The published states of a bulk job; in GraphQL in upper case."""

    QUEUED = "queued"  # not started
    PROCESSING = "processing"  # started, even if it waits to continue
    COMPLETED = "completed"
    PARTIAL = "partial"  # done, but some contacts failed
    FAILED = "failed"  # the job itself failed
    CANCELED = "canceled"


def bulk_state(job: Job) -> BulkState:
    if job.is_finished:
        return BulkState(job.state.value)
    return BulkState.QUEUED if job.claimed_at is None and job.state is JobState.QUEUED else BulkState.PROCESSING


@dataclass(frozen=True, slots=True)
class CreateDetails:
    """What was asked of a create run; the same for whoever asks again with the same idempotency key.

    Args:
        contacts: where the list is kept. total: how many it has.
        client_source, client_reference_id: what the client calls the run.
    """

    contacts: str
    total: int
    on_existing: OnExisting = OnExisting.CREATE
    collection_id: str | None = None
    client_source: str | None = None
    client_reference_id: str | None = None

    @classmethod
    def of(cls, job: Job) -> "CreateDetails":
        details = job.details
        return cls(
            details["contacts"],
            details["total"],
            OnExisting(details["on_existing"]),
            details["collection_id"],
            details["client_source"],
            details["client_reference_id"],
        )

    def json(self) -> Mapping[str, Json]:
        return {
            "contacts": self.contacts,
            "total": self.total,
            "on_existing": self.on_existing.value,
            "collection_id": self.collection_id,
            "client_source": self.client_source,
            "client_reference_id": self.client_reference_id,
        }


@dataclass(frozen=True, slots=True)
class CleanupDetails:
    """What was asked of a cleanup.

    Args:
        run: the id of the create run. tracking_key: the run's, as far as it was known.
        contact_ids: where the ids that were asked for are kept; None for all that the run made.
    """

    run: str
    tracking_key: str
    contact_ids: str | None
    dry_run: bool

    @classmethod
    def of(cls, job: Job) -> "CleanupDetails":
        details = job.details
        return cls(details["run"], details["tracking_key"], details["contact_ids"], details["dry_run"])

    def json(self) -> Mapping[str, Json]:
        return {
            "run": self.run,
            "tracking_key": self.tracking_key,
            "contact_ids": self.contact_ids,
            "dry_run": self.dry_run,
        }


def key_of(job: Job) -> str:
    """The tracking key of a create run."""
    details = CreateDetails.of(job)
    return tracking_key(job.job_id, details.client_source, details.client_reference_id)
