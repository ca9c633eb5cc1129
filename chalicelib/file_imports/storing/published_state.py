"""The published states of a file import: its own state, and in those with a job what has become of it."""

from collections.abc import Mapping
from enum import StrEnum

from chalicelib.file_imports.job_kinds import COMMIT, FileOutcome
from chalicelib.file_imports.storing.file_import import FileImport, FileImportState
from chalicelib.jobs.job import Job, JobState


class PublishedState(StrEnum):
    """How far an import has come, for those who follow it."""

    UPLOADING = "uploading"  # the file has not arrived
    READING = "reading"
    NEEDS_MAPPING = "needs_mapping"  # a person has to confirm what the columns become
    PLANNING = "planning"
    PLANNED = "planned"  # waits to be committed; nothing was imported
    COMMITTING = "committing"
    COMPLETED = "completed"  # every row was imported, or left out on purpose
    PARTIAL = "partial"  # committed, but some rows failed or wait for a decision
    FAILED = "failed"  # it stopped; what was committed stays
    CANCELED = "canceled"


_WORKING = {
    FileImportState.UPLOADED: PublishedState.READING,
    FileImportState.MAPPED: PublishedState.PLANNING,
    FileImportState.COMMITTING: PublishedState.COMMITTING,
}
_RESTING = {
    FileImportState.UPLOADING: PublishedState.UPLOADING,
    FileImportState.READ: PublishedState.NEEDS_MAPPING,
    FileImportState.PLANNED: PublishedState.PLANNED,
    FileImportState.CANCELED: PublishedState.CANCELED,
}


def published_state(found: FileImport, job: Job | None) -> PublishedState:
    """The state of an import.

    Args:
        job: its last one; None if it has had none.
    """
    if found.state in _RESTING:
        return _RESTING[found.state]
    if found.state is FileImportState.COMMITTED:
        counts = shown_counts(found, job)
        is_partial = counts[FileOutcome.FAILED] or counts[FileOutcome.CONFLICT]
        return PublishedState.PARTIAL if is_partial else PublishedState.COMPLETED
    if job is not None and job.state is JobState.CANCELED:
        return PublishedState.CANCELED
    if job is None or job.state is JobState.FAILED:
        return PublishedState.FAILED
    return _WORKING[found.state]


def shown_counts(found: FileImport, job: Job | None) -> Mapping[str, int]:
    """The number of rows by `FileOutcome`: what the commit did, and what the person has decided since.

    Args:
        job: the last one of the import; None if it has had none.
    """
    committed = commit_job(job)
    return with_decided(committed.counts if committed else {}, found.decided)


def with_decided(counts: Mapping[str, int], decided: Mapping[str, int]) -> Mapping[str, int]:
    """The counts of a commit with those of decided rows, which are no longer conflicts."""
    shown = {outcome.value: counts.get(outcome, 0) + decided.get(outcome, 0) for outcome in FileOutcome}
    return {**shown, FileOutcome.CONFLICT.value: shown[FileOutcome.CONFLICT] - sum(decided.values())}


def commit_job(job: Job | None) -> Job | None:
    """The last job of an import, if it commits or has committed the plan."""
    return job if job is not None and job.kind == COMMIT.name else None
