"""The job that takes what a source has sent: into its owner's book, or into the leads of an organization."""

from chalicelib.ingest.job_kinds import INGEST, IngestDetails
from chalicelib.ingest.source import IngestSource
from chalicelib.jobs.new_job import NewJob


def new_job(source: IngestSource, job_id: str) -> NewJob:
    """The job, with this id."""
    details = IngestDetails(source.source_id, source.name).json()
    return NewJob(job_id, source.owner, INGEST.name, details)
