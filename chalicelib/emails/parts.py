"""The parts of the room of e-mails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chalicelib.emails.mailbox import Mailbox
    from chalicelib.emails.mailbox_store import MailboxStore
    from chalicelib.emails.send_due_emails import SendDueEmails
    from chalicelib.emails.waiting_email import WaitingEmailStore
    from chalicelib.foundation.dynamo import Write
    from chalicelib.foundation.email_draft import EmailDraft
    from chalicelib.foundation.json import JsonObject
    from chalicelib.jobs.job import Job
    from chalicelib.shared_parts import SharedParts


class EmailParts:
    """The parts that keep addresses and send e-mails, each built on first use."""

    def __init__(self, shared: SharedParts) -> None:
        self.shared = shared

    @property
    def is_sending(self) -> bool:
        """Whether this service sends e-mails at all."""
        return bool(self.shared.settings.email_sender)

    @cached_property
    def mailboxes(self) -> MailboxStore:
        from chalicelib.emails.mailbox_store import MailboxStore

        return MailboxStore(self.shared.dynamo, self.shared.settings.people_table)

    @cached_property
    def waiting(self) -> WaitingEmailStore:
        from chalicelib.emails.waiting_email import WaitingEmailStore

        return WaitingEmailStore(self.shared.dynamo, self.shared.settings.jobs_table)

    # ── addresses and choices

    def remember(self, owner: str, address: str | None) -> None:
        """Keep the address that a sign-in says; None, or a service that sends nothing, removes it."""
        self.mailboxes.remember(owner, address if self.is_sending else None)

    def choices_json(self, mailbox: Mailbox) -> JsonObject:
        from chalicelib.emails.mailbox import mailbox_json

        return mailbox_json(mailbox, is_sending=self.is_sending)

    def choices_on_page(self, owner: str) -> JsonObject:
        return self.choices_json(self.mailboxes.get(owner))

    def forget_mailbox(self, owner: str) -> None:
        self.mailboxes.forget(owner)

    def forget_waiting(self, owner: str) -> None:
        self.waiting.erase(owner)

    # ── what is told

    def writes(self, owner: str, draft: EmailDraft, *about: str) -> Sequence[Write]:
        """The writes that let an e-mail wait, for the transaction that makes true what it tells.

        Args:
            about: what it tells; for the same, there is one e-mail.
        """
        from chalicelib.emails.waiting_email import WaitingEmail
        from chalicelib.foundation.ids import id_of

        if not self.is_sending or not self.mailboxes.get(owner).receives(draft.kind):
            return ()
        now = self.shared.store_clock.now()
        email_id = id_of("email", owner, draft.kind.value, *about)
        return [self.waiting.add_write(WaitingEmail(email_id, owner, draft, now, now))]

    def writes_of_ended_job(self, job: Job) -> Sequence[Write]:
        """The writes of what the room of a job tells of its end."""
        tells = self._drafts.get(job.kind)
        draft = tells(job) if tells and self.is_sending else None
        return () if draft is None else self.writes(job.owner, draft, job.job_id)

    @cached_property
    def _drafts(self) -> Mapping[str, Any]:
        return {job.kind.name: job.email for room in self.shared.rooms for job in room.jobs if job.email}

    # ── sending

    def send_due_emails(self) -> None:
        if self.is_sending:
            self._send_due_emails()

    @cached_property
    def _send_due_emails(self) -> SendDueEmails:
        from chalicelib.emails.send_due_emails import SendDueEmails
        from chalicelib.foundation.ses import Ses

        shared, settings = self.shared, self.shared.settings
        sender = Ses(shared.ses_client, settings.email_sender, settings.email_configuration_set)
        return SendDueEmails(self.waiting, self.mailboxes, sender, shared.store_clock, settings.public_url)
