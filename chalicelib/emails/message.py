"""The message made of a draft: its text, the same as simple HTML, and the headers that switch it off (RFC 8058)."""

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from chalicelib.emails.addresses import SETTINGS_PATH, UNSUBSCRIBE_PATH
from chalicelib.emails.mailbox import Mailbox
from chalicelib.foundation.email_draft import EmailDraft, EmailKind
from chalicelib.foundation.ses import Email

#: When an e-mail of each kind is sent, in words.
WHEN = {
    EmailKind.RECONNECT: "an account needs to be connected again",
    EmailKind.DECISION: "something waits for your decision",
    EmailKind.ENDPOINT: "a webhook of yours is disabled",
    EmailKind.DONE: "an import has ended",
}


def email_of(draft: EmailDraft, mailbox: Mailbox, public_url: str) -> Email:
    """The e-mail to the owner of a mailbox that has an address."""
    unsubscribe = public_url + UNSUBSCRIBE_PATH.format(token=quote(mailbox.unsubscribe_token(draft.kind), safe=""))
    paragraphs = [_one_line(each) for each in draft.paragraphs]
    reason = f"Contact Intake sends such an e-mail when {WHEN[draft.kind]}."
    links = [
        (draft.link, public_url + draft.path),
        ("Choose which e-mails you get", public_url + SETTINGS_PATH),
        ("No more e-mails of this kind", unsubscribe),
    ]
    return Email(
        mailbox.address or "",
        _one_line(draft.subject),
        _text(paragraphs, reason, links),
        _html(paragraphs, reason, links),
        {"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )


def _text(paragraphs: Sequence[str], reason: str, links: Sequence[tuple[str, str]]) -> str:
    lines = [f"{label}:\n{url}" for label, url in links]
    return "\n\n".join([*paragraphs, lines[0], "-- \n" + reason, *lines[1:]]) + "\n"


def _html(paragraphs: Sequence[str], reason: str, links: Sequence[tuple[str, str]]) -> str:
    anchors = [f'<a href="{escape(url)}">{escape(label)}</a>' for label, url in links]
    blocks = [*(escape(each) for each in paragraphs), anchors[0]]
    small = f"{escape(reason)}<br>{anchors[1]}<br>{anchors[2]}"
    body = "".join(f"<p>{block}</p>" for block in blocks)
    return f'<!doctype html><html lang="en"><body>{body}<hr><p><small>{small}</small></p></body></html>'


def _one_line(text: str) -> str:
    """The text without line breaks and other control characters: a name of an account cannot add lines of its own."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())
