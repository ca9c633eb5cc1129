"""Events: what other systems can be told about, and what is told of the jobs of a kind. Pure.

Rooms declare with a kind of job which events its start and its end are. The store of jobs writes them in the
transaction that makes them true (`outbox.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.foundation.ids import id_of
from chalicelib.foundation.json import Json
from chalicelib.jobs.job import Job, JobState


class EventType(StrEnum):
    """The types of events, as endpoints receive them."""

    IMPORT_STARTED = "import.started"
    IMPORT_COMPLETED = "import.completed"
    IMPORT_FAILED = "import.failed"
    IMPORT_NEEDS_DECISION = "import.needs_decision"
    FILE_IMPORT_PLANNED = "file_import.planned"
    FILE_IMPORT_COMPLETED = "file_import.completed"
    FILE_IMPORT_FAILED = "file_import.failed"
    BULK_COMPLETED = "bulk.completed"
    BULK_FAILED = "bulk.failed"
    LEADS_COMPLETED = "leads.completed"
    LEADS_FAILED = "leads.failed"
    INGEST_COMPLETED = "ingest.completed"
    INGEST_FAILED = "ingest.failed"
    ENRICHMENT_COMPLETED = "enrichment.completed"
    ENRICHMENT_STOPPED = "enrichment.stopped"
    CONNECTION_NEEDS_RECONNECT = "connection.needs_reconnect"
    REVIEW_WAITING = "review.waiting"
    CONTACT_CREATED = "contact.created"
    CONTACT_UPDATED = "contact.updated"
    CONTACT_MERGED = "contact.merged"
    CONTACT_DELETED = "contact.deleted"
    ENDPOINT_DISABLED = "endpoint.disabled"
    ENDPOINT_TEST = "endpoint.test"  # sent on request alone


CONTACT_TYPES = frozenset(
    {EventType.CONTACT_CREATED, EventType.CONTACT_UPDATED, EventType.CONTACT_MERGED, EventType.CONTACT_DELETED}
)
#: In the details of a job: how many pairs of contacts it found that wait for a person's decision.
PAIRS = "pairs"
#: In the outbox: the contacts that a job changed. They are told in batches, which its ledger lists.
CONTACTS_OF_JOB = "contacts-of-job"


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something that happens in the transaction that it is written with."""

    #: The same for the same event, however often it is written.
    event_id: str
    #: An `EventType`, or `CONTACTS_OF_JOB`.
    type: str
    #: Ids, counts and states; no one's data and no secret.
    data: Mapping[str, Json]
    #: Whether the endpoints of operators may get it, too.
    for_operators: bool = True

    @property
    def types(self) -> frozenset[str]:
        """The types of which an endpoint must want one."""
        return CONTACT_TYPES if self.type == CONTACTS_OF_JOB else frozenset({self.type})


def _nothing(_job: Job) -> Sequence[EventType]:
    return ()


def _no_data(_job: Job) -> Mapping[str, Json]:
    return {}


def _never(_job: Job) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class JobEvents:
    """What is told of the jobs of a kind."""

    #: The event of a job that is created; None if that is no event.
    started: EventType | None = None
    #: The events of a job that has ended.
    ended: Callable[[Job], Sequence[EventType]] = _nothing
    #: What their data has beside the job's id, kind, state and counts.
    data: Callable[[Job], Mapping[str, Json]] = _no_data
    #: Whether the ledger of a job that has ended lists contacts that it changed.
    has_contacts: Callable[[Job], bool] = _never
    #: Whether the endpoints of operators may get them, too.
    for_operators: bool = True


def ends_as(
    completed: EventType,
    failed: EventType,
    *,
    and_if: Mapping[EventType, Callable[[Job], bool]] | None = None,
) -> Callable[[Job], Sequence[EventType]]:
    """A rule for `JobEvents.ended`: one event for a job that came to its end, another one for any other job.

    Args:
        and_if: events that follow the first one, each with its condition.
    """

    def ended(job: Job) -> Sequence[EventType]:
        if job.state not in (JobState.COMPLETED, JobState.PARTIAL):
            return (failed,)
        return (completed, *(name for name, holds in (and_if or {}).items() if holds(job)))

    return ended


def start_events(events: JobEvents, job: Job) -> list[NewEvent]:
    """The events of a job that is created."""
    return [] if events.started is None else [_event(events, events.started, job)]


def end_events(events: JobEvents, job: Job) -> list[NewEvent]:
    """The events of a job, as it is when it has ended. Pairs that it found wait, however it has ended."""
    names = dict.fromkeys([*events.ended(job), *([EventType.REVIEW_WAITING] if job.details.get(PAIRS) else [])])
    told = [_event(events, name, job) for name in names]
    if events.has_contacts(job):
        data = {"job_id": job.job_id, **events.data(job)}
        told.append(NewEvent(_event_id(job, CONTACTS_OF_JOB), CONTACTS_OF_JOB, data, for_operators=False))
    return told


def _event(events: JobEvents, name: EventType, job: Job) -> NewEvent:
    data: dict[str, Json] = {
        "job_id": job.job_id,
        "kind": job.kind,
        "state": job.state.value,
        "counts": dict(job.counts),
        **events.data(job),
    }
    if name is EventType.REVIEW_WAITING:
        data[PAIRS] = job.details.get(PAIRS, 0)
    if job.error_code is not None:
        data["error_code"] = job.error_code
    return NewEvent(_event_id(job, name), name.value, data, for_operators=events.for_operators)


def _event_id(job: Job, name: str) -> str:
    return f"evt_{id_of('event', job.job_id, name)}"
