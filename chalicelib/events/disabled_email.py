"""The e-mail that a person gets when an endpoint of theirs is disabled."""

from urllib.parse import urlsplit

from chalicelib.events.endpoint import Endpoint
from chalicelib.events.event_words import DISABLED
from chalicelib.foundation.email_draft import EmailDraft, EmailKind


def disabled_email(endpoint: Endpoint) -> EmailDraft:
    """The e-mail. Of the URL it has the host alone: the path may be a secret of the receiver."""
    host = urlsplit(endpoint.url).hostname or ""
    why = "" if endpoint.disabled_because is None else DISABLED[endpoint.disabled_because]
    return EmailDraft(
        EmailKind.ENDPOINT,
        f"Your webhook at {host} is disabled",
        (
            f"{why} Nothing that happens now is kept for it.",
            "Resume it once it works again. What was sent in the last 30 days can be sent again.",
        ),
        f"/webhooks/{endpoint.endpoint_id}",
        "The webhook",
    )
