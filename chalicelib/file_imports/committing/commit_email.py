"""The e-mail that a person gets when the rows of a file have been imported."""

from chalicelib.file_imports.job_kinds import FileOutcome
from chalicelib.file_imports.paths import PAGE
from chalicelib.foundation.email_draft import EmailDraft, EmailKind
from chalicelib.jobs.job import Job, JobState


def commit_email(job: Job) -> EmailDraft:
    counts = job.counts
    imported, conflicts = counts[FileOutcome.CREATED] + counts[FileOutcome.UPDATED], counts[FileOutcome.CONFLICT]
    told = ", ".join(f"{counts[outcome]:,} {outcome}" for outcome in FileOutcome if counts[outcome])
    paragraphs = [f"Rows: {told}."] if told else []
    if job.state is JobState.FAILED:
        return _draft(job, EmailKind.DONE, "The import of a file failed", [*paragraphs, job.error or ""])
    if conflicts:
        subject = f"{_count(conflicts, 'row')} of a file: your decision is needed"
        waits = "A row in conflict may be a contact that you have, or a new one. Nothing is written until you decide."
        return _draft(job, EmailKind.DECISION, subject, [*paragraphs, waits])
    return _draft(job, EmailKind.DONE, f"{_count(imported, 'contact')} imported from a file", paragraphs)


def _draft(job: Job, kind: EmailKind, subject: str, paragraphs: list[str]) -> EmailDraft:
    return EmailDraft(kind, subject, paragraphs, f"{PAGE}/{job.details['import_id']}", "The import")


def _count(count: int, one: str) -> str:
    return f"1 {one}" if count == 1 else f"{count:,} {one}s"
