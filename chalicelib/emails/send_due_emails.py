"""Sends the e-mails that wait. Part of every run of the minute schedule.

Each is noted as begun, sent, and deleted. If the process dies between sending and deleting it, or the response of SES
is lost, it is sent once more after the wait: each crash can make one e-mail come twice. None is lost, unless SES
accepts it at no time within three days.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.emails.mailbox_store import MailboxStore
from chalicelib.emails.message import email_of
from chalicelib.emails.waiting_email import WaitingEmail, WaitingEmailStore
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.log import error_origin
from chalicelib.foundation.ses import EmailNotSent, SendsEmails

log = logging.getLogger(__name__)

MOST_SENT = 50  # in one run; the rest follows minute by minute
LONGEST = timedelta(seconds=10)  # of sending, in one run: the jobs that are due wait for it
GIVEN_UP_AFTER = timedelta(days=3)


@dataclass(frozen=True)
class SendDueEmails:
    """Sends every e-mail that is due and still wanted."""

    waiting: WaitingEmailStore
    mailboxes: MailboxStore
    sender: SendsEmails
    clock: Clock
    public_url: str

    def __call__(self) -> None:
        start = self.clock.now()
        for email in self.waiting.due(start, limit=MOST_SENT):
            if self.clock.now() - start >= LONGEST:
                return
            try:
                self._send(email)
            except EmailNotSent as refused:
                log.error("email_not_sent", extra={"code": refused.code, "failures": email.tries + 1})
                if refused.is_outage:
                    return
            except Exception as error:  # the other e-mails are not to wait for it
                log.error("email_not_sent", extra={**error_origin(error), "failures": email.tries + 1})

    def _send(self, email: WaitingEmail) -> None:
        now = self.clock.now()
        if now - email.created_at > GIVEN_UP_AFTER:
            log.error("email_given_up", extra={"kind": email.draft.kind.value, "failures": email.tries})
            self.waiting.delete(email)
            return
        mailbox = self.mailboxes.get(email.owner)
        if not mailbox.receives(email.draft.kind):
            self.waiting.delete(email)
        elif self.waiting.begin(email, now):
            self.sender.send(email_of(email.draft, mailbox, self.public_url))
            self.waiting.delete(email)
            log.info("email_sent", extra={"kind": email.draft.kind.value, "failures": email.tries})
