"""The kinds of jobs of a connection: imports, and disconnecting it."""

from collections.abc import Mapping

from chalicelib.books.job_kinds import contacts_kind, has_changed
from chalicelib.foundation.json import Json
from chalicelib.jobs.events import EventType, JobEvents, ends_as
from chalicelib.jobs.job import Job


def _account(job: Job) -> Mapping[str, Json]:
    return {name: job.details.get(name) for name in ("provider", "connection_id", "mode")}


def _has_held_removals(job: Job) -> bool:
    return bool(job.details.get("removals_pending"))


_EVENTS = JobEvents(
    started=EventType.IMPORT_STARTED,
    ended=ends_as(
        EventType.IMPORT_COMPLETED,
        EventType.IMPORT_FAILED,
        and_if={EventType.IMPORT_NEEDS_DECISION: _has_held_removals},
    ),
    data=_account,
    has_contacts=has_changed,
)
IMPORT = contacts_kind("provider-import", events=_EVENTS)
DISCONNECT = contacts_kind("disconnect")
