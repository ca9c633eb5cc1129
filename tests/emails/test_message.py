"""The message: plain text, the same in HTML, and the headers with which mail programs switch it off."""

import re

import pytest

from chalicelib.emails.mailbox import Mailbox, UnsubscribeLink
from chalicelib.emails.message import email_of
from chalicelib.foundation.email_draft import EmailDraft, EmailKind

HOME = "https://contacts.example"
MAILBOX = Mailbox("ann", "ann@x.org", "link-1", "the secret")
HOSTILE = 'a@x.org\r\nBcc: eve@x.org <img src=x onerror="alert(1)">\u2028\x00'


def email(*paragraphs: str, subject: str = "91 contacts imported from Google", kind: EmailKind = EmailKind.DONE):
    return email_of(EmailDraft(kind, subject, paragraphs, "/imports/7", "The import"), MAILBOX, HOME)


class TestMessage:
    def test_is_plain_text_with_a_link_to_the_page(self):
        made = email("The import has ended.", "Contacts: 91 created.")

        assert (made.to, made.subject) == ("ann@x.org", "91 contacts imported from Google")
        assert made.text.startswith(
            "The import has ended.\n\nContacts: 91 created.\n\nThe import:\nhttps://contacts.example/imports/7\n\n-- \n"
        )
        assert f"{HOME}/me#emails" in made.text

    def test_the_html_says_the_same(self):
        made = email("The import has ended.")

        assert "<p>The import has ended.</p>" in made.html
        assert re.findall('href="([^"]+)"', made.html) == re.findall(r"https://\S+", made.text)

    def test_a_mail_program_can_switch_the_kind_off_with_one_click(self):
        headers = email(kind=EmailKind.DECISION).headers
        url = headers["List-Unsubscribe"].strip("<>")
        link = UnsubscribeLink.read(url.removeprefix(f"{HOME}/emails/unsubscribe/"))

        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert link is not None
        assert (MAILBOX.is_signed(link), link.kind) == (True, EmailKind.DECISION)

    def test_names_of_accounts_stay_text_on_one_line(self):
        made = email(f"Your account {HOSTILE} is lost.", subject=f"Hello {HOSTILE}")

        assert made.subject == 'Hello a@x.org Bcc: eve@x.org <img src=x onerror="alert(1)">'
        assert 'Your account a@x.org Bcc: eve@x.org <img src=x onerror="alert(1)"> is lost.\n' in made.text
        assert "<img" not in made.html

    def test_headers_are_printable_ascii(self):
        assert all(value.isascii() and value.isprintable() for value in email().headers.values())


@pytest.mark.parametrize("token", ["", "a", "a.done", "a.done.", ".done.b", "a.other.b", "a.b.c.d"])
def test_what_is_no_link_is_not_read(token):
    assert UnsubscribeLink.read(token) is None
