"""What a person is told when the rows of a file have been imported."""

from chalicelib.file_imports.committing.commit_email import commit_email
from chalicelib.file_imports.job_kinds import COMMIT
from chalicelib.foundation.email_draft import EmailKind
from chalicelib.jobs.counts import Counts
from chalicelib.jobs.job import Job, JobState
from tests.fakes.clock import NOON


def job(state: JobState = JobState.COMPLETED, **counted: int) -> Job:
    counts = Counts.of(COMMIT.outcomes, counted)
    return Job("j", "ann", COMMIT.name, state, 7, NOON, details={"import_id": "i"}, counts=counts)


def test_the_contacts_that_were_imported_are_counted():
    told = commit_email(job(created=35, updated=1, skipped=4))

    assert (told.kind, told.subject) == (EmailKind.DONE, "36 contacts imported from a file")
    assert told.paragraphs == ["Rows: 35 created, 1 updated, 4 skipped."]
    assert told.path == "/file-imports/i"


def test_rows_in_conflict_wait_for_a_decision():
    told = commit_email(job(created=35, conflict=1))

    assert (told.kind, told.subject) == (EmailKind.DECISION, "1 row of a file: your decision is needed")


def test_a_failure_is_told():
    assert commit_email(job(JobState.FAILED, created=3)).subject == "The import of a file failed"
