"""The e-mail that a person gets when an import of an account has ended."""

from chalicelib.foundation.email_draft import EmailDraft, EmailKind
from chalicelib.foundation.errors import ConsentNeeded
from chalicelib.jobs.job import Job, JobState
from chalicelib.providers.registry import TITLES

_OUTCOMES = ("created", "updated", "unchanged", "skipped", "failed", "removed")


def import_email(job: Job) -> EmailDraft | None:
    """What is told of an import; None if it started by itself and changed nothing, or has lost the consent.

    The loss of consent is told by itself. An account that keeps failing is imported less often and shows that.
    """
    if pending := int(job.details.get("removals_pending") or 0):
        return _decision(job, pending)
    is_refresh = "due_at" in job.details
    if job.state is JobState.FAILED:
        return None if is_refresh or job.error_code == ConsentNeeded.slug else _failure(job)
    return None if is_refresh and not job.has_changed else _done(job)


def _done(job: Job) -> EmailDraft:
    imported = job.counts["created"] + job.counts["updated"]
    subject = f"{_contacts(imported)} imported from {_title(job)}" if imported else f"Nothing new from {_title(job)}"
    counts = ", ".join(f"{job.counts[outcome]:,} {outcome}" for outcome in _OUTCOMES if job.counts[outcome])
    told = f"Contacts: {counts}." if counts else "No contact has changed since the import before."
    return _draft(job, EmailKind.DONE, subject, (f"The import of your {_account(job)} has ended.", told))


def _failure(job: Job) -> EmailDraft:
    subject = f"The import from {_title(job)} failed"
    return _draft(job, EmailKind.DONE, subject, (f"The import of your {_account(job)} has failed.", job.error or ""))


def _decision(job: Job, pending: int) -> EmailDraft:
    subject = f"{_contacts(pending)} from {_title(job)}: remove or keep?"
    told = (
        f"The last import of your {_account(job)} would have removed {_contacts(pending)}.",
        "That is a lot, so it has removed none. Decide whether to remove or keep them.",
        "Until you decide, the account is not imported by itself.",
    )
    return _draft(job, EmailKind.DECISION, subject, told)


def _draft(job: Job, kind: EmailKind, subject: str, paragraphs: tuple[str, ...]) -> EmailDraft:
    return EmailDraft(kind, subject, paragraphs, f"/imports/{job.job_id}", "The import")


def _title(job: Job) -> str:
    return TITLES[str(job.details["provider"])]


def _account(job: Job) -> str:
    return f"{_title(job)} account {job.details.get('account') or ''}".strip()


def _contacts(count: int) -> str:
    return "1 contact" if count == 1 else f"{count:,} contacts"
