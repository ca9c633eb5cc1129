"""The kinds of jobs that import what sources send, and their details."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.books.job_kinds import contacts_kind, has_changed
from chalicelib.foundation.json import Json
from chalicelib.jobs.counts import Outcomes
from chalicelib.jobs.events import EventType, JobEvents, ends_as
from chalicelib.jobs.job import Job
from chalicelib.jobs.job_kinds import JobKind


def _source(job: Job) -> Mapping[str, Json]:
    return {"source_id": job.details["source_id"]}


_ENDED = ends_as(EventType.INGEST_COMPLETED, EventType.INGEST_FAILED)
INGEST = contacts_kind("ingest", events=JobEvents(ended=_ENDED, data=_source, has_contacts=has_changed))
_OF_LEADS = Outcomes.of(
    ("created", "updated", "unchanged", "skipped", "failed", "ambiguous"), changing=("created", "updated")
)
INGEST_LEADS = JobKind("ingest-leads", _OF_LEADS, changes_book=False, events=JobEvents(ended=_ENDED, data=_source))


@dataclass(frozen=True, slots=True)
class IngestDetails:
    """The details of such a job."""

    source_id: str
    #: the name of the source when the job was created
    name: str

    @classmethod
    def of(cls, job: Job) -> "IngestDetails":
        return cls(job.details["source_id"], job.details["name"])

    def json(self) -> dict[str, str]:
        return {"source_id": self.source_id, "name": self.name}
