"""Tracking keys: the mark that every contact of one bulk run carries, as the source of the record that the run wrote.

The job id alone finds a run; the other parts say what the client called it, for whoever reads the key.
"""

from chalicelib.contacts.source import Source, SourceKind, bulk_source


def tracking_key(job_id: str, source: str | None = None, reference: str | None = None) -> str:
    """The key of a run, with what its client calls itself and the run."""
    return bulk_source(job_id, source, reference).key


def job_of(key: str) -> str | None:
    """The job a tracking key speaks of, with or without what its client called it; None for what is no such key."""
    source = Source.of(key)
    return source.id or None if source.kind is SourceKind.BULK else None
