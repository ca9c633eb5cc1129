"""Bulk jobs: their two kinds, their details, and their published states."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.books.job_kinds import contacts_kind, has_changed
from chalicelib.contacts.external_ids import alias_prefix
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.contacts.tracking_keys import tracking_key
from chalicelib.foundation.json import Json
from chalicelib.jobs.events import EventType, JobEvents, ends_as
from chalicelib.jobs.job import Job, JobState


def _run(job: Job) -> Mapping[str, Json]:
    """What a client needs to find its run again."""
    if job.kind == CREATE_KIND:
        details = CreateDetails.of(job)
        return {
            "tracking_key": key_of(job),
            "client_reference_id": details.client_reference_id,
            "dry_run": details.dry_run,
        }
    cleanup = CleanupDetails.of(job)
    return {"tracking_key": cleanup.tracking_key, "dry_run": cleanup.dry_run}


_EVENTS = JobEvents(ended=ends_as(EventType.BULK_COMPLETED, EventType.BULK_FAILED), data=_run, has_contacts=has_changed)
CREATE = contacts_kind("bulk-create", events=_EVENTS)
CLEANUP = contacts_kind("bulk-cleanup", events=_EVENTS)
CREATE_KIND, CLEANUP_KIND = CREATE.name, CLEANUP.name
KINDS = {"create": CREATE_KIND, "cleanup": CLEANUP_KIND}  # by their published names
MOST_CONTACTS = 5_000  # in one request


class Update(StrEnum):
    """How the values of an updated contact count beside those of other sources. What the person wrote goes first."""

    FILL = "fill"  # shown where the others have none; lists have all values
    OVERWRITE = "overwrite"  # shown before those of the others


class BulkState(StrEnum):
    """The published states of a bulk job; in GraphQL in upper case."""

    QUEUED = "queued"  # not started
    PROCESSING = "processing"  # started, even if it waits to continue
    COMPLETED = "completed"
    PARTIAL = "partial"  # done, but some contacts failed
    FAILED = "failed"  # the job itself failed
    CANCELED = "canceled"


def bulk_state(job: Job) -> BulkState:
    """The published state of a bulk job."""
    if job.is_finished:
        return BulkState(job.state.value)
    return BulkState.QUEUED if job.claimed_at is None and job.state is JobState.QUEUED else BulkState.PROCESSING


@dataclass(frozen=True, slots=True)
class CreateDetails:
    """The stored parameters of a bulk create; equal for equal requests, so that idempotency keys can compare them."""

    #: The name of the submitted list in `SubmittedLists`.
    contacts: str
    #: How many contacts the list has.
    total: int
    on_existing: OnExisting = OnExisting.CREATE
    #: The collection that the contacts are added to.
    collection_id: str | None = None
    #: The client's name, and its name for this run.
    client_source: str | None = None
    client_reference_id: str | None = None
    update: Update = Update.FILL
    #: Whether it only tells what would be done.
    dry_run: bool = False
    #: The service client that sent it for the person; "" for the person.
    client: str = ""

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
            Update(details.get("update", Update.FILL)),
            details.get("dry_run", False),
            details.get("client", ""),
        )

    @property
    def alias_prefix(self) -> str:
        """Of the external ids of the client."""
        return alias_prefix(self.client, self.client_source)

    def json(self) -> Mapping[str, Json]:
        """Without what is not asked for, so that the details of older jobs stay equal."""
        more: dict[str, Json] = {"update": self.update.value} if self.update is not Update.FILL else {}
        more |= {"dry_run": True} if self.dry_run else {}
        more |= {"client": self.client} if self.client else {}
        return {
            "contacts": self.contacts,
            "total": self.total,
            "on_existing": self.on_existing.value,
            "collection_id": self.collection_id,
            "client_source": self.client_source,
            "client_reference_id": self.client_reference_id,
            **more,
        }


@dataclass(frozen=True, slots=True)
class CleanupDetails:
    """The stored parameters of a cleanup."""

    #: The job id of the bulk create.
    run: str
    #: Its tracking key; without the client's names if only the job id was known.
    tracking_key: str
    #: The name of the list of requested contact ids in `SubmittedLists`; None for all contacts of the run.
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
    """The tracking key of a bulk create."""
    details = CreateDetails.of(job)
    return tracking_key(job.job_id, details.client_source, details.client_reference_id)
