"""The kinds of jobs that import what sources send, and their details."""

from dataclasses import dataclass

from chalicelib.books.job_kinds import contacts_kind
from chalicelib.jobs.job import Job

INGEST = contacts_kind("ingest")


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
