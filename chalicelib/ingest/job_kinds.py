"""The kinds of jobs that import what sources send, and their details."""

from dataclasses import dataclass

from chalicelib.books.job_kinds import contacts_kind
from chalicelib.jobs.counts import Outcomes
from chalicelib.jobs.job import Job
from chalicelib.jobs.job_kinds import JobKind

INGEST = contacts_kind("ingest")
_OF_LEADS = Outcomes.of(
    ("created", "updated", "unchanged", "skipped", "failed", "ambiguous"), changing=("created", "updated")
)
INGEST_LEADS = JobKind("ingest-leads", _OF_LEADS, changes_book=False)


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
