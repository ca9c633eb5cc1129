"""The sandbox in place of SES: what our client sends arrives whole, and what SES would refuse is refused."""

from dataclasses import replace

import pytest
import requests

from chalicelib.foundation.aws import AwsClients
from chalicelib.foundation.ses import Email, EmailNotSent, Ses
from local.embedded_aws.server import CREDENTIALS

EMAIL = Email(
    "ann@x.org", "91 contacts — imported", "Hello Änn", "<p>Hello Änn</p>", {"List-Unsubscribe": "<https://x>"}
)


@pytest.fixture
def ses(sandbox, monkeypatch) -> Ses:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    return Ses(
        AwsClients("eu-central-1", sandbox.origin, tries=1)("sesv2"), "Contacts <contacts@example.com>", "our-set"
    )


def sent(sandbox) -> list[dict[str, object]]:
    return requests.get(f"{sandbox.origin}/sandbox/emails", timeout=10).json()["emails"]


def test_an_email_arrives_as_it_was_sent(sandbox, ses):
    ses.send(EMAIL)

    (arrived,) = sent(sandbox)
    assert arrived.pop("message_id")
    assert arrived == {
        "sender": "Contacts <contacts@example.com>",
        "to": "ann@x.org",
        "subject": EMAIL.subject,
        "text": EMAIL.text,
        "html": EMAIL.html,
        "headers": {"List-Unsubscribe": "<https://x>"},
    }
    assert "91 contacts — imported" in requests.get(f"{sandbox.origin}/mailbox", timeout=10).text


@pytest.mark.parametrize(
    "email",
    [
        replace(EMAIL, to="no address"),
        replace(EMAIL, subject="Hello\r\nBcc: eve@x.org"),
        replace(EMAIL, headers={"X-A": "a\r\nBcc: eve@x.org"}),
        replace(EMAIL, headers={"To": "eve@x.org"}),
    ],
)
def test_what_ses_refuses_is_refused(sandbox, ses, email):
    with pytest.raises(EmailNotSent) as refused:
        ses.send(email)

    assert (refused.value.code, refused.value.is_outage) == ("BadRequestException", False)
    assert sent(sandbox) == []


def test_an_unsigned_request_is_refused(sandbox):
    answer = requests.post(f"{sandbox.origin}/v2/email/outbound-emails", json={}, timeout=10)

    assert (answer.status_code, answer.headers["x-amzn-ErrorType"]) == (403, "MissingAuthenticationTokenException")


def test_no_connection_is_an_outage(monkeypatch):
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    ses = Ses(AwsClients("eu-central-1", "http://127.0.0.1:9", tries=1)("sesv2"), "contacts@example.com")

    with pytest.raises(EmailNotSent) as failed:
        ses.send(EMAIL)

    assert (failed.value.code, failed.value.is_outage) == ("EndpointConnectionError", True)
