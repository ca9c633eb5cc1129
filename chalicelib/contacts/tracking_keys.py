"""Tracking keys: the source of the records of one bulk run.

The job id identifies the run; the other parts are what the client called itself and the run.
"""

from chalicelib.contacts.source import Source, SourceKind, bulk_source


def tracking_key(job_id: str, source: str | None = None, reference: str | None = None) -> str:
    """The key of a run, with what its client calls itself and the run."""
    return bulk_source(job_id, source, reference).key


def job_id_of(key: str) -> str | None:
    """The id of the job of a tracking key; None if it is not one."""
    source = Source.of(key)
    return source.id or None if source.kind is SourceKind.BULK else None
