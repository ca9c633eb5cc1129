"""The kinds of jobs of a file import: planning it, which includes reading the file; committing the plan; decisions."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from chalicelib.books.job_kinds import has_changed
from chalicelib.foundation.json import Json
from chalicelib.jobs.counts import Outcomes
from chalicelib.jobs.events import EventType, JobEvents, ends_as
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.job_kinds import JobKind


class FileOutcome(StrEnum):
    """What a commit did with one row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"  # a person has to decide; nothing was written
    SKIPPED = "skipped"
    FAILED = "failed"
    REMOVED = "removed"  # its row is gone from the newer version of the file; counted apart from the others


READ, PLANNED = "rows_read", "rows_planned"  # in the details of a job that plans


def _import(job: Job) -> Mapping[str, Json]:
    return {"import_id": job.details.get("import_id")}


def _end_of_plan(job: Job) -> Sequence[EventType]:
    """A job that has only read the file waits for its mapping; one that is canceled makes room for another one."""
    if job.state is JobState.FAILED:
        return (EventType.FILE_IMPORT_FAILED,)
    return (EventType.FILE_IMPORT_PLANNED,) if job.state is JobState.COMPLETED and PLANNED in job.details else ()


def _has_conflicts(job: Job) -> bool:
    return job.counts[FileOutcome.CONFLICT] > 0


PLAN = JobKind("file-plan", Outcomes(), changes_book=False, events=JobEvents(ended=_end_of_plan, data=_import))
COMMIT = JobKind(
    "file-commit",
    Outcomes.of(
        FileOutcome,
        not_read=[FileOutcome.REMOVED],
        changing=[FileOutcome.CREATED, FileOutcome.UPDATED, FileOutcome.REMOVED],
    ),
    events=JobEvents(
        ended=ends_as(
            EventType.FILE_IMPORT_COMPLETED,
            EventType.FILE_IMPORT_FAILED,
            and_if={EventType.REVIEW_WAITING: _has_conflicts},
        ),
        data=_import,
        has_contacts=has_changed,
    ),
)
DECISION = JobKind(
    "file-decision",
    Outcomes.of(
        [FileOutcome.CREATED, FileOutcome.UPDATED, FileOutcome.UNCHANGED, FileOutcome.SKIPPED, FileOutcome.FAILED],
        changing=[FileOutcome.CREATED, FileOutcome.UPDATED],
    ),
    events=JobEvents(data=_import, has_contacts=has_changed),
)
PLAN_LANE = "files"  # reading and planning change no contacts, so they wait for no other job of the book
