"""The job that takes what a source has sent: into its owner's book, or into the leads of an organization."""

from chalicelib.ingest.job_kinds import INGEST, INGEST_LEADS, IngestDetails
from chalicelib.ingest.source import IngestSource
from chalicelib.jobs.new_job import NewJob


def new_job(source: IngestSource, job_id: str) -> NewJob:
    """The job, with this id."""
    details = IngestDetails(source.source_id, source.name).json()
    if source.organization is None:
        return NewJob(job_id, source.owner, INGEST.name, details)
    return NewJob(job_id, source.owner, INGEST_LEADS.name, details, lane=f"ingest-{source.source_id}")
