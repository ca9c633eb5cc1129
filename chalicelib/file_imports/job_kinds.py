"""The kinds of jobs of a file import: planning it, which includes reading the file; committing the plan; decisions."""

from enum import StrEnum

from chalicelib.jobs.counts import Outcomes
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
PLAN = JobKind("file-plan", Outcomes(), changes_book=False)
COMMIT = JobKind(
    "file-commit",
    Outcomes.of(
        FileOutcome,
        not_read=[FileOutcome.REMOVED],
        changing=[FileOutcome.CREATED, FileOutcome.UPDATED, FileOutcome.REMOVED],
    ),
)
DECISION = JobKind(
    "file-decision",
    Outcomes.of(
        [FileOutcome.CREATED, FileOutcome.UPDATED, FileOutcome.UNCHANGED, FileOutcome.SKIPPED, FileOutcome.FAILED],
        changing=[FileOutcome.CREATED, FileOutcome.UPDATED],
    ),
)
PLAN_LANE = "files"  # reading and planning change no contacts, so they wait for no other job of the book
